/**
 * Fuzzing: whatever bytes come in, they are taken or refused with a name, and nothing throws, hangs, grows or costs somebody else anything.
 * A target is a function of bytes that fails where that does not hold ({@link org.flushspread.fuzz.FuzzTargets}); each module has its own,
 * beside the code that it tries. {@code scripts/fuzz TARGET SECONDS} searches with Jazzer for inputs that reach new code; those that are
 * worth keeping are in {@code src/test/resources/fuzz/TARGET}, and every test run replays them.
 *
 * <p>An input of a target with a state is a list of steps ({@link org.flushspread.fuzz.Steps}): one byte that says what happens and how the
 * bytes are dressed up, two of a length (little-endian), then the bytes. So an input may be a story, and a changed datagram still gets past
 * the common checks.
 */
@NullMarked
package org.flushspread.fuzz;

import org.jspecify.annotations.NullMarked;
