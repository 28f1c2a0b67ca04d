/**
 * Flush automata and replicas broken on purpose, to prove that the checkers see: text files in {@code src/test/resources/mutants}, as in
 * {@link org.flushspread.simulation.mutants}. {@link org.flushspread.flush.mutants.FlushWorld} is where they are hunted; a mutant's file names
 * the kind of world by its {@code profile}.
 */
@NullMarked
package org.flushspread.flush.mutants;

import org.jspecify.annotations.NullMarked;
