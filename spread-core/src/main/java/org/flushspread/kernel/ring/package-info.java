/**
 * Total order on a token ring (ring-protocol): packets, packing and fragmentation, the token visit, retransmission, flow control, the
 * accelerated ring, idle token and hurry, segments, delivery and discard.
 *
 * <p>A message is cut into packet buffers when it is submitted; a packet buffer is never copied again until it is stable. Received packets
 * are checked in place, copied once into a buffer of their own size and kept in a slot array indexed by sequence number.
 */
@NullMarked
package org.flushspread.kernel.ring;

import org.jspecify.annotations.NullMarked;
