package org.flushspread.flush.simulation;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.flushspread.flush.SimulatedApplication;
import org.flushspread.flush.Snapshotter;
import org.flushspread.flush.StateMachine;
import org.flushspread.flush.replica.Violation;
import org.jspecify.annotations.Nullable;

/** One instance of the state machine, fed with the entries of a log. */
final class Instance<S extends StateMachine<C, R>, C, R> {
    /** What is told of a state in words and bytes, at the most. */
    private static final int SHOWN = 400;

    private static final int SHOWN_BYTES = 48;
    /** A frozen state is written so many entries later. */
    private static final int LATER = 3;

    /**
     * An entry and what it has made.
     *
     * @param result what the submitter gets of the library where it is no command
     * @param state as saved behind it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Step(Answer answer, @Nullable Object result, byte[] state) {}

    private final Trial<S, C, R> trial;
    private final String name;
    final S machine;
    private final Watched<S, C, R> watched;
    private final SimulatedApplication<Watched<S, C, R>, Numbered<C>, R> application;
    /** Commands that have reached the state machine with the entry of now. */
    final List<Long> reached = new ArrayList<>();

    private Snapshotter.@Nullable Frozen frozen;
    private byte[] frozenBytes = {};
    private int writeIn;
    /** The last entry since the state was loaded. */
    private long applied;
    /** Those of the last snapshot, and the entry that it was behind. */
    private List<byte[]> parts = List.of();

    private long partsAt;

    /** @param name in a report */
    Instance(Trial<S, C, R> trial, String name) {
        this.trial = trial;
        this.name = name;
        this.machine = trial.newMachine();
        this.watched = new Watched<>(machine, reached::add);
        this.application = new SimulatedApplication<>(watched, trial.codec());
    }

    SimulatedApplication<Watched<S, C, R>, Numbered<C>, R> application() {
        return application;
    }

    Step apply(long index, long fingerprint, ByteBuffer entry) {
        reached.clear();
        applied = index;
        long number = Entry.number(entry);
        SimulatedApplication.Outcome outcome;
        try {
            outcome = application.apply(index, fingerprint, entry);
        } catch (RuntimeException e) { // what a command throws is its result
            throw new Violation(
                    "MembersGoOn",
                    machine.getClass().getName() + " ends " + name + " before it applies " + trial.describe(number)
                            + ": " + e);
        } catch (Error e) {
            throw new Violation(
                    "ApplyThrowsNoError",
                    name + " cannot apply " + trial.describe(number) + ": " + e
                            + "; what an Error makes of the state is not known, so a member ends with it");
        }
        if (outcome.failure() instanceof Violation ofAnswers) {
            throw ofAnswers;
        }
        Answer answer = Answer.of(outcome.result(), outcome.failure(), number == 0 ? null : watched.answers());
        for (long each : reached) {
            answer.staysThroughCodec(watched.answers(), trial.describe(each));
        }
        byte[] state = save();
        writeFrozen();
        return new Step(answer, outcome.result(), state);
    }

    byte[] save() {
        try {
            application.machine();
        } catch (RuntimeException | Error e) {
            throw failed("MembersGoOn", "endBatch", e);
        }
        try {
            return application.save();
        } catch (RuntimeException | Error e) {
            throw failed("SaveWorks", "save", e);
        }
    }

    /** What ends a member, with the name of the user's class in place of ours. */
    private Violation failed(String rule, String method, Throwable e) {
        return new Violation(
                rule,
                machine.getClass().getName() + "." + method + " failed at " + name + ", which ends a member: "
                        + thrown(e));
    }

    /** What code of the user has thrown, where the library has put it into words of its own. */
    private static Throwable thrown(Throwable e) {
        Throwable cause = e.getCause();
        boolean ours = String.valueOf(e.getMessage()).startsWith(Watched.class.getName());
        return cause != null && ours ? cause : e;
    }

