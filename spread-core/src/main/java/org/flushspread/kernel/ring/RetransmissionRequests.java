package org.flushspread.kernel.ring;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.Counters;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.Route;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.PacketType;
import org.jspecify.annotations.Nullable;

/**
 * The retransmission requests in the body of a token: records of ring id, whom to answer, and the numbers that are missing (ring-protocol 5,
 * 8).
 */
final class RetransmissionRequests {
    static final int HEADER = 16;
    /** Numbers requested in one visit, so that the token fits into one frame; the rest follows in the next rotation (21 no. 6). */
    static final int MAX_REQUESTED = 300;

    /** If the same request comes again after so many answers, these do not arrive, and others are given the chance to answer (8.3). */
    static final int ANSWERS_BEFORE_TURNS = 3;

    private static final int DAEMON = 8;
    private static final int SEGMENT = 12;
    private static final int COUNT = 14;

    private final Context context;
    private final PacketTable table;
    private final PacketSender sender;

    private final Burst asAsked = new Burst();
    private final Burst toAll = new Burst();
    /** How often a number was asked for here: numbers and counts by slot of the table. */
    private final int[] asked = new int[PacketTable.SLOTS];

    private final int[] times = new int[PacketTable.SLOTS];
    private int daemonToAnswer;
    private int segmentToAnswer;

    RetransmissionRequests(Context context, PacketTable table, PacketSender sender) {
        this.context = context;
        this.table = table;
        this.sender = sender;
    }

    /** A new ring counts from 1 again. */
    void restart() {
        Arrays.fill(asked, 0);
    }

    /** True if the records fill the body exactly and those of my ring name daemons, segments and numbers that can be (16 S11). */
    static boolean areValid(Context context, ByteBuf body, int at, int length, boolean little, MembershipId mine) {
        int end = at + length;
        while (at < end) {
            if (end - at < HEADER) {
                return false;
            }
            int count = ByteOrderTag.getShort(body, at + COUNT, little);
            if (count < 0 || 4 * count > end - at - HEADER) {
                return false;
            }
            if (mine.equals(body, at, little) && !isValid(context, body, at, count, little)) {
                return false;
            }
            at += HEADER + 4 * count;
        }
        return true;
    }

    private static boolean isValid(Context context, ByteBuf body, int at, int count, boolean little) {
        int daemon = ByteOrderTag.getInt(body, at + DAEMON, little);
        int segment = ByteOrderTag.getShort(body, at + SEGMENT, little);
        if ((daemon != -1 && context.configuration().byId(daemon) == null)
                || segment < -1
                || segment >= context.configuration().segments().size()) {
            return false;
        }
        int before = Integer.MIN_VALUE;
        for (int i = 0; i < count; i++) {
            int sequence = ByteOrderTag.getInt(body, at + HEADER + 4 * i, little);
            if (sequence <= before) {
                return false;
            }
            before = sequence;
        }
        return true;
    }

    /**
     * Answers the records of my ring and copies those of other rings to {@code kept}, little-endian (8.1). Remembers how widely my own
     * request must be answered.
     *
     * @return packets sent again
     */
    int answer(RingOrder order, ByteBuf body, int at, int length, boolean little, MembershipId mine, ByteBuf kept) {
        daemonToAnswer = context.me().id();
        segmentToAnswer = context.me().segment();
        int sent = 0;
        int end = at + length;
        while (at < end) {
            int count = ByteOrderTag.getShort(body, at + COUNT, little);
            if (mine.equals(body, at, little)) {
                sent += answerRecord(order, body, at, count, little, kept);
            } else {
                copy(body, at, count, little, kept);
            }
            at += HEADER + 4 * count;
        }
        return sent;
    }

    private static void copy(ByteBuf body, int at, int count, boolean little, ByteBuf kept) {
        copyHeader(body, at, count, little, kept);
        for (int i = 0; i < count; i++) {
            kept.writeIntLE(ByteOrderTag.getInt(body, at + HEADER + 4 * i, little));
        }
    }

    private static void copyHeader(ByteBuf body, int at, int count, boolean little, ByteBuf kept) {
        for (int i = 0; i < SEGMENT; i += 4) {
            kept.writeIntLE(ByteOrderTag.getInt(body, at + i, little));
        }
        kept.writeShortLE(ByteOrderTag.getShort(body, at + SEGMENT, little));
        kept.writeShortLE(count);
    }

