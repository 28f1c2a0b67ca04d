package org.flushspread.flush.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.flushspread.flush.Codec;
import org.flushspread.flush.StateMachine;
import org.flushspread.flush.replica.SimulatedMachine;
import org.flushspread.flush.replica.Violation;
import org.flushspread.flush.replica.Witness;
import org.jspecify.annotations.Nullable;

/** One seed: what its users did, and what each prefix of the log has made of the state, by whom it was seen first. */
final class Trial<S extends StateMachine<C, R>, C, R> implements Witness {
    private static final int EVENTS = 24;
    private static final int KEPT_BYTES = 1 << 14;
    private static final String WHERE = "behind entry ";

    /** @param state of the one who was first; empty if it is too large to be kept */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Made(String by, int hash, int length, byte[] state, String shown, Answer answer) {}

    /** A read that has ended. */
    record Read<C>(String member, long begun, long ended, long place, C question, Answer answer) {}

    private final Checks<S, C, R> checks;
    private final Workload<C> workload;
    private final Codec<Numbered<C>> codec;
    private final Random random;
    private final Deque<String> events = new ArrayDeque<>();
    private final Map<Long, Operation<C>> byNumber = new HashMap<>();
    private final Map<String, Operation<C>> ofSessions = new HashMap<>();
    private final List<Operation<C>> operations = new ArrayList<>();
    private final Map<String, Long> readsBegun = new HashMap<>();
    private final List<Read<C>> reads = new ArrayList<>();
    private final Map<String, Made> made = new HashMap<>();
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private @Nullable UserMachine<S, C, R> last;
    private long now;
    private boolean hasDecoded;
    private @Nullable RuntimeException undecoded;
    private final boolean careful;

    /** @param careful tells states in words, and lets time pass between members, which takes longer */
    Trial(Checks<S, C, R> checks, long seed, boolean careful) {
        this.checks = checks;
        this.careful = careful;
        this.workload = checks.newWorkload();
        this.codec = Numbered.codec(watched(Checks.codec(workload)));
        this.random = new Random(seed * 0x9E3779B97F4A7C15L + 31);
        random.nextLong();
    }

    private Codec<C> watched(Codec<C> commands) {
        return Codec.of(commands::encode, bytes -> {
            try {
                C command = commands.decode(bytes);
                hasDecoded = true;
                return command;
            } catch (RuntimeException e) {
                undecoded = e;
                throw e;
            }
        });
    }

    /** True if a command could be decoded. */
    boolean hasDecoded() {
        return hasDecoded;
    }

    /** What the codec of the workload has thrown in place of a command. */
    @Nullable
    RuntimeException undecoded() {
        return undecoded;
    }

    S newMachine() {
        return checks.newMachine();
    }

    Codec<Numbered<C>> codec() {
        return codec;
    }

    UserMachine<S, C, R> member(String name) {
        return new UserMachine<>(this, name);
    }

    // ---- commands

    private Operation<C> made(long number) {
        C command = Objects.requireNonNull(
                workload.command(random),
                () -> "command() of the workload " + workload.getClass().getName() + " has given null");
        Operation<C> operation = new Operation<>(number, command);
        operations.add(operation);
        return operation;
    }

    /** An attempt to have a command of a session done. */
    void again(String which, long number) {
        byNumber.put(number, ofSessions.computeIfAbsent(which, key -> made(number)));
    }

    Operation<C> operation(long number) {
        return byNumber.computeIfAbsent(number, this::made);
    }

    byte[] encoded(long number) {
        return codec.encode(new Numbered<>(number, operation(number).command));
    }

    @Nullable
    C question() {
        return workload.question(random);
    }

    /** @param number 0 for an entry that is no command */
    String describe(long number) {
        Operation<C> operation = byNumber.get(number);
        return operation == null ? "(no command)" : describe(operation.command);
    }

    String describe(C command) {
        try {
            return workload.describe(command);
        } catch (RuntimeException e) {
            return "(a command that cannot be described: " + e + ")";
        }
    }

    // ---- what members do

    void applies(UserMachine<S, C, R> member, Entry entry) {
        entries.putIfAbsent(entry.place(), entry);
        last = member;
    }

