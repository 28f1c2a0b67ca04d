package org.flushspread.wire;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What FORM1 and FORM2 have in common: header and rings (membership-protocol 2.2, 2.9, 2.10). */
final class FormToken {
    /** {@code rtr_len} is a signed 16-bit number. */
    static final int MAX_BODY = Short.MAX_VALUE;

    static final int MAX_RINGS = 20;

    private FormToken() {}

    /** The rings between {@code at} and {@code end}; null if they are not exactly what is there, or fewer than {@code least}. */
    static @Nullable List<RingInfo> readRings(ByteBuf in, int at, int end, int least, boolean little) {
        if (end - at < 4) {
            return null;
        }
        int count = ByteOrderTag.getInt(in, at, little);
        if (count < least || count > MAX_RINGS) {
            return null;
        }
        List<RingInfo> rings = new ArrayList<>(count);
        int next = at + 4;
        for (int i = 0; i < count; i++) {
            RingInfo ring = RingInfo.read(in, next, end - next, little);
            if (ring == null) {
                return null;
            }
            rings.add(ring);
            next += ring.length();
        }
        return next == end ? List.copyOf(rings) : null;
    }

    static int ringsLength(List<RingInfo> rings) {
        int length = 4;
        for (RingInfo each : rings) {
            length += each.length();
        }
        return length;
    }

    static void writeRings(ByteBuf out, List<RingInfo> rings) {
        out.writeIntLE(rings.size());
        for (RingInfo each : rings) {
            each.write(out);
        }
    }

    /** True if the datagram is as long as its header says. */
    static boolean lengthAgrees(ByteBuf in, int at, int length, boolean little) {
        return length == TokenHeader.LENGTH + TokenHeader.rtrLength(in, at, little);
    }
}
