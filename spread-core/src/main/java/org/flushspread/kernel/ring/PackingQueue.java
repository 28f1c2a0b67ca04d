package org.flushspread.kernel.ring;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import org.flushspread.kernel.base.Backlog;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;

/**
 * Messages that wait for the token, already cut and packed into packets (ring-protocol 4.2, 4.3). The last packet stays open for further
 * messages until it is taken. The sequenced fragments of an unfinished message are kept, so that it can start again in a new ring
 * (membership-protocol 7.2 step 4).
 */
final class PackingQueue {
    private static final Backlog NOBODY = new Backlog();

    private final ByteBufAllocator allocator;
    private final int maxBody;
    private final int largestBody;
    private final int mostFragments;
    private final Packing packing;

    private ByteBuf[] packets = new ByteBuf[64];
    private int[] messagesEnding = new int[64];
    private int head;
    private int size;
    private int messages;
    /** Memory of the packets in the queue. */
    private long bytes;
    /** Whose each message is and what it cost, in the order of the messages; a ring as {@link #packets}. */
    private Backlog[] senders = new Backlog[64];

    private int[] costs = new int[64];
    private int oldest;
    private boolean tailSealed;
    /** Sequenced fragments of the message that continues at the head. */
    private final ArrayList<ByteBuf> begun = new ArrayList<>();
    /** The unfinished message was given up: it is finished in this ring, but not begun again in the next. */
    private boolean givenUp;

    /**
     * @param maxBody of a packet that the network carries whole
     * @param largestBody of any: a message that would have too many fragments has larger ones (ring-protocol 4.2)
     */
    PackingQueue(ByteBufAllocator allocator, int maxBody, int largestBody, int mostFragments, Packing packing) {
        this.allocator = allocator;
        this.maxBody = maxBody;
        this.largestBody = largestBody;
        this.mostFragments = mostFragments;
        this.packing = packing;
        Arrays.fill(packets, Unpooled.EMPTY_BUFFER);
        Arrays.fill(senders, NOBODY);
    }

    /** Messages not yet sequenced whole. */
    int messages() {
        return messages;
    }

    /** Memory of what waits, in bytes. */
    long bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** True if some, but not all fragments of a message were taken. Nothing else may be sequenced in between (ring-protocol Q5). */
    boolean isMidMessage() {
        return !begun.isEmpty();
    }

    /** True if an image of this length can be carried. */
    boolean fits(int length) {
        return length > 0
                && length <= MessageHeader.MAX_IMAGE
                && (length - 1) / largestBody < MessageHeader.MAX_FRAGMENTS;
    }

    /**
     * Copies an image into packets. All of it or nothing: if memory runs out on the way, the queue is as it was before, so that no fragment
     * goes out whose message never ends.
     *
     * @param from where it counts until it is sequenced
     */
    void add(Backlog from, int service, ByteBuf image, int index, int length) {
        if (messages == senders.length) {
            growMessages();
        }
        long before = bytes;
        if (length > maxBody || !pack(service, image, index, length)) {
            cut(service, image, index, length);
        }
        // a packet of its own costs all its room, as one of a busy queue is filled by others who pay for what they fill
        int cost = bytes == before ? length : (int) (bytes - before);
        int at = (oldest + messages) & (senders.length - 1);
        senders[at] = from;
        costs[at] = cost;
        from.queued(cost);
        messages++;
    }

    private void cut(int service, ByteBuf image, int index, int length) {
        int before = size;
        int begun = roomToBegin(service, length);
        int rest = length - begun;
        int fragment = begun == 0 ? 0 : 1;
        int piece = (rest - 1) / maxBody + fragment < mostFragments ? maxBody : largestBody;
        int fragments = (rest - 1) / piece + 1 + fragment;
        boolean done = false;
        try {
            int at = index + begun;
            while (++fragment < fragments) {
                append(service, fragment, image, at, piece, 0);
                at += piece;
            }
            append(service, -fragments, image, at, index + length - at, 1);
            done = true;
        } finally {
            while (!done && size > before) {
                dropTail();
            }
        }
        if (begun > 0) {
            put(packets[slot(before - 1)], 1, image, index, begun);
        }
        tailSealed = false;
    }

