package org.flushspread.flush.replica;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
     * @param highest the greatest number that a command of a session of its name has had
     */
    public record Begun(long id, long highest) {}

    /** Answers that are kept of one session, by their numbers from the greatest on down. */
    public static final int WINDOW = 1_000;

    /** Open sessions; beyond, the one ends whose last command stands furthest back in the log. */
    public static final int MOST = 10_000;

    /** Bytes of all answers; beyond, sessions end as beyond {@link #MOST}. */
    public static final long MOST_BYTES = 64 << 20;

    /** What a session is for the log. */
    private static final class Open {
        final String name;
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
        Chain identity = new Chain(index, 0);
        identity.add(name);
        long id = identity.high();
        String text = StandardCharsets.UTF_8.decode(name).toString();
        Long before = ids.put(text, id);
        Open last = before == null ? null : open.remove(before);
        Open next = last == null ? new Open(text, new TreeMap<>(), 0) : new Open(text, last.answers, last.highest);
        open.put(id, next);
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
