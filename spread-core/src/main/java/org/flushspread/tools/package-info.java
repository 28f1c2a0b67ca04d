/**
 * The command line programs.
 */
@NullMarked
package org.flushspread.tools;

import org.jspecify.annotations.NullMarked;
