package org.flushspread.flush.replica;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What simulated members replicate: the list of all commands. With a context it is moreover what commands do with the agreed time, with
 * timers, random numbers and sessions: which they do follows from their numbers.
 */
final class ListMachine implements SimulatedMachine {
    /** A command of a session that is over. */
    static final long OVER = -1;

    private static final int PADDING = 5;
    /** Commands of sessions have greater numbers. */
    static final long SESSION_COMMANDS = 1L << 33;

    private static final long RUNG_ONCE = 1L << 32;
    private static final long ONLY_TIME = Long.MIN_VALUE;

    private final @Nullable AgreedState agreed;
    final List<Long> history = new ArrayList<>();
    /** Timers by the command that has set them, and above {@link #RUNG_ONCE} by the timer that has. */
    final List<Long> set = new ArrayList<>();

    /** When they are due, in the same order. */
    final List<Long> dueAt = new ArrayList<>();

    final List<Long> fired = new ArrayList<>();
    final List<Long> cancelled = new ArrayList<>();
    /** Commands of sessions that have taken effect, by name and number. */
    final List<String> done = new ArrayList<>();

    private long drawn;

    ListMachine(boolean withContext) {
        agreed = withContext ? new AgreedState() : null;
    }

    @Override
    public List<Long> history() {
        return history;
    }

    @Override
    public boolean hasContext() {
        return agreed != null;
    }

    AgreedState agreed() {
        return Objects.requireNonNull(agreed);
    }

    // ---- entries

    @Override
    public byte[] command(long number, int padding) {
        if (!hasContext()) {
            return ByteBuffer.allocate(8 + padding).putLong(number).array();
        }
        return ByteBuffer.allocate(9 + padding)
                .put(LogEntry.COMMAND)
                .putLong(number)
                .array();
    }

    static byte[] begin(String session) {
        byte[] name = session.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + name.length)
                .put(LogEntry.SESSION)
                .put(name)
                .array();
    }

    @Override
    public byte[] command(long session, long number, String name, long command) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(25 + bytes.length)
                .put(LogEntry.SESSION_COMMAND)
                .putLong(session)
                .putLong(number)
                .putLong(command)
                .put(bytes)
                .array();
    }

    @Override
    public boolean isOver(Object answer) {
        return answer instanceof Long position && position == OVER;
    }

    @Override
    public @Nullable Object apply(long index, long fingerprint, ByteBuffer entry, Timers fires) {
        AgreedState now = agreed();
        now.enter(entry);
        for (String timer = now.dueTimer(); timer != null; timer = now.dueTimer()) {
            fire(timer, fires);
        }
        drawn = drawn * 31 + new Random(fingerprint).nextInt();
        if (!entry.hasRemaining()) {
            history.add(ONLY_TIME + index);
            return null;
        }
        if (now.changesCharter(entry)) {
            history.add(ONLY_TIME + index);
            return null;
        }
        byte kind = entry.get();
        if (kind == LogEntry.SESSION) {
            history.add(ONLY_TIME + index);
            return now.sessions().begin(index, entry.slice());
        }
        if (kind == LogEntry.CLIENT_SESSION) {
            history.add(ONLY_TIME + index);
            return now.sessions().beginOfClient(index, entry.slice());
        }
        return kind == LogEntry.SESSION_COMMAND ? once(entry) : perform(entry.getLong());
    }

    private Object once(ByteBuffer entry) {
        Sessions sessions = agreed().sessions();
        long id = entry.getLong();
        long number = entry.getLong();
        long command = entry.getLong();
        String name = StandardCharsets.UTF_8.decode(entry).toString();
        history.add(command);
        return switch (sessions.look(id, number)) {
            case OVER -> OVER;
            case REPEATED ->
                ByteBuffer.wrap(Objects.requireNonNull(sessions.answer(id, number)))
                        .getLong();
            case NEW -> {
                done.add(name + " " + number);
                long answer = done.size();
                sessions.answered(
                        id, number, ByteBuffer.allocate(8).putLong(answer).array());
                yield answer;
            }
        };
    }

    private long perform(long command) {
        history.add(command);
        if (command % 3 == 0) {
            set(command, agreed().time() + command * 7 % 60);
        }
        if (command % 5 == 0 && !set.isEmpty()) {
            long victim = set.get((int) (command % set.size()));
            if (agreed().cancelTimer(name(victim))) {
                cancelled.add(victim);
            }
        }
        return history.size();
    }

    private static String name(long timer) {
        return Long.toString(timer);
    }

    private void set(long timer, long at) {
        set.add(timer);
        dueAt.add(at);
        agreed().setTimer(name(timer), at);
    }

    private void fire(String name, Timers fires) {
        long timer = Long.parseLong(name);
        fired.add(timer);
        fires.fired(timer, agreed().time());
        if (timer % 4 == 0 && timer < RUNG_ONCE) {
            set(timer + RUNG_ONCE, agreed().time() + 10);
        }
    }

    // ---- the state as bytes

    @Override
    public byte[] encode() {
        if (agreed == null) {
            return encodeHistory();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            agreed.save(out);
            out.writeLong(drawn);
            for (List<Long> each : List.of(history, set, dueAt, fired, cancelled)) {
                out.writeInt(each.size());
                for (long one : each) {
                    out.writeLong(one);
                }
            }
            out.writeInt(done.size());
            for (String each : done) {
                out.writeUTF(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private byte[] encodeHistory() {
        ByteBuffer out = ByteBuffer.allocate(history.size() * (8 + PADDING));
        for (long command : history) {
            out.putLong(command).position(out.position() + PADDING);
        }
        return out.array();
    }

    @Override
    public void decode(byte[] state) {
        history.clear();
        if (agreed == null) {
            ByteBuffer in = ByteBuffer.wrap(state);
            while (in.hasRemaining()) {
                history.add(in.getLong());
                in.position(in.position() + PADDING);
            }
            return;
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
            agreed.load(in);
            drawn = in.readLong();
            for (List<Long> each : List.of(history, set, dueAt, fired, cancelled)) {
                each.clear();
                for (int i = in.readInt(); i > 0; i--) {
                    each.add(in.readLong());
                }
            }
            done.clear();
            for (int i = in.readInt(); i > 0; i--) {
                done.add(in.readUTF());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int digest() {
        return agreed == null ? history.hashCode() : Arrays.hashCode(encode());
    }

    @Override
    public long time() {
        return agreed().time();
    }

    @Override
    public long nextTimer() {
        return agreed().nextTimer();
    }

    @Override
    public Charter charter() {
        return agreed().charter();
    }
}
