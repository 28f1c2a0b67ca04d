package org.flushspread.wire;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code reps_info} (membership-protocol 2.5).
 *
 * @param reps at most {@link #SLOTS}
 * @param repIndex of the next one to visit; FORM1 only, garbage elsewhere
 */
record RepsInfo(List<Representative> reps, int repIndex) {
    static final int SLOTS = 25;
    private static final int HEADER = 4;
    /** Length in FORM1. */
    static final int FIXED_LENGTH = HEADER + Representative.LENGTH * SLOTS;

    /** Reads as many entries as are counted; null if they do not fit, are none or have an unknown type. */
    static @Nullable RepsInfo read(ByteBuf in, int at, int available, boolean little) {
        if (available < HEADER) {
            return null;
        }
        int count = ByteOrderTag.getShort(in, at, little);
        if (count < 1 || count > SLOTS || available < HEADER + Representative.LENGTH * count) {
            return null;
        }
        List<Representative> reps = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int entry = at + HEADER + Representative.LENGTH * i;
            Representative.Type type = Representative.Type.of(ByteOrderTag.getShort(in, entry + 4, little));
            if (type == null) {
                return null;
            }
            reps.add(new Representative(
                    ByteOrderTag.getInt(in, entry, little), type, ByteOrderTag.getShort(in, entry + 6, little)));
        }
        return new RepsInfo(List.copyOf(reps), ByteOrderTag.getShort(in, at + 2, little));
    }

    /** Bytes of the variable form. */
    int length() {
        return HEADER + Representative.LENGTH * reps.size();
    }

    void writeVariable(ByteBuf out) {
        out.writeShortLE(reps.size());
        out.writeShortLE(repIndex);
        for (Representative each : reps) {
            out.writeIntLE(each.procId());
            out.writeShortLE(each.type().number());
            out.writeShortLE(each.segment());
        }
    }

    void writeFixed(ByteBuf out) {
        writeVariable(out);
        out.writeZero(Representative.LENGTH * (SLOTS - reps.size()));
    }
}
