package org.flushspread.flush.replica;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all members agree on beside the state of the application: the time, the timers, the sessions and who may decide (replica-protocol R18
 * to R22). It is
 * part of the state: the entries of the log change it, at all members alike, and nothing else does.
 */
public final class AgreedState {
    /** The end of the year 9999: a clock that says more says nothing. */
    private static final long LATEST = 253_402_300_799_999L;

    private final Timers timers = new Timers();
    private final Sessions sessions = new Sessions();
    private long time;
    private Charter charter = Charter.NONE;

    /** True as long as no entry has changed it. */
    public boolean isInitial() {
        return time == 0 && timers.size() == 0 && sessions.isEmpty() && charter.equals(Charter.NONE);
    }

    // ---- time and timers

    /** Takes what an entry says of the time, if it does; what it is beside that, perhaps nothing, is behind the position then. */
    public void enter(ByteBuffer entry) {
        if (entry.remaining() >= LogEntry.TIMED_HEAD && entry.get(entry.position()) == LogEntry.TIMED) {
            entry.get();
            long said = entry.getLong();
            if (said <= LATEST) {
                time = Math.max(time, said);
            }
        }
    }

    /** Milliseconds since 1970; 0 before the first entry that has said any. */
    public long time() {
        return time;
    }

    /** Takes the next timer that this time has reached, to be told to the application before the rest of the entry; null for none. */
    public @Nullable String dueTimer() {
        return timers.take(time);
    }

    /**
     * Sets a timer, in place of one of this name; it fires at a later entry at the earliest.
     *
     * @param at milliseconds since 1970
     * @throws IllegalStateException if there are more than {@link Timers#MOST}
     * @throws IllegalArgumentException if the name is empty, or longer than {@link Timers#NAME}
     */
    public void setTimer(String name, long at) {
        timers.set(name, Math.min(Math.max(at, time + 1), LATEST + 1));
    }

    /** False if there is no timer of this name. */
    public boolean cancelTimer(String name) {
        return timers.cancel(name);
    }

    /** When the next timer is due, in milliseconds since 1970; {@link Long#MAX_VALUE} if there is none. */
    public long nextTimer() {
        return timers.next();
    }

    /** Timers that are set. */
    public int timers() {
        return timers.size();
    }

    // ---- who may decide

    /** Does what an entry says of who may decide; false if it says nothing of that. What breaks the format changes nothing. */
    public boolean changesCharter(ByteBuffer entry) {
        ByteBuffer in = entry.slice();
        byte kind = in.get();
        if (kind != LogEntry.QUORUM && kind != LogEntry.RETIRED) {
            return false;
        }
        try {
            charter = kind == LogEntry.QUORUM
                    ? charter.of((int) ReplicaFields.notNegative(in.getInt()))
                    : charter.retiring(ReplicaFields.id(in));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            // Nothing of the kind was submitted by a member that is as it should be.
        }
        return true;
    }

    public Charter charter() {
        return charter;
    }

    // ---- sessions

    public Sessions sessions() {
        return sessions;
    }

    // ---- as part of the state

    public void clear() {
        time = 0;
        charter = Charter.NONE;
        timers.clear();
        sessions.clear();
    }

    public void save(DataOutputStream out) throws IOException {
        out.writeLong(time);
        out.writeInt(charter.members());
        out.writeByte(charter.retired().size());
        for (MemberId each : charter.retired()) {
            out.writeUTF(each.name());
            out.writeLong(each.high());
            out.writeLong(each.low());
        }
        timers.save(out);
        sessions.save(out);
    }

    public void load(DataInputStream in) throws IOException {
        time = in.readLong();
        int members = in.readInt();
        List<MemberId> retired = new ArrayList<>();
        for (int i = in.readByte(); i > 0; i--) {
            retired.add(new MemberId(in.readUTF(), in.readLong(), in.readLong()));
        }
        charter = new Charter(members, retired);
        timers.load(in);
        sessions.load(in);
    }

    /** Of a release that knew sessions and no time. */
    public void loadSessions(DataInputStream in) throws IOException {
        clear();
        sessions.load(in);
    }
}
