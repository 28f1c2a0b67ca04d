/**
 * The lab: a ring that a person watches and disturbs. The daemons, flush layers and replicas in it are those that ship; the world around them
 * is the simulator's, so that everything can be repeated.
 *
 * <p>A {@link org.flushspread.lab.Scenario} is a text of {@link org.flushspread.lab.Command}s. A {@link org.flushspread.lab.Lab} is the world,
 * in virtual time: it takes commands and records what happens, and the simulator's checkers watch it. A {@link org.flushspread.lab.Performance}
 * plays a scenario in a lab, takes further commands, and goes back by playing all again. The {@link org.flushspread.lab.Stage} gives that a pace
 * in real time, and {@link org.flushspread.lab.LabServer} shows it on a page of this machine. Only the last two have threads.
 */
@NullMarked
package org.flushspread.lab;

import org.jspecify.annotations.NullMarked;
