/**
 * Who is in the ring: the states OP, SEG, REPRESENTED, GATHER, FORM and EVS of membership-protocol, its messages and timers, lookup,
 * monitor partitions and reload. The data of the old ring and its recovery belong to {@code kernel.ring} and {@code kernel.recovery},
 * which this room reaches through {@link org.flushspread.kernel.membership.FormingRing}.
 */
@NullMarked
package org.flushspread.kernel.membership;

import org.jspecify.annotations.NullMarked;
