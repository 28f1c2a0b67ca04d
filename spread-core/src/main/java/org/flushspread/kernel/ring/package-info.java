/**
 * Total order on a token ring (ring-protocol): packets, packing and fragmentation, the token visit, retransmission, flow control, the
 * accelerated ring, idle token and hurry, segments, delivery and discard.
 *
 * <p>A message is cut into packet buffers when it is submitted; a packet buffer is never copied again until it is stable. Received packets
 * are checked in place, copied once into a buffer of their own size and kept in a slot array indexed by sequence number.
 *
 * <p>The way out: a message is put into the {@code Outbox}, which cuts and packs it in one of its two {@code PackingQueue}s; at a visit of
 * the token the {@code Sequencer} numbers what may go, and the {@code PacketSender} puts it on the wire route by route. What a token asks
 * for again is read and answered by {@code RetransmissionRequests}.
 */
@NullMarked
package org.flushspread.kernel.ring;

import org.jspecify.annotations.NullMarked;
