/**
 * The program {@code scripts/torture}: daemons and members of a replicated store as processes in network namespaces, faults of all kinds, and
 * clients whose whole history must have an order.
 *
 * <p>A {@link org.flushspread.flush.torture.Round} has {@link org.flushspread.flush.torture.Machines}, on each of which a daemon and a
 * {@link org.flushspread.flush.torture.MemberProcess} run, {@link org.flushspread.flush.torture.Clients} that write a
 * {@link org.flushspread.flush.torture.History}, and a {@link org.flushspread.flush.torture.Nemesis}. When all is healed the checker of package
 * {@code linearizability} judges the history, key by key; what is kept of a bad one is drawn by {@link org.flushspread.flush.torture.Timeline}.
 */
@NullMarked
package org.flushspread.flush.torture;

import org.jspecify.annotations.NullMarked;
