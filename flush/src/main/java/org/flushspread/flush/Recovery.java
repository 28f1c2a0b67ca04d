package org.flushspread.flush;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.flushspread.client.UserCode;
import org.flushspread.flush.replica.Chain;
import org.flushspread.flush.replica.LogEntry;
import org.flushspread.flush.replica.MemberId;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.ReplicaReason;
import org.flushspread.flush.replica.SkippedCommand;
import org.flushspread.flush.replica.Version;
import org.flushspread.flush.store.Recovered;
import org.flushspread.flush.store.SavedState;
import org.flushspread.flush.store.StoreException;
import org.jspecify.annotations.Nullable;

/** Opens the store of a member and brings its state machine to where the store is. */
final class Recovery<S extends StateMachine<C, R>, C, R> {
    private final MemberStore store;
    private final ReplicaApplication<S, C, R> application;
    private final ReplicaOptions options;
    private Metadata memory;
    private Version version = Version.INITIAL;
    private boolean halted;

    /** Throws what is wrong with the store or what the state machine throws; the store is not open then. */
    Recovery(MemberStore store, ReplicaApplication<S, C, R> application, ReplicaOptions options, String group) {
        this.store = store;
        this.application = application;
        this.options = options;
        Recovered found = store.open(group);
        boolean recovered = false;
        try {
            found.warnings().forEach(text -> report(ReplicaReason.STORE_DAMAGED, text));
            Metadata known = found.metadata();
            if (known == null) {
                SecureRandom random = new SecureRandom();
                String label =
                        options.name().isEmpty() ? group.substring(0, Math.min(10, group.length())) : options.name();
                MemberId self = new MemberId(label, random.nextLong() | 1, random.nextLong());
                MemberId lost = found.forgotten();
                memory = lost == null ? Metadata.fresh(self) : Metadata.forgotten(self, lost);
                store.record(memory);
            } else {
                memory = known;
                replay(found);
            }
            recovered = true;
        } finally {
            if (!recovered) {
                store.close();
            }
        }
    }

    Metadata memory() {
        return memory;
    }

    Version version() {
        return version;
    }

    /** True if the state machine stands before the last command of the version, which it cannot apply (replica-protocol R15). */
    boolean isHalted() {
        return halted;
    }

    private void report(ReplicaReason reason, String text) {
        UserCode.run(() -> options.report().accept(reason, text));
    }

    private void replay(Recovered found) {
        SavedState snapshot = found.snapshot();
        if (snapshot != null) {
            store.recoveredSnapshot(snapshot.bytes());
            load(snapshot);
        } else if (!found.commands().isEmpty()) {
            snapshot = application.saveInitial();
        }
        List<SkippedCommand> skipped = new ArrayList<>(options.skipped());
        Version base = found.snapshotVersion();
        refuseSkipping(skipped, base.index());
        Chain chain = new Chain(base.chainHigh(), base.chainLow());
        long index = base.index();
        boolean skips = false;
        Iterator<byte[]> commands = found.commands().iterator();
        byte[] next = commands.hasNext() ? commands.next() : null;
        while (next != null) {
            byte[] command = next;
            next = commands.hasNext() ? commands.next() : null;
            index++;
            store.recovered(command);
            chain.add(ByteBuffer.wrap(command));
            SkippedCommand here = SkippedCommand.of(index, chain, memory.lineage());
            if (skipped.remove(here)) {
                skip(here);
                application.timers().passOver(command);
                chain.skipped();
                skips = true;
            } else if (next != null && LogEntry.skips(ByteBuffer.wrap(next), here)) {
                application.timers().passOver(command);
            } else {
                refuseSkipping(skipped, index);
                version = new Version(memory.epoch(), index, chain.high(), chain.low());
                Error poison = apply(index, chain.high(), command);
                if (poison != null) {
                    PoisonedCommandException why = poisoned(here, command, poison);
                    // What comes before a command that stands last, and takes no effect, is known (replica-protocol
                    // R15).
                    if (next != null || skips || snapshot == null) {
                        throw why;
                    }
                    halt(found, snapshot, why);
                }
            }
        }
        application.endBatch();
        version = new Version(memory.epoch(), index, chain.high(), chain.low());
        if (skips) {
            // From here on the command is neither in the log nor in the history: no later start has to skip it again.
            store.replace(application::saveTo, version, memory);
        } else {
            followSkipping(skipped, index);
        }
    }

    private void load(SavedState snapshot) {
        try (InputStream in = snapshot.open()) {
            application.read(in);
        } catch (Exception e) {
            throw new IllegalStateException(
                    "store " + store + " holds a snapshot that " + application.name() + ".load cannot read", e);
        }
    }

    /** Brings the state machine to where it was before the last command. */
    private void halt(Recovered found, SavedState snapshot, PoisonedCommandException why) {
        load(snapshot);
        Version base = found.snapshotVersion();
        Chain chain = new Chain(base.chainHigh(), base.chainLow());
        long index = base.index();
        byte[] before = null;
        for (byte[] command : found.commands()) {
            // The one before the last is applied when the last is read, and the last is not.
            if (before != null && LogEntry.isSkip(ByteBuffer.wrap(command))) {
                application.timers().passOver(before);
            } else if (before != null && apply(index, chain.high(), before) != null) {
                throw why;
            }
            before = command;
            index++;
            chain.add(ByteBuffer.wrap(command));
        }
        if (before != null) {
            application.timers().haltsAt(before);
        }
        halted = true;
        report(
                ReplicaReason.POISONED_COMMAND,
                why.getMessage() + "; this member stands before the command until it is skipped or the state comes from"
                        + " another member");
    }

    private void skip(SkippedCommand command) {
        memory = command.without(memory);
        report(
                ReplicaReason.POISONED_COMMAND,
                "store " + store + ": command " + command + " is skipped, as told; the history goes on as "
                        + memory.lineage());
    }

    /** What the state machine threw, after which nobody knows what the state is; null if it is known. */
    private @Nullable Error apply(long index, long fingerprint, byte[] command) {
        try {
            application.apply(null, index, fingerprint, ByteBuffer.wrap(command));
            return null;
        } catch (Error e) {
            return e;
        }
    }

    private PoisonedCommandException poisoned(SkippedCommand here, byte[] command, Error error) {
        return new PoisonedCommandException(
                application.failed(),
                here.index(),
                0,
                here.toString(),
                command,
                ReplicaLoop.stateBefore(version, ""),
                error);
    }

    /** A member that has applied the command, or has another one in its place, must not go over to those who skip it. */
    private void refuseSkipping(List<SkippedCommand> skipped, long upTo) {
        for (SkippedCommand each : skipped) {
            if (each.isIn(memory.lineage()) && each.index() <= upTo) {
                throw new StoreException("store " + store + ": command " + each
                        + " cannot be skipped here: this member has another command at that place, or a snapshot with it."
                        + " Skip it at no member and go on from this one. Or, if it is to be skipped, wait until the others"
                        + " are primary without it, then move this directory away, keep it, and let the member join as"
                        + " a new one. Never do so at half of the members or more: they would found an empty history"
                        + " (store 4.3)");
            }
        }
    }

    /** A member that never got the command has nothing to skip, but goes the way of those who do. */
    private void followSkipping(List<SkippedCommand> skipped, long index) {
        for (SkippedCommand each : skipped) {
            if (each.isIn(memory.lineage()) && each.index() > index) {
                skip(each);
                store.record(memory);
            }
        }
    }
}
