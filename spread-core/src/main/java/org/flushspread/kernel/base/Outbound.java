package org.flushspread.kernel.base;

import io.netty.buffer.ByteBuf;

/**
 * The way down: the ring's queues of messages that wait for the token. Groups switches between the two at a membership change; what waits
 * in the other queue keeps its order (groups-protocol 6.2).
 */
public interface Outbound {
    /**
     * Queues a message of a client (or a KILL the daemon makes). The image is copied before the call returns.
     *
     * @param service the packet type that carries it, one of RELIABLE, FIFO, AGREED, SAFE of {@code PacketType}
     */
    void submit(int service, ByteBuf image, int index, int length);

    /**
     * Queues a message of a client and counts it against its sender's backlog until it is sequenced. If memory runs out, nothing of it is
     * queued; any other failure is a {@link KernelFailure}.
     */
    default void submit(Backlog from, int service, ByteBuf image, int index, int length) {
        submit(service, image, index, length);
    }

    /** Queues a GROUPS message in the second queue. */
    void submitGroups(int service, ByteBuf image, int index, int length);

    /** True while only GROUPS messages are sequenced; the client queue waits meanwhile. */
    void groupsOnly(boolean on);

    /** Drops every GROUPS message that has not been sequenced whole. */
    void clearGroups();

    /**
     * Sets what may be delivered. Lowering it schedules a delivery pass; nothing is delivered before this call returns
     * (ring-protocol 13.1).
     */
    void threshold(DeliveryThreshold level);

    /** While on, this daemon sends no new packets but GROUPS messages, and tells the ring that its window is used up (ring-protocol 9). */
    default void holdBack(boolean on) {}

    /** Messages in the client queue, whole or partly sent; the water mark looks at it. */
    int waiting();

    /** Memory of the packets in the client queue, in bytes. */
    long waitingBytes();
}
