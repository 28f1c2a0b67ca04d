package org.flushspread.flush.replica;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.flushspread.kernel.base.InvariantViolation;

/** The state of a member as the protocol knows it, its version, and the store that keeps the commands that made it. */
final class AppliedLog {
    private final boolean durable;
    private final int hashEvery;
    private final StateHashes hashes;
    private final ReplicaOutput output;
    private final Memory memory;
    private final Chain chain;
    private long epoch;
    private long index;
    private boolean unwritten;
    /** The application cannot apply the last command. */
    private boolean halted;

    AppliedLog(
            Version version,
            boolean halted,
            Memory memory,
            ReplicaSettings settings,
            ReplicaOutput output,
            StateHashes hashes) {
        this.durable = settings.durable();
        this.hashEvery = settings.hashEvery();
        this.hashes = hashes;
        this.halted = halted;
        this.output = output;
        this.memory = memory;
        this.chain = new Chain(version.chainHigh(), version.chainLow());
        this.epoch = version.epoch();
        this.index = version.index();
    }

    Version version() {
        return new Version(epoch, index, chain.high(), chain.low());
    }

    /** Commands applied. */
    long index() {
        return index;
    }

    /** An attempt with this number was completed by those who have this state (R8). */
    void completed(long number) {
        if (number <= epoch) {
            throw new InvariantViolation(
                    "replica-protocol R5: an attempt has a greater number than everything its members knew",
                    "attempt " + number + " was completed at a state of version " + version());
        }
        epoch = number;
    }

    /** @param ticket whose command it is; 0 if it is not of this member */
    void apply(long ticket, ByteBuffer command) {
        apply(ticket, command, durable);
    }

    /**
     * Applies commands of others once more, on top of an image.
     *
     * @param logged false if a snapshot that follows has them
     */
    void repeat(ReplicaMessage.Commands commands, boolean logged) {
        commands.forEach((at, command) -> apply(0, command, logged && durable));
    }

    private void apply(long ticket, ByteBuffer command, boolean logged) {
        index++;
        chain.add(command);
        if (logged) {
            output.append(epoch, index, command);
            unwritten = true;
        }
        output.apply(ticket, index, chain.high(), command);
        if (hashEvery > 0 && index % hashEvery == 0) {
            OptionalLong hash = output.stateHash(index);
            if (hash.isPresent()) {
                hashes.own(index, hash.getAsLong());
            }
        }
    }

    /** True if the application cannot apply the last command of this version, and stands before it (R15). */
    boolean isHalted() {
        return halted;
    }

    /** The command that halts this member takes no effect, here and wherever this log is read. */
    void skip(SkippedCommand command) {
        if (!halted || command.index() != index || command.fingerprint() != chain.high()) {
            throw new InvariantViolation(
                    "replica-protocol R15: who is halted at a command skips that one",
                    "command " + command + " is skipped at a state of version " + version());
        }
        halted = false;
        apply(0, LogEntry.skip(command), durable);
    }

    /** The application has loaded a state of this version. */
    void replaced(Version by) {
        halted = false;
        epoch = by.epoch();
        index = by.index();
        chain.set(by.chainHigh(), by.chainLow());
    }

    /** Brings to disk what was appended. */
    void sync() {
        if (unwritten) {
            unwritten = false;
            output.sync();
        }
    }

    /** Brings to disk what the member must not forget, after the log that it counts (R11). */
    void record() {
        if (durable) {
            sync();
            output.record(metadata());
        }
    }

    /**
     * Brings what was appended to disk, and lets a snapshot take the place of a log that has become long (R23, R24).
     *
     * @param place of this member in its view, from 0
     */
    void endOfTurn(int place, int members) {
        boolean snapshotDue = durable && !halted && output.isSnapshotDue(index, place, members);
        sync();
        if (snapshotDue) {
            output.beginSnapshot(version());
        }
    }

    /**
     * Puts a state that was loaded in the place of all that the store has.
     *
     * @param asItCame true if it is the state that was loaded, and nothing was done on top of it
     */
    void store(boolean asItCame) {
        if (durable) {
            unwritten = false;
            if (asItCame) {
                output.storeState(metadata());
            } else {
                output.snapshot(version(), metadata());
            }
        }
    }

    private Metadata metadata() {
        return memory.metadata(version());
    }
}
