/**
 * What programs share that ask a daemon of ours over its admin socket (operations 2): {@link org.flushspread.tools.admin.AdminClient} asks,
 * {@link org.flushspread.tools.admin.Json} reads and writes. It is below the other rooms of {@code tools} and knows none of them.
 */
@NullMarked
package org.flushspread.tools.admin;

import org.jspecify.annotations.NullMarked;
