package org.flushspread.flush.simulation;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.flushspread.flush.StateMachine;
import org.flushspread.flush.replica.Charter;
import org.flushspread.flush.replica.LogEntry;
import org.flushspread.flush.replica.Sessions;
import org.flushspread.flush.replica.SimulatedMachine;
import org.flushspread.flush.replica.Violation;
import org.jspecify.annotations.Nullable;

/** The state machine of one member in one of its lives. What checkers know of it travels in front of its state. */
final class UserMachine<S extends StateMachine<C, R>, C, R> implements SimulatedMachine {
    private static final long NO_COMMAND = Long.MIN_VALUE;

    private final Trial<S, C, R> trial;
    private final String member;
    private final Instance<S, C, R> instance;
    private final List<Long> history = new ArrayList<>();
    private final List<Long> fingerprints = new ArrayList<>();
    /** Operations that have reached the state machine. */
    private final TreeSet<Long> done = new TreeSet<>();

    UserMachine(Trial<S, C, R> trial, String member) {
        this.trial = trial;
        this.member = member;
        this.instance = new Instance<>(trial, member);
    }

    S machine() {
        return instance.application().machine().machine;
    }

    List<Long> fingerprints() {
        return fingerprints;
    }

    @Override
    public List<Long> history() {
        return history;
    }

    @Override
    public boolean hasContext() {
        return true;
    }

    @Override
    public byte[] command(long number, int padding) {
        byte[] command = trial.encoded(number);
        return ByteBuffer.allocate(1 + command.length)
                .put(LogEntry.COMMAND)
                .put(command)
                .array();
    }

    @Override
    public byte[] command(long session, long number, String name, long command) {
        trial.again(name + " " + number, command);
        byte[] encoded = trial.encoded(command);
        return ByteBuffer.allocate(17 + encoded.length)
                .put(LogEntry.sessionCommand(session, number))
                .put(encoded)
                .array();
    }

    @Override
    public boolean isOver(Object answer) {
        return answer instanceof Answer said && said.saysOver();
    }

    @Override
    public @Nullable Object apply(long index, long fingerprint, ByteBuffer entry, Timers timers) {
        byte[] bytes = new byte[entry.remaining()];
        entry.duplicate().get(bytes);
        Entry now = new Entry(index, fingerprint, bytes);
        long number = now.number();
        history.add(number == 0 ? NO_COMMAND + index : number);
        fingerprints.add(fingerprint);
        trial.applies(this, now);
        Instance.Step step = instance.apply(index, fingerprint, entry);
        for (long reached : instance.reached) {
            if (!done.add(trial.operation(reached).number)) {
                throw new Violation(
                        "ExactlyOnce", trial.describe(reached) + " of a session is applied a second time at " + member);
            }
        }
        trial.made(member, now, step, instance);
        return step.result() instanceof Sessions.Begun begun ? begun : step.answer();
    }

    @Override
    public @Nullable Object question() {
        return trial.question();
    }

    @Override
    @SuppressWarnings("unchecked") // a question of the same trial
    public @Nullable Object answer(Object question) {
        return instance.query((C) question);
    }

    @Override
    public byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(history.size());
            for (int i = 0; i < history.size(); i++) {
                out.writeLong(history.get(i));
                out.writeLong(fingerprints.get(i));
            }
            out.writeInt(done.size());
            for (long each : done) {
                out.writeLong(each);
            }
            out.write(instance.handOut());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Override
    public void decode(byte[] state) {
        history.clear();
        fingerprints.clear();
        done.clear();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
            for (int i = in.readInt(); i > 0; i--) {
                history.add(in.readLong());
                fingerprints.add(in.readLong());
            }
            for (int i = in.readInt(); i > 0; i--) {
                done.add(in.readLong());
            }
            trial.event(member, "loads the state behind entry " + history.size());
            instance.load(in.readAllBytes(), "a member behind entry " + history.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int digest() {
        return Arrays.hashCode(instance.save());
    }

    @Override
    public long time() {
        return instance.application().time();
    }

    @Override
    public long nextTimer() {
        return instance.application().nextTimer();
    }

    @Override
    public Charter charter() {
        return instance.application().charter();
    }
}
