/**
 * Extended virtual synchrony as checkers over the traces of daemons: one class per property or small family of membership-protocol 12.
 * A {@link org.flushspread.simulation.evs.DaemonLife} is what one daemon saw from start to crash.
 */
@NullMarked
package org.flushspread.simulation.evs;

import org.jspecify.annotations.NullMarked;
