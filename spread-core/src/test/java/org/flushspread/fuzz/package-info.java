/**
 * Fuzz targets (Jazzer): every decoder, and the whole kernel behind its two kinds of doors. A plain test run replays the committed inputs;
 * {@code JAZZER_FUZZ=1 mvn -Dquick test -pl spread-core -Dtest='KernelFuzz#datagrams'} searches for new ones. What it finds goes into
 * {@code src/test/resources/org/flushspread/fuzz/<class>Inputs/<target>}.
 *
 * <p>An input of a kernel target is a list of steps: one byte that says what happens and how the bytes are dressed up, two of a length
 * (little-endian), then the bytes. So an input may be a story, and a changed datagram still gets past the common checks.
 */
@NullMarked
package org.flushspread.fuzz;

import org.jspecify.annotations.NullMarked;