    /**
     * Bytes of a message that may stand in the last packet before the rest of it follows in others, 0 if it begins a packet of its own. Its
     * header is not cut, for a receiver takes the length of the whole from it (16 S6).
     */
    private int roomToBegin(int service, int length) {
        if (packing != Packing.BEGUN || size == 0 || tailSealed || service == PacketType.RELIABLE) {
            return 0;
        }
        ByteBuf packet = packets[slot(size - 1)];
        int room = room(packet);
        boolean mayHaveCompany = compatible(packet.getIntLE(PacketHeader.TYPE) & PacketType.REGULAR, service);
        boolean fits = (length - room - 1) / maxBody + 2 <= mostFragments;
        return mayHaveCompany && fits && room >= MessageHeader.LENGTH && room < length ? room : 0;
    }

    /** For the payload of one more fragment. */
    private int room(ByteBuf packet) {
        int dataLength = packet.writerIndex() - PacketHeader.LENGTH;
        return maxBody - Fragments.aligned(dataLength, 0) - PacketHeader.FRAGMENT_HEADER;
    }

    private static void put(ByteBuf packet, int fragmentIndex, ByteBuf image, int index, int length) {
        packet.writeZero(Fragments.aligned(packet.writerIndex(), PacketHeader.LENGTH) - packet.writerIndex());
        packet.writeShortLE(fragmentIndex);
        packet.writeShortLE(length);
        packet.writeBytes(image, index, length);
        packet.setShortLE(PacketHeader.DATA_LENGTH, packet.writerIndex() - PacketHeader.LENGTH);
    }

    private boolean pack(int service, ByteBuf image, int index, int length) {
        if (packing == Packing.NONE || size == 0 || tailSealed) {
            return false;
        }
        int slot = slot(size - 1);
        ByteBuf packet = packets[slot];
        if (length > room(packet) || !compatible(packet.getIntLE(PacketHeader.TYPE) & PacketType.REGULAR, service)) {
            return false;
        }
        put(packet, -1, image, index, length);
        messagesEnding[slot]++;
        return true;
    }

    private static boolean compatible(int packetService, int service) {
        int ordered = PacketType.FIFO | PacketType.AGREED;
        return packetService == service || ((packetService & ordered) != 0 && (service & ordered) != 0);
    }

    private void append(int service, int fragmentIndex, ByteBuf image, int index, int length, int ending) {
        if (size == packets.length) {
            grow();
        }
        ByteBuf packet = packetOf(service, fragmentIndex, image, index, length);
        packets[slot(size)] = packet;
        messagesEnding[slot(size)] = ending;
        bytes += packet.capacity();
        size++;
    }

    private ByteBuf packetOf(int service, int fragmentIndex, ByteBuf image, int index, int length) {
        int capacity = PacketHeader.LENGTH + (packing == Packing.NONE ? length : Math.max(maxBody, length));
        ByteBuf packet = allocator.buffer(capacity, capacity);
        packet.writeIntLE(service | ByteOrderTag.LITTLE_ENDIAN);
        packet.writeZero(PacketHeader.LENGTH - 4);
        packet.setShortLE(PacketHeader.DATA_LENGTH, length);
        packet.setShortLE(PacketHeader.FRAGMENT_INDEX, fragmentIndex);
        packet.setShortLE(PacketHeader.FRAGMENT_LENGTH, length);
        packet.writeBytes(image, index, length);
        return packet;
    }

    /** The next packet; the caller owns it and numbers it. */
    ByteBuf take() {
        ByteBuf packet = packets[head];
        int fragmentIndex = packet.getShortLE(PacketHeader.FRAGMENT_INDEX);
        if (fragmentIndex < -1) {
            releaseBegun();
        }
        // Elsewhere nothing begins behind others, and the way to the last fragment is saved.
        if (fragmentIndex > 0 || (packing == Packing.BEGUN && Fragments.lastIndex(packet) > 0)) {
            begun.add(packet.retain());
        }
        dropHead(false);
        return packet;
    }

    /** A new ring was installed: an unfinished message starts again from its first fragment. */
    void restart() {
        if (givenUp) {
            dropUnfinished();
            return;
        }
        for (int i = begun.size() - 1; i >= 0; i--) {
            if (size == packets.length) {
                grow();
            }
            ByteBuf packet = withoutCompany(begun.get(i));
            head = (head - 1) & (packets.length - 1);
            packets[head] = packet;
            messagesEnding[head] = 0;
            bytes += packet.capacity();
            size++;
        }
        begun.clear();
    }

