package org.flushspread.flush;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What all members know of the sessions of a group, beside the state machine: which are open, and the answers that were given in them. It is
 * part of the state; it changes with the entries of the log and with nothing else, at all members alike (spec/replicated-state-machine.md
 * 4).
 */
final class Sessions {
    /** Answers that are kept of one session, by their numbers from the greatest on down. */
    static final int WINDOW = 1_000;

    /** Open sessions; beyond, the one ends whose last command stands furthest back in the log. */
    static final int MOST = 10_000;

    /** Bytes of all answers; beyond, sessions end as beyond {@link #MOST}. */
    static final long MOST_BYTES = 64 << 20;

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
     * @param id which no other session has
     * @return the greatest number that a command of the session has had
     */
    long begin(String name, long id) {
        Long before = ids.put(name, id);
        Open last = before == null ? null : open.remove(before);
        Open next = last == null ? new Open(name, new TreeMap<>(), 0) : new Open(name, last.answers, last.highest);
        open.put(id, next);
        endOldest();
        return next.highest;
    }

    /** True if the session is open; it is then the one whose last command is the newest. */
    boolean isOpen(long id) {
        Open session = open.remove(id);
        if (session == null) {
            return false;
        }
        open.put(id, session);
        return true;
    }

    /** True if a command with this number may have been applied so long ago that the answer is not kept. */
    boolean isTooOld(long id, long number) {
        Open session = open.get(id);
        return session != null && number <= session.highest - WINDOW;
    }

    /** The answer that was given; null if the command was not applied. */
    byte @Nullable [] answer(long id, long number) {
        Open session = open.get(id);
        return session == null ? null : session.answers.get(number);
    }

    void answered(long id, long number, byte[] answer) {
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
