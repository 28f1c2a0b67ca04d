/**
 * The world in which a learner's program runs: three servers on a ring of the simulator, whose daemons are the kernel that ships. The program's
 * connection ships too: {@link org.flushspread.course.world.SimulatedLink} gives it the bytes of a simulated client in place of a socket, and
 * {@link org.flushspread.course.world.Server} reads it whenever some have come, on the one thread of the world. So programs use the real
 * {@code FlushGroup} and {@code FlushListener}, and a seed is the same run each time.
 */
@NullMarked
package org.flushspread.course.world;

import org.jspecify.annotations.NullMarked;
