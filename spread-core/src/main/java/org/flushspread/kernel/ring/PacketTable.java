package org.flushspread.kernel.ring;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;

/**
 * The packets of one ring that are not yet known to be everywhere, and the five numbers that say how far each step has come
 * (ring-protocol 6). Stored packets are little-endian, carry neither ROUTED nor the marks of a transmission, and span reader index 0 to
 * writer index.
 */
final class PacketTable {
    static final int SLOTS = 8192;

    static final byte EMPTY = 0;
    static final byte RECEIVED = 1;
    /** Delivered, kept because another daemon may ask for it. */
    static final byte DELIVERED = 2;
    /** A hole that no member of the new ring holds; only during recovery. */
    static final byte DUMMY = 3;

    /** The highest sequence number known to exist. */
    int highest;
    /** This daemon has everything up to here. */
    int myAru;
    /** Everyone has everything up to here: stable. */
    int aru;

    int lastDiscarded;
    int lastDelivered;
    /** The last one that went up in its place of the order. */
    private int lastOrdered;

    private final ByteBuf[] packets = new ByteBuf[SLOTS];
    private final byte[] states = new byte[SLOTS];

    PacketTable() {
        Arrays.fill(packets, Unpooled.EMPTY_BUFFER);
    }

    byte state(int sequence) {
        return states[sequence & (SLOTS - 1)];
    }

    /** The packet of a slot that is RECEIVED or DELIVERED. */
    ByteBuf packet(int sequence) {
        return packets[sequence & (SLOTS - 1)];
    }

    /** True if the bytes are here and may be sent again. */
    boolean hasPacket(int sequence) {
        byte state = state(sequence);
        return sequence > lastDiscarded && sequence <= highest && (state == RECEIVED || state == DELIVERED);
    }

    /** True if this daemon does not miss it: held, or delivered and discarded before (membership-protocol 15 no. 2). */
    boolean isHeld(int sequence) {
        return sequence <= lastDiscarded || hasPacket(sequence);
    }

    /** True if it went up, in its place of the order or ahead of it. */
    boolean isDelivered(int sequence) {
        return sequence <= lastDelivered || (sequence <= highest && state(sequence) == DELIVERED);
    }

    /** Packets known to exist that are not here. */
    int holes() {
        int missing = 0;
        for (int sequence = Math.max(myAru, lastDiscarded) + 1; sequence <= highest; sequence++) {
            missing += state(sequence) == EMPTY ? 1 : 0;
        }
        return missing;
    }

    /** True for a SAFE packet that still waits for delivery. */
    boolean isWaitingSafe(int sequence) {
        return state(sequence) == RECEIVED && (type(sequence) & PacketType.SAFE) != 0;
    }

    int type(int sequence) {
        return packet(sequence).getIntLE(PacketHeader.TYPE);
    }

    int originator(int sequence) {
        return packet(sequence).getIntLE(PacketHeader.PROC_ID);
    }

    /**
     * Takes over the reference.
     *
     * @throws InvariantViolation if the number has no slot of its own: then more is in flight than the windows allow
     */
    void put(int sequence, ByteBuf packet) {
        if (states[sequence & (SLOTS - 1)] != EMPTY || sequence <= lastDiscarded || sequence - lastDiscarded >= SLOTS) {
            throw new InvariantViolation(
                    "ring-protocol 9: all numbers in flight have slots of their own", sequence + " with " + figures());
        }
        packets[sequence & (SLOTS - 1)] = packet;
        states[sequence & (SLOTS - 1)] = RECEIVED;
        highest = Math.max(highest, sequence);
    }

    /** It goes up in its place of the order. */
    void markOrdered(int sequence) {
        if (sequence <= lastOrdered) {
            throw new InvariantViolation(
                    "ring-protocol 13.2: what goes up in order has rising numbers", sequence + " after " + lastOrdered);
        }
        lastOrdered = sequence;
        markDelivered(sequence);
    }