    private int answerRecord(RingOrder order, ByteBuf body, int at, int count, boolean little, ByteBuf kept) {
        int segment = ByteOrderTag.getShort(body, at + SEGMENT, little);
        int leftAt = kept.writerIndex();
        int left = 0;
        for (int i = 0; i < count; i++) {
            int sequence = ByteOrderTag.getInt(body, at + HEADER + 4 * i, little);
            if (sequence <= table.lastDiscarded) {
                context.refuse(Reason.REQUEST_BELOW_ARU);
            } else if (table.hasPacket(sequence)) {
                int turn = askedAgain(sequence) - ANSWERS_BEFORE_TURNS;
                if (turn >= 0 && turn % 3 == 0) {
                    if (left++ == 0) {
                        copyHeader(body, at, 0, little, kept);
                    }
                    kept.writeIntLE(sequence);
                } else {
                    (turn >= 0 && turn % 3 == 1 ? toAll : asAsked).add(table.packet(sequence));
                }
            } else {
                daemonToAnswer = -1;
                segmentToAnswer = segment == context.me().segment() ? segmentToAnswer : -1;
            }
        }
        Counters counters = context.counters();
        if (left > 0) {
            kept.setShortLE(leftAt + COUNT, left);
            counters.requestsLeft += left;
        }
        int sent = asAsked.size;
        int daemon = ByteOrderTag.getInt(body, at + DAEMON, little);
        if (daemon != -1) {
            sendBurst(order.member(daemon), 0);
            counters.unicastRetransmissions += sent;
        } else if (segment != -1) {
            boolean own = segment == context.me().segment();
            sendBurst(own ? order.mySegment : order.firstMember(segment), own ? 0 : PacketType.ROUTED);
            counters.segmentRetransmissions += sent;
        } else {
            sender.toAll(order, asAsked.packets, 0, sent);
            counters.broadcastRetransmissions += sent;
        }
        counters.retransmissions += sent;
        asAsked.clear();
        return sent + sendToAll(order);
    }

    /** How often this number was asked for before. */
    private int askedAgain(int sequence) {
        int slot = sequence & (PacketTable.SLOTS - 1);
        if (asked[slot] != sequence) {
            asked[slot] = sequence;
            times[slot] = 0;
        }
        return times[slot]++;
    }

    /** How often others asked here for this number. */
    int timesAsked(int sequence) {
        int slot = sequence & (PacketTable.SLOTS - 1);
        return asked[slot] == sequence ? times[slot] : 0;
    }

    private int sendToAll(RingOrder order) {
        int sent = toAll.size;
        sender.toAll(order, toAll.packets, 0, sent);
        context.counters().broadcastRetransmissions += sent;
        context.counters().retransmissions += sent;
        toAll.clear();
        return sent;
    }

    /**
     * Sends the packets that a ring which stands still is waiting for, to all and without being asked: the daemon that answers the requests
     * may not reach the one that makes them (8.3).
     *
     * @return packets sent
     */
    int sendUnasked(RingOrder order, int most) {
        for (int sequence = table.aru + 1; sequence <= table.highest && toAll.size < most; sequence++) {
            if (table.hasPacket(sequence)) {
                toAll.add(table.packet(sequence));
            }
        }
        return sendToAll(order);
    }

    private void sendBurst(@Nullable Route route, int routed) {
        for (int i = 0; route != null && i < asAsked.size; i++) {
            sender.send(route, asAsked.packets[i], routed);
        }
    }

    /** Packets that go out together. */
    private static final class Burst {
        private ByteBuf[] packets = new ByteBuf[64];
        private int size;

        Burst() {
            Arrays.fill(packets, Unpooled.EMPTY_BUFFER);
        }

        void add(ByteBuf packet) {
            if (size == packets.length) {
                packets = Arrays.copyOf(packets, 2 * size);
                Arrays.fill(packets, size, packets.length, Unpooled.EMPTY_BUFFER);
            }
            packets[size++] = packet;
        }

        void clear() {
            Arrays.fill(packets, 0, size, Unpooled.EMPTY_BUFFER);
            size = 0;
        }
    }

    /** Appends a record with everything missing up to {@code limit}, as much as fits (8.2). */
    void append(ByteBuf body, MembershipId mine, int limit) {
        int room = (body.maxCapacity() - body.writerIndex() - HEADER) / 4;
        if (table.myAru >= limit || room < 2) {
            return;
        }
        int at = body.writerIndex();
        mine.write(body);
        body.writeIntLE(daemonToAnswer);
        body.writeShortLE(segmentToAnswer);
        body.writeShortLE(0);
        int count = 0;
        int most = Math.min(room, MAX_REQUESTED);
        for (int sequence = table.myAru + 1; sequence <= limit && count < most; sequence++) {
            if (table.state(sequence) == PacketTable.EMPTY) {
                body.writeIntLE(sequence);
                count++;
            }
        }
        body.setShortLE(at + COUNT, count);
        context.counters().requestsSent += count;
    }
}
