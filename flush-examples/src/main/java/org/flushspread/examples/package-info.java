/** Small programs to run and to copy from: {@code scripts/example NAME}. */
@NullMarked
package org.flushspread.examples;

import org.jspecify.annotations.NullMarked;