    /** The fragment with which a packet ends; what stood before it was for the ring that it was sequenced in. */
    private ByteBuf withoutCompany(ByteBuf packet) {
        int at = Fragments.lastPayload(packet);
        if (at == PacketHeader.LENGTH) {
            return packet;
        }
        int length = packet.writerIndex() - at;
        ByteBuf alone = packetOf(packet.getIntLE(PacketHeader.TYPE) & PacketType.REGULAR, 1, packet, at, length);
        packet.release();
        return alone;
    }

    private void dropUnfinished() {
        releaseBegun();
        boolean last = false;
        while (!last && size > 0) {
            last = packets[head].getShortLE(PacketHeader.FRAGMENT_INDEX) < 0;
            dropHead(true);
        }
    }

    /**
     * Drops what was not sequenced whole. The rest of a message that was begun in this ring must still follow, for a receiver aborts on a
     * fragment out of order (ring-protocol Q5); it goes without company.
     */
    void clear() {
        if (begun.isEmpty()) {
            while (size > 0) {
                dropHead(true);
            }
            return;
        }
        int keep = 0;
        while (packets[slot(keep)].getShortLE(PacketHeader.FRAGMENT_INDEX) > 0) {
            keep++;
        }
        ByteBuf last = packets[slot(keep)];
        int length = last.getShortLE(PacketHeader.FRAGMENT_LENGTH);
        last.writerIndex(PacketHeader.LENGTH + length);
        last.setShortLE(PacketHeader.DATA_LENGTH, length);
        messagesEnding[slot(keep)] = 1;
        while (size > keep + 1) {
            dropTail();
        }
        while (messages > 1) {
            messages--;
            forget((oldest + messages) & (senders.length - 1));
        }
        tailSealed = true;
        givenUp = true;
    }

    /** Counts anew what waits. */
    void audit() {
        int ending = 0;
        long capacity = 0;
        for (int i = 0; i < size; i++) {
            ending += messagesEnding[slot(i)];
            capacity += packets[slot(i)].capacity();
        }
        if (ending != messages || capacity != bytes) {
            throw new InvariantViolation(
                    "ring-protocol 4.3: a queue counts what is in it",
                    messages + " messages with " + bytes + " bytes, counted " + ending + " with " + capacity);
        }
    }

    /** Releases every buffer. */
    void close() {
        releaseBegun();
        while (size > 0) {
            dropHead(true);
        }
    }

    private void dropHead(boolean release) {
        bytes -= packets[head].capacity();
        if (release) {
            packets[head].release();
        }
        packets[head] = Unpooled.EMPTY_BUFFER;
        for (int i = messagesEnding[head]; i > 0; i--) {
            forget(oldest);
            oldest = (oldest + 1) & (senders.length - 1);
            messages--;
        }
        head = (head + 1) & (packets.length - 1);
        size--;
        if (size == 0) {
            tailSealed = false;
            if (messages != 0 || bytes != 0) {
                throw new InvariantViolation(
                        "ring-protocol 4.3: an empty queue has no messages and no bytes",
                        messages + " messages with " + bytes + " bytes");
            }
        }
    }

    private void dropTail() {
        size--;
        int slot = slot(size);
        bytes -= packets[slot].capacity();
        packets[slot].release();
        packets[slot] = Unpooled.EMPTY_BUFFER;
    }

    /** The message in this place counts no longer. */
    private void forget(int place) {
        senders[place].left(costs[place]);
    }

    private void releaseBegun() {
        for (int i = 0; i < begun.size(); i++) {
            begun.get(i).release();
        }
        begun.clear();
        givenUp = false;
    }

    private int slot(int position) {
        return (head + position) & (packets.length - 1);
    }

    private void grow() {
        int length = packets.length;
        ByteBuf[] wider = new ByteBuf[2 * length];
        int[] counts = new int[2 * length];
        Arrays.fill(wider, Unpooled.EMPTY_BUFFER);
        for (int i = 0; i < size; i++) {
            wider[i] = packets[slot(i)];
            counts[i] = messagesEnding[slot(i)];
        }
        packets = wider;
        messagesEnding = counts;
        head = 0;
    }

    private void growMessages() {
        int length = senders.length;
        Backlog[] wider = new Backlog[2 * length];
        int[] widerCosts = new int[2 * length];
        Arrays.fill(wider, NOBODY);
        for (int i = 0; i < messages; i++) {
            wider[i] = senders[(oldest + i) & (length - 1)];
            widerCosts[i] = costs[(oldest + i) & (length - 1)];
        }
        senders = wider;
        costs = widerCosts;
        oldest = 0;
    }
}
