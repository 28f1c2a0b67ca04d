/**
 * View synchrony on Spread: {@link org.flushspread.flush.FlushConnection} for new programs and the {@code FL_} procedures for ported ones.
 * Members of both kinds, and those of the C library, share groups.
 */
@NullMarked
package org.flushspread.flush;

import org.jspecify.annotations.NullMarked;
