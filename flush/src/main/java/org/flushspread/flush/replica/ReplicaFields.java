package org.flushspread.flush.replica;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The bytes of what messages and metadata have in common (replica-protocol 2). */
final class ReplicaFields {
    /** Far from overflow, so that a forged number cannot bring later ones to an end. */
    private static final long MAX_NUMBER = 1L << 62;

    private ReplicaFields() {}

    // ---- encoding

    static void put(ByteBuffer out, MemberId id) {
        byte[] name = id.name().getBytes(StandardCharsets.ISO_8859_1);
        out.put((byte) name.length).put(name).putLong(id.high()).putLong(id.low());
    }

    static void put(ByteBuffer out, Lineage lineage) {
        out.putLong(lineage.high()).putLong(lineage.low());
    }

    static void put(ByteBuffer out, Primary primary) {
        out.putLong(primary.number());
        put(out, primary.lineage());
        out.putShort((short) primary.members().size());
        for (MemberId member : primary.members()) {
            put(out, member);
        }
    }

    static void put(ByteBuffer out, List<Primary> attempts) {
        out.putShort((short) attempts.size());
        for (Primary attempt : attempts) {
            put(out, attempt);
        }
    }

    static void put(ByteBuffer out, Version version) {
        out.putLong(version.epoch())
                .putLong(version.index())
                .putLong(version.chainHigh())
                .putLong(version.chainLow());
    }

    static void put(ByteBuffer out, Charter charter) {
        out.putInt(charter.members()).put((byte) charter.retired().size());
        for (MemberId member : charter.retired()) {
            put(out, member);
        }
    }

    static int size(Charter charter) {
        int size = 5;
        for (MemberId member : charter.retired()) {
            size += size(member);
        }
        return size;
    }

    static int size(MemberId id) {
        return 17 + id.name().length();
    }

    static int size(Primary primary) {
        int size = 26;
        for (MemberId member : primary.members()) {
            size += size(member);
        }
        return size;
    }

    static int size(List<Primary> attempts) {
        int size = 2;
        for (Primary attempt : attempts) {
            size += size(attempt);
        }
        return size;
    }

    // ---- decoding; each throws BufferUnderflowException or IllegalArgumentException for what breaks the format

    static Version version(ByteBuffer in) {
        return new Version(notNegative(in.getLong()), notNegative(in.getLong()), in.getLong(), in.getLong());
    }

    static long notNegative(long value) {
        if (value < 0 || value > MAX_NUMBER) {
            throw new IllegalArgumentException("number " + value);
        }
        return value;
    }

    static MemberId id(ByteBuffer in) {
        int length = in.get();
        if (length < 0 || length > MemberId.MAX_NAME) {
            throw new IllegalArgumentException("name length " + length);
        }
        byte[] name = new byte[length];
        in.get(name);
        return new MemberId(new String(name, StandardCharsets.ISO_8859_1), in.getLong(), in.getLong());
    }

    static Lineage lineage(ByteBuffer in) {
        return new Lineage(in.getLong(), in.getLong());
    }

    static Primary primary(ByteBuffer in) {
        long number = notNegative(in.getLong());
        Lineage lineage = lineage(in);
        int count = in.getShort() & 0xffff;
        if (count > in.remaining() / 17) {
            throw new IllegalArgumentException(count + " members");
        }
        List<MemberId> members = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            members.add(id(in));
        }
        return new Primary(number, lineage, members);
    }

    static Charter charter(ByteBuffer in) {
        int members = in.getInt();
        int count = in.get();
        if (members < Charter.AS_STARTED || count < 0 || count > Charter.MOST_RETIRED) {
            throw new IllegalArgumentException(members + " members, " + count + " retired");
        }
        List<MemberId> retired = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            retired.add(id(in));
        }
        return new Charter(members, retired);
    }

    static List<Primary> primaries(ByteBuffer in) {
        int count = in.getShort() & 0xffff;
        if (count > in.remaining() / 26) {
            throw new IllegalArgumentException(count + " attempts");
        }
        List<Primary> primaries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            primaries.add(primary(in));
        }
        return primaries;
    }
}
