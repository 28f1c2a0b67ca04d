/** Data that never changes: a change makes another one. What a state machine can hand out while it goes on. */
@NullMarked
package org.flushspread.examples.persistent;

import org.jspecify.annotations.NullMarked;
