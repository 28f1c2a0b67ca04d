package org.flushspread.flush.replica;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The timers of a state machine, which all members have alike: each fires once, at the first entry of the log whose time has reached it
 * (replica-protocol R19). They are part of the state and change with the entries of the log alone.
 */
public final class Timers {
    /** Timers that are set at a time. */
    public static final int MOST = 100_000;

    /** Letters of a name. */
    public static final int NAME = 1_000;

    private record Timer(long at, long sequence, String name) {}

    /** Those of one time in the order in which they were set. */
    private final TreeSet<Timer> byTime =
            new TreeSet<>(Comparator.comparingLong(Timer::at).thenComparingLong(Timer::sequence));

    private final Map<String, Timer> byName = new HashMap<>();
    private long sequence;

    /**
     * Sets a timer, in place of one of this name.
     *
     * @throws IllegalStateException if there are too many
     * @throws IllegalArgumentException if the name is empty or too long
     */
    void set(String name, long at) {
        if (name.isEmpty() || name.length() > NAME) {
            throw new IllegalArgumentException(
                    "the name of a timer has 1 to " + NAME + " characters, not " + name.length());
        }
        cancel(name);
        if (byName.size() >= MOST) {
            throw new IllegalStateException(MOST + " timers are set; no more are taken");
        }
        add(new Timer(at, sequence++, name));
    }

    private void add(Timer timer) {
        byTime.add(timer);
        byName.put(timer.name(), timer);
    }

    /** False if there is none. */
    boolean cancel(String name) {
        Timer timer = byName.remove(name);
        return timer != null && byTime.remove(timer);
    }

    /** Takes the next one that is due; null if there is none. */
    @Nullable
    String take(long now) {
        if (byTime.isEmpty() || byTime.first().at() > now) {
            return null;
        }
        String name = byTime.first().name();
        cancel(name);
        return name;
    }

    /** When the next one is due; {@link Long#MAX_VALUE} if there is none. */
    long next() {
        return byTime.isEmpty() ? Long.MAX_VALUE : byTime.first().at();
    }

    int size() {
        return byName.size();
    }

    void clear() {
        byTime.clear();
        byName.clear();
        sequence = 0;
    }

    void save(DataOutputStream out) throws IOException {
        out.writeLong(sequence);
        out.writeInt(byTime.size());
        for (Timer each : byTime) {
            out.writeLong(each.at());
            out.writeLong(each.sequence());
            out.writeUTF(each.name());
        }
    }

    void load(DataInputStream in) throws IOException {
        clear();
        sequence = in.readLong();
        for (int i = in.readInt(); i > 0; i--) {
            add(new Timer(in.readLong(), in.readLong(), in.readUTF()));
        }
    }
}
