package org.flushspread.flush.replica;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import org.flushspread.client.Service;
import org.jspecify.annotations.Nullable;

/** Where a replica's effects go. All calls come from the call that caused them, in the order in which they must take effect. */
public interface ReplicaOutput {
    /** Sends to the group. The bytes are the receiver's. */
    void multicast(Service service, byte[] message);

    /** Sends to some members of the view, AGREED. */
    void send(List<String> receivers, byte[] message);

    /** Consents to the pending view. Nothing is sent from here until it comes. */
    void consent();

    /** Leaves the group and joins it again: this member cannot go on in this view. */
    void rejoin();

    /**
     * Applies a command to the state machine and keeps the result for {@link #completed}.
     *
     * @param ticket whose it is; 0 if it is not of this member
     * @param index its place in the log
     * @param fingerprint the first half of the hash over all commands up to and with this one
     * @param command to be read at once
     */
    void apply(long ticket, long index, long fingerprint, ByteBuffer command);

    /**
     * A hash of the state as it is now, behind this command: equal at all members whose states are equal. Empty if it would cost too much.
     */
    OptionalLong stateHash(long index);

    /** What the state says of who may decide. */
    Charter charter();

    // ---- the state as a whole

    /** The state as it is now, to be handed out while commands go on. */
    StateImage freeze();

    /**
     * The same, to be kept for the case that another member, which hands it out, is gone (R26).
     *
     * @return null if that would cost this member more than to hold on to it
     */
    @Nullable
    StateImage freezeAtNoCost();

    /** A state comes from another member, in pieces; what has come of one before is of no use. */
    void beginState();

    /** Its next piece, to be read at once. */
    void addState(ByteBuffer bytes);

    /**
     * Replaces the state by the one that has come.
     *
     * @param version of it
     * @return false if it is none, after which the state must be as before
     */
    boolean loadState(Version version);

    /** What has come, if anything has, is of no use any more. */
    void dropState();

    /**
     * The command of this ticket goes out now. False if it has been withdrawn: it is forgotten, and nothing more is told of it.
     */
    boolean sending(long ticket);

    /** Does the read of this ticket in the state as it is now, and keeps the result for {@link #completed}. */
    void read(long ticket);

    /** The result that {@link #apply}, or {@link #read}, kept for this ticket is good. */
    void completed(long ticket);

    /**
     * The command of this ticket has no result. With any reason but {@link Failure#UNCERTAIN} it was not sent and takes no effect. Means
     * nothing for one that was withdrawn before the replica heard of it.
     */
    void failed(long ticket, Failure why);

    /** Adds a command to the log; it must be on disk when the next {@link #sync} returns. */
    void append(long epoch, long index, ByteBuffer command);

    /** Brings to disk what was appended, as far as the policy says. */
    void sync();

    /**
     * True if the log has become so long that a snapshot should take its place; what was in it at the start counts too. {@link LogLength} says
     * when.
     *
     * @param index of the last command
     * @param place of this member in its view, from 0
     * @param members of the view
     */
    boolean isSnapshotDue(long index, int place, int members);

    /** Brings these to disk in place of the last ones, before it returns. */
    void record(Metadata metadata);

    /** Brings the state that has come, and was loaded, to disk in place of log, snapshot and metadata, before it returns. */
    void storeState(Metadata metadata);

    /** Brings the state as it is now to disk in place of log, snapshot and metadata, before it returns. */
    void snapshot(Version version, Metadata metadata);

    /**
     * Begins a snapshot of the state as it is now, which continues the log. It may come to disk at any later time, and may be given up: until
     * it is there the log before it is. Replaces one that was begun before.
     */
    void beginSnapshot(Version version);

    /** The role has changed. */
    void role(Role role);

    /** Something a person should know. */
    void report(ReplicaReason reason, String text);
}
