/**
 * The program bench --replica: one service, a counter of commands, on replicated state machines of this project and on other systems, under
 * the same load.
 *
 * <p>A {@link org.flushspread.bench.services.ReplicatedService} is a system: how a process of it serves, and how a program uses it. Each
 * server is a process ({@link org.flushspread.bench.services.ServiceProcess}), and so is the program that loads them, so that no system
 * compiles or collects for another. {@link org.flushspread.bench.services.ServiceBench} starts them, one system after the other, and
 * compares. Other systems are in {@code scripts/bench.d}, which is built only when one is asked for: nothing here depends on them.
 */
@NullMarked
package org.flushspread.bench.services;

import org.jspecify.annotations.NullMarked;