    /** A member has applied an entry: whoever has the same log has the same state, and the same result. */
    void made(String member, Entry entry, Instance.Step step, Instance<S, C, R> instance) {
        byte[] state = step.state();
        Made before = made.get(entry.place());
        String where = WHERE + entry.index() + " of the log, " + describe(entry.number());
        if (before == null) {
            byte[] kept = state.length <= KEPT_BYTES ? state : new byte[0];
            String shown = careful ? instance.shown() : "";
            made.put(entry.place(), new Made(member, Arrays.hashCode(state), state.length, kept, shown, step.answer()));
        } else if (!before.answer.equals(step.answer())) {
            throw new Violation(
                    "SameResultEverywhere",
                    member + " answers " + step.answer() + ", " + before.by + " answered " + before.answer + ", "
                            + where);
        } else if (before.length != state.length || before.hash != Arrays.hashCode(state)) {
            String bytes = before.state.length > 0 ? Instance.difference(before.state, state) : "both are large";
            throw new Violation(
                    "SameStateEverywhere",
                    member + " has another state than " + before.by + " " + where + "\n    (saved: " + bytes + ")\n    "
                            + before.by + ": " + before.shown + "\n    " + member + ": " + instance.shown());
        }
        checks.look(instance.machine, member + " " + where);
    }

    // ---- the story

    @Override
    public void event(String member, String what) {
        if (events.size() == EVENTS) {
            events.removeFirst();
        }
        events.add(member + " " + what);
    }

    Iterable<String> events() {
        return events;
    }

    @Override
    public void submitted(String member, long command) {
        Operation<C> operation = operation(command);
        operation.begun = Math.min(operation.begun, ++now);
        event(member, "is asked for " + describe(command));
    }

    @Override
    public void completed(String member, long command, long place, @Nullable Object answer) {
        Operation<C> operation = operation(command);
        event(member, "answers " + describe(command) + ": " + answer);
        if (answer instanceof Answer said && !said.saysOver() && operation.ended == Operation.NEVER) {
            operation.ended = ++now;
            operation.answer = said;
        }
    }

    @Override
    public void uncertain(String member, long command) {
        event(member, "does not know what becomes of " + describe(command));
    }

    @Override
    public void refused(String member, long command) {
        Operation<C> operation = operation(command);
        operation.refused = operation.number == command && !ofSessions.containsValue(operation);
        event(member, "refuses " + describe(command));
    }

    @Override
    public void readBegun(String member, long ticket) {
        readsBegun.put(member + " " + ticket, ++now);
    }

    @Override
    @SuppressWarnings("unchecked") // a question of this trial
    public void found(String member, long ticket, Object question, @Nullable Object answer, long place) {
        Long begun = readsBegun.remove(member + " " + ticket);
        if (begun != null) { // not one behind a place, which may see less
            reads.add(new Read<>(member, begun, ++now, place, (C) question, (Answer) Objects.requireNonNull(answer)));
        }
    }

    @Override
    @SuppressWarnings("unchecked") // members of this trial
    public void end(List<SimulatedMachine> machines, boolean together) {
        List<S> states = new ArrayList<>();
        UserMachine<S, C, R> longest = null;
        boolean equal = true;
        for (SimulatedMachine each : machines) {
            UserMachine<S, C, R> member = (UserMachine<S, C, R>) each;
            equal &= longest == null || longest.history().equals(member.history());
            longest = longest == null
                            || member.history().size() > longest.history().size()
                    ? member
                    : longest;
            states.add(member.machine());
        }
        if (longest == null) {
            return;
        }
        last = longest;
        List<Read<C>> answered = equal && together ? reads : List.of();
        Rehearsal<S, C, R> rehearsal = new Rehearsal<>(this, checks, answered);
        rehearsal.run(log());
        if (equal) {
            checks.lookAtAll(states);
        }
        if (equal && together) {
            new Judgement<>(this, operations, reads, rehearsal).run(checks);
        }
    }

    boolean isCareful() {
        return careful;
    }

    /** The log of the member that applied something last, or of the longest if all is over. */
    List<Entry> log() {
        List<Entry> log = new ArrayList<>();
        UserMachine<S, C, R> of = last;
        for (int i = 0; of != null && i < of.fingerprints().size(); i++) {
            Entry entry = entries.get(Entry.place(i + 1L, of.fingerprints().get(i)));
            if (entry != null) {
                log.add(entry);
            }
        }
        return log;
    }
}
