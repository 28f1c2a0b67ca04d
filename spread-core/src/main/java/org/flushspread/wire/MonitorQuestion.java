package org.flushspread.wire;

import io.netty.buffer.ByteBuf;

/**
 * What a STATUS request asks of a daemon of this project beyond the figures (monitor-protocol 8), carried in the header's {@code
 * token_round}, which C daemons do not look at: they answer with their figures alone.
 *
 * @param kind what is asked
 * @param index of a daemon or segment in the configuration, 0 to 255, where {@code kind} speaks of one
 */
public record MonitorQuestion(Kind kind, int index) {
    /** In the order of the numbers on the wire. */
    public enum Kind {
        /** The figures, as C daemons tell them. */
        NONE,
        /** Besides the figures: configuration hash, membership id and wall clock. */
        FACTS,
        /** That the daemon passes the request on to the data port of another one. */
        PASS_TO_DATA,
        /** That the daemon passes the request on to the token port of another one. */
        PASS_TO_TOKEN,
        /** That the daemon passes the request on to the address of a segment. */
        PASS_TO_SEGMENT,
        /** As FACTS, with the hash of one daemon's entry in place of that of the configuration; 0 if there is no such entry. */
        ENTRY
    }

    private static final int INDEX_BITS = 8;
    private static final int MAX_INDEX = (1 << INDEX_BITS) - 1;

    public MonitorQuestion {
        if (index < 0 || index > MAX_INDEX) {
            throw new IllegalArgumentException("index " + index);
        }
    }

    /** The question of a request; an unknown one counts as none. */
    public static MonitorQuestion of(ByteBuf in, int at, boolean little) {
        int value = PacketHeader.tokenRound(in, at, little);
        int kind = value >>> INDEX_BITS;
        return kind >= Kind.values().length
                ? new MonitorQuestion(Kind.NONE, 0)
                : new MonitorQuestion(Kind.values()[kind], value & MAX_INDEX);
    }

    /** The number on the wire. */
    public int value() {
        return kind.ordinal() << INDEX_BITS | index;
    }

    /** Puts the question into a little-endian request at {@code at}. */
    public void ask(ByteBuf request, int at) {
        request.setIntLE(at + PacketHeader.TOKEN_ROUND, value());
    }
}
