/**
 * Rings for the tests of programs: daemons in the JVM of the test, on addresses and ports nobody else has, and a network between them that
 * a test can break. Published as the artifact {@code flush} with the classifier {@code testing}; needs JUnit Jupiter beside it.
 *
 * <p>The daemons are the shipping ones on real sockets of 127.0.0.0/8, so whatever connects to a daemon by name can be tested: {@code
 * SpreadConnection}, {@code FlushConnection}, replicated state machines, {@code Sp} and {@code Fl}, package {@code spread}, and programs of
 * other processes. Each daemon is in a segment of its own, so all that is sent between two of them passes one directed link, which is cut,
 * slow or lossy at its sender. Timers are short: a ring forms in about a tenth of a second.
 */
@NullMarked
package org.flushspread.testing;

import org.jspecify.annotations.NullMarked;
