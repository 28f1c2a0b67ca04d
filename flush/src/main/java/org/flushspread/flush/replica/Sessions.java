package org.flushspread.flush.replica;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What all members know of the sessions of a group, beside the state machine: which are open, and the answers that were given in them. It is
 * part of the state; it changes with the entries of the log and with nothing else, at all members alike (replica-protocol
 * R21).
 */
public final class Sessions {
    /** What becomes of a command of a session. */
    public enum Standing {
        /** It has not been applied in this session. */
        NEW,
        /** It has been applied, and its answer is kept. */
        REPEATED,
        /** The session is over, or the command may have been applied so long ago that the answer is not kept. */
        OVER
    }

    /**
     * A session that has begun.
     *
     * @param highest the greatest number that a command of a session of its name has had; or {@link #OTHER}
     */
    public record Begun(long id, long highest) {}

    /** Answers that are kept of one session, by their numbers from the greatest on down. */
    public static final int WINDOW = 1_000;

    /** Open sessions; beyond, the one ends whose last command stands furthest back in the log. */
    public static final int MOST = 10_000;

    /** Bytes of all answers; beyond, sessions end as beyond {@link #MOST}. */
    public static final long MOST_BYTES = 64 << 20;

    /** In {@link Begun#highest}: the session did not begin, because this other one of its name is open. */
    public static final long OTHER = -1;

    private static final int INCARNATION = 16;

    /** What a session is for the log. */
    private static final class Open {
        final String name;
        /** By number; under 0, where no command is, the incarnation of a client's session. */
        final TreeMap<Long, byte[]> answers;

        long highest;

        Open(String name, TreeMap<Long, byte[]> answers, long highest) {
            this.name = name;
            this.answers = answers;
            this.highest = highest;
        }
    }

    /** In the order of their last entries in the log. */
    private final LinkedHashMap<Long, Open> open = new LinkedHashMap<>();

    private final Map<String, Long> ids = new HashMap<>();
    private long bytes;

    boolean isEmpty() {
        return open.isEmpty();
    }

    void clear() {
        open.clear();
        ids.clear();
        bytes = 0;
    }

    /**
     * Begins a session, with the answers of an earlier one of this name, which ends.
     *
     * @param index the place of the entry; it and the name make the identity
     * @param name in UTF-8
     */
    public Begun begin(long index, ByteBuffer name) {
        return begin(index, StandardCharsets.UTF_8.decode(name.duplicate()).toString(), name, null);
    }

    /**
     * Begins a session of a client, as {@link #begin} does, unless it has begun with an earlier copy of the entry, or another one of its name
     * than the client knows is open (R33).
     *
     * @param entry its incarnation (16), the session of its name that it knows of (8), and its name in UTF-8
     */
    public Begun beginOfClient(long index, ByteBuffer entry) {
        byte[] incarnation = new byte[INCARNATION];
        entry.get(incarnation);
        long known = entry.getLong();
        ByteBuffer name = entry.slice();
        String text = StandardCharsets.UTF_8.decode(name.duplicate()).toString();
        long current = ids.getOrDefault(text, 0L);
        Open before = open.get(current);
        if (before != null && Arrays.equals(before.answers.get(0L), incarnation)) {
            return new Begun(current, before.highest);
        }
        return current == known ? begin(index, text, name, incarnation) : new Begun(current, OTHER);
    }

    private Begun begin(long index, String text, ByteBuffer name, byte @Nullable [] incarnation) {
        Chain identity = new Chain(index, 0);
        identity.add(name);
        long id = identity.high();
        Long before = ids.put(text, id);
        Open last = before == null ? null : open.remove(before);
        Open next = last == null ? new Open(text, new TreeMap<>(), 0) : new Open(text, last.answers, last.highest);
        open.put(id, next);
        byte[] last0 = next.answers.remove(0L);
        bytes -= last0 == null ? 0 : last0.length;
        if (incarnation != null) {
            next.answers.put(0L, incarnation);
            bytes += incarnation.length;
        }
        endOldest();
        return new Begun(id, next.highest);
    }

    /** How a command with this number stands; its session is then the one whose last command is the newest. */
    public Standing look(long id, long number) {
        Open session = open.remove(id);
        if (session == null) {
            return Standing.OVER;
        }
        open.put(id, session);
        if (number <= session.highest - WINDOW) {
            return Standing.OVER;
        }
        return session.answers.containsKey(number) ? Standing.REPEATED : Standing.NEW;
    }

    /** The answer that was given; null if the command was not applied. */
    public byte @Nullable [] answer(long id, long number) {
        Open session = open.get(id);
        return session == null ? null : session.answers.get(number);
    }

    /** The command with this number has been applied, with this answer. */
    public void answered(long id, long number, byte[] answer) {
        Open session = open.get(id);
        if (session == null) {
            return;
        }
        session.answers.put(number, answer);
        bytes += answer.length;
        session.highest = Math.max(session.highest, number);
        while (session.answers.firstKey() <= session.highest - WINDOW) {
            bytes -= session.answers.pollFirstEntry().getValue().length;
        }
        endOldest();
    }

    private void endOldest() {
        while (open.size() > MOST || (bytes > MOST_BYTES && open.size() > 1)) {
            Map.Entry<Long, Open> oldest = open.entrySet().iterator().next();
            open.remove(oldest.getKey());
            ids.remove(oldest.getValue().name);
            for (byte[] answer : oldest.getValue().answers.values()) {
                bytes -= answer.length;
            }
        }
    }

    void save(DataOutputStream out) throws IOException {
        out.writeInt(open.size());
        for (Map.Entry<Long, Open> each : open.entrySet()) {
            Open session = each.getValue();
            out.writeLong(each.getKey());
            out.writeUTF(session.name);
            out.writeLong(session.highest);
            out.writeInt(session.answers.size());
            for (Map.Entry<Long, byte[]> answer : session.answers.entrySet()) {
                out.writeLong(answer.getKey());
                out.writeInt(answer.getValue().length);
                out.write(answer.getValue());
            }
        }
    }

    void load(DataInputStream in) throws IOException {
        clear();
        for (int i = in.readInt(); i > 0; i--) {
            long id = in.readLong();
            Open session = new Open(in.readUTF(), new TreeMap<>(), in.readLong());
            for (int k = in.readInt(); k > 0; k--) {
                long number = in.readLong();
                byte[] answer = in.readNBytes(in.readInt());
                session.answers.put(number, answer);
                bytes += answer.length;
            }
            open.put(id, session);
            ids.put(session.name, id);
        }
    }
}
