/**
 * The ground the rooms of a kernel stand on: what they share ({@link org.flushspread.kernel.base.Context}: ports, configuration, time,
 * deadlines, counters), what they say to each other ({@link org.flushspread.kernel.base.Message},
 * {@link org.flushspread.kernel.base.Outbound}, {@link org.flushspread.kernel.base.DaemonMembership}) and to the world
 * ({@link org.flushspread.kernel.base.Ports}, {@link org.flushspread.kernel.base.Event}, {@link org.flushspread.kernel.base.Reason}). It
 * knows no room.
 */
@NullMarked
package org.flushspread.kernel.base;

import org.jspecify.annotations.NullMarked;
