package org.flushspread.kernel.ring;

import io.netty.buffer.ByteBuf;
import org.flushspread.kernel.base.Backlog;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.PacketHeader;

/** The two send queues, clients and GROUPS, of which one is in use (ring-protocol 4.3, groups-protocol 6.2). */
final class Outbox {
    /** By so much the header of IPv6 is longer than that of IPv4, for which the size of packets was chosen. */
    private static final int IPV6 = 20;

    private final PackingQueue clients;
    private final PackingQueue groups;
    private boolean groupsOnly;

    Outbox(Context context) {
        KernelSettings settings = context.settings();
        int largest = settings.maxPacket() - PacketHeader.LENGTH;
        boolean ipv6 = context.me().address().isIpv6();
        int maxBody = largest - settings.headroom() - (ipv6 ? IPV6 : 0);
        int mostFragments =
                MessageHeader.maxFragments(context.configuration().ring().major());
        Packing packing = Packing.of(settings);
        clients = new PackingQueue(context.allocator(), maxBody, largest, mostFragments, packing);
        groups = new PackingQueue(context.allocator(), maxBody, largest, mostFragments, packing);
    }

    boolean fits(int length) {
        return clients.fits(length);
    }

    /** Queues a message, all of it or, if that fails, nothing; true if it is the only one of the queue in use, so that the ring may have to be woken (11.2). */
    boolean add(Backlog from, boolean toGroups, int service, ByteBuf image, int index, int length) {
        PackingQueue queue = toGroups ? groups : clients;
        queue.add(from, service, image, index, length);
        return toGroups == groupsOnly && queue.messages() == 1;
    }

    void groupsOnly(boolean on) {
        groupsOnly = on;
    }

    boolean isGroupsOnly() {
        return groupsOnly;
    }

    void clearGroups() {
        groups.clear();
    }

    /** Messages of clients that are not sequenced whole. */
    int waitingClients() {
        return clients.messages();
    }

    /** Memory of what clients have waiting. */
    long waitingClientBytes() {
        return clients.bytes();
    }

    /** True if {@link #take} has a packet. */
    boolean hasNext() {
        return !inUse().isEmpty();
    }

    /** The next packet; the caller owns it. */
    ByteBuf take() {
        return inUse().take();
    }

    /** A begun message is finished before the other queue is used (ring-protocol Q5). */
    private PackingQueue inUse() {
        if (groups.isMidMessage()) {
            return groups;
        }
        return clients.isMidMessage() || !groupsOnly ? clients : groups;
    }

    void audit() {
        clients.audit();
        groups.audit();
    }

    void restart() {
        clients.restart();
        groups.restart();
    }

    void close() {
        clients.close();
        groups.close();
    }
}