    /** Saves for a snapshot, or for another member, as members do. */
    byte[] handOut() {
        byte[] state = save();
        compareParts();
        if (application.isFreezable() && frozen == null) {
            try {
                frozen = application.freeze();
            } catch (RuntimeException | Error e) {
                throw failed("FrozenStaysFrozen", "snapshotter", e);
            }
            frozenBytes = state;
            writeIn = LATER;
        }
        return state;
    }

    /** A part whose last change is not behind the snapshot before is what it was there: snapshots leave it out (replica-protocol R27). */
    private void compareParts() {
        Snapshotter snapshotter = application.machine().machine.snapshotter();
        if (snapshotter == null) {
            return;
        }
        try (Snapshotter.Frozen now = snapshotter.freeze()) {
            if (!(now instanceof Snapshotter.InParts inParts)) {
                return;
            }
            List<byte[]> all = new ArrayList<>();
            for (int part = 0; part < inParts.parts(); part++) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                inParts.write(part, new DataOutputStream(bytes));
                all.add(bytes.toByteArray());
                if (part < parts.size()
                        && inParts.changed(part) <= partsAt
                        && !Arrays.equals(bytes.toByteArray(), parts.get(part))) {
                    throw new Violation(
                            "ChangedPartsAreNamed",
                            "part " + part + " of the state of " + name + " has changed behind entry " + partsAt
                                    + ", and changed(" + part + ") says " + inParts.changed(part)
                                    + ": a snapshot would leave it out");
                }
            }
            parts = all;
            partsAt = applied;
        } catch (Violation e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new Violation("FrozenStaysFrozen", name + " cannot write what its snapshotter froze: " + e);
        }
    }

    private void writeFrozen() {
        Snapshotter.Frozen now = frozen;
        if (now == null || --writeIn > 0) {
            return;
        }
        frozen = null;
        try (now) {
            if (!Arrays.equals(SimulatedApplication.write(now), frozenBytes)) {
                throw new Violation(
                        "FrozenStaysFrozen",
                        "what the snapshotter of " + name + " froze has changed with the " + LATER
                                + " entries behind it: it is not what save wrote then");
            }
        } catch (Violation e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new Violation("FrozenStaysFrozen", name + " cannot write what its snapshotter froze: " + e);
        }
    }

    /** Takes over a state that another instance has saved. */
    void load(byte[] state, String of) {
        try {
            application.load(state);
        } catch (IOException | RuntimeException e) {
            throw new Violation("LoadReadsWhatSaveWrote", name + " cannot load the state of " + of + ": " + thrown(e));
        }
        applied = 0;
        parts = List.of();
        byte[] again = save();
        if (!Arrays.equals(again, state)) {
            throw new Violation(
                    "LoadReadsWhatSaveWrote",
                    name + " has loaded the state of " + of + ", and saves another one: " + difference(state, again)
                            + "; after load: " + shown());
        }
    }

    Answer query(C question) {
        try {
            return Answer.of(application.machine().query(new Numbered<>(0, question)), null, machine.answers());
        } catch (Exception e) {
            return Answer.of(null, e, null);
        }
    }

    /** The state in words, if it has any. */
    String shown() {
        String words;
        try {
            words = String.valueOf(machine);
        } catch (RuntimeException e) {
            return "(toString threw " + e + ")";
        }
        boolean own = !words.equals(machine.getClass().getName() + "@" + Integer.toHexString(machine.hashCode()));
        return own ? words.substring(0, Math.min(words.length(), SHOWN)) : "(a state machine without toString)";
    }

    static String difference(byte[] one, byte[] other) {
        int at = Arrays.mismatch(one, other);
        return one.length + " and " + other.length + " bytes, different from byte " + at + ": " + hex(one, at) + " and "
                + hex(other, at);
    }

    private static String hex(byte[] bytes, int from) {
        StringBuilder hex = new StringBuilder("[");
        for (int i = from; i < Math.min(bytes.length, from + SHOWN_BYTES / 4); i++) {
            hex.append(String.format(i > from ? " %02x" : "%02x", bytes[i]));
        }
        return hex.append("]").toString();
    }
}