    void markDelivered(int sequence) {
        states[sequence & (SLOTS - 1)] = DELIVERED;
    }

    void markDummy(int sequence) {
        remove(sequence);
        states[sequence & (SLOTS - 1)] = DUMMY;
    }

    void remove(int sequence) {
        int slot = sequence & (SLOTS - 1);
        packets[slot].release();
        packets[slot] = Unpooled.EMPTY_BUFFER;
        states[slot] = EMPTY;
    }

    /** Moves my aru over everything that is there, dummies included (7.2 step 6). */
    void advance() {
        while (myAru < highest && state(myAru + 1) != EMPTY) {
            myAru++;
        }
    }

    /** Forgets everything above {@code bound}. */
    void truncate(int bound) {
        for (int sequence = bound + 1; sequence <= highest; sequence++) {
            remove(sequence);
        }
        highest = bound;
        myAru = Math.min(myAru, bound);
    }

    /** Removes the dummies and counts anew what is there (membership-protocol 7.5). */
    void removeDummies() {
        for (int sequence = lastDiscarded + 1; sequence <= highest; sequence++) {
            if (state(sequence) == DUMMY) {
                remove(sequence);
            }
        }
        aru = lastDiscarded;
        myAru = lastDiscarded;
        advance();
    }

    /**
     * Moves the line below which everything is everywhere.
     *
     * @throws InvariantViolation if what was known to be everywhere is so no longer
     */
    void stable(int bound) {
        if (bound < aru) {
            throw new InvariantViolation(
                    "ring-protocol 7.2 step 14: the aru of a ring never falls", bound + " after " + figures());
        }
        aru = bound;
    }

    /**
     * What holds between two visits, whatever arrived (ring-protocol 6): nothing is thrown away before its delivery, delivered in order
     * before everything ahead of it is here, or known to be everywhere before it is here.
     *
     * @param end no sequence number is as high: the highest, or the fence of a recovery that has everything
     */
    void verify(int end) {
        if (lastDiscarded > lastDelivered || lastDelivered > myAru || aru > myAru || myAru > end) {
            throw new InvariantViolation(
                    "ring-protocol 6: discarded <= delivered <= my aru <= highest, aru <= my aru", figures());
        }
    }

    /**
     * As {@link #verify}, with every slot: too dear for each visit.
     *
     * @param recovering dummies are allowed
     */
    void audit(boolean recovering) {
        int occupied = 0;
        for (int sequence = lastDiscarded + 1; sequence <= highest; sequence++) {
            byte state = state(sequence);
            boolean stored = state == RECEIVED || state == DELIVERED;
            if (stored && packet(sequence).getIntLE(PacketHeader.SEQUENCE) != sequence) {
                throw new InvariantViolation(
                        "ring-protocol 6: a slot holds the packet of its number",
                        sequence + " holds " + packet(sequence).getIntLE(PacketHeader.SEQUENCE));
            }
            if ((state == EMPTY && sequence <= myAru) || (state == DUMMY && !recovering)) {
                throw new InvariantViolation(
                        "ring-protocol 6: everything up to my aru is here", sequence + " in state " + state);
            }
            occupied += state == EMPTY ? 0 : 1;
        }
        for (byte state : states) {
            occupied -= state == EMPTY ? 0 : 1;
        }
        if (occupied != 0) {
            throw new InvariantViolation(
                    "ring-protocol 6: only what is in flight has a slot", -occupied + " more, " + figures());
        }
    }

    private String figures() {
        return "discarded " + lastDiscarded + ", delivered " + lastDelivered + ", aru " + aru + ", my aru " + myAru
                + ", highest " + highest;
    }

    /** Empties the table for a new ring. */
    void reset() {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (states[slot] != EMPTY) {
                remove(slot);
            }
        }
        highest = 0;
        myAru = 0;
        aru = 0;
        lastDiscarded = 0;
        lastDelivered = 0;
        lastOrdered = 0;
    }
}
