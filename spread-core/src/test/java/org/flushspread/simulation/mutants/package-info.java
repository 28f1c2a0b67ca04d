/**
 * Kernels broken on purpose, to prove that the checkers see. A mutant is a text file: which source file, which text of it, and what stands
 * there instead; the source is compiled in memory with the change and the simulator runs on the result. A mutant whose text is no longer in
 * the source fails its test, so mutants follow the code.
 *
 * <p>Each module has its mutants in {@code src/test/resources/mutants} and a world they are hunted in: one public class that runs a seed and
 * says what failed. Here that is {@link org.flushspread.simulation.mutants.DaemonWorld}; module {@code flush} has its own.
 */
@NullMarked
package org.flushspread.simulation.mutants;

import org.jspecify.annotations.NullMarked;
