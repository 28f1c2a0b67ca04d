package org.flushspread.kernel.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.flushspread.kernel.base.Backlog;
import org.flushspread.kernel.base.CertifiedUser;
import org.flushspread.kernel.base.Session;
import org.flushspread.kernel.groups.LocalMember;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/** One client. A record of what is known about it; the rules are in those classes that the package names. */
final class ClientSession extends Session implements LocalMember {
    /** From accept to the end of its name. */
    enum State {
        HANDSHAKE,
        OPEN,
        /** The connection is gone or given up; the name stays reserved until the KILL comes back in order (client-protocol 6.2). */
        DYING,
        GONE
    }

    private final Budget input;
    private Name privateGroup = Name.EMPTY;
    private boolean membership;
    private final long[] slot = new long[Name.SLOT / Long.BYTES];

    State state = State.HANDSHAKE;
    /** Monotonic nanoseconds of its connection. */
    long openedAt;
    /** Position in the list of all sessions, to take it out without a search. */
    int position;
    /** While in the handshake. */
    @Nullable
    Handshake handshake;
    /** Who it is by its certificate, if it has one. */
    final @Nullable CertifiedUser certified;

    private @Nullable String user;

    final OutputQueue output;
    /** What it has waiting for the ring. */
    final Backlog backlog = new Backlog();
    /** The type of the KILL that is still to be queued for it, 0 for none. */
    int owedKill;
    /** How long a client may take nothing before MaxSessionMessages and the limit in bytes count (client-protocol 6.4); nanoseconds. */
    long patience;
    /** Since when it has had more waiting than one of these limits, while {@link #above}. */
    long aboveSince;

    boolean above;
    /** What the shell last said, and when it said that the client is full. */
    boolean writable = true;

    long fullSince;
    /** Half of a limit of its queue was reached; until it has caught up. */
    boolean behind;
    /** When it fell behind, or last took something since then. */
    long behindSince;
    /** Waits for the end of the turn to be written to. */
    boolean dirty;
    /** Number of the last message delivered to this session, so that it gets none twice. */
    long delivered;

    /** The front of a message of which more has to come. */
    @Nullable
    ByteBuf partial;
    /** Length of that message, 0 as long as its header is not whole. */
    int partialLength;
    /** Counts the messages that were begun, to know the oldest unfinished one. */
    long partialNumber;
    /** What {@link #partial} and {@link #held} were last counted as. */
    long inputBytes;
    /** Input that has to wait: it arrived while no client is read. */
    @Nullable
    ByteBuf held;
    /** The shell was told not to read this client. */
    boolean unread;
    /** The connection has ended; only held input is still worked off. */
    boolean ended;
    /** What the access file said to it, of the file that was in force then. */
    @Nullable
    AccessDecisions decisions;

    ClientSession(
            long number,
            int address,
            Object transport,
            @Nullable CertifiedUser certified,
            ByteBufAllocator allocator,
            OutputBudget output,
            Budget input) {
        super(number, address, transport);
        this.certified = certified;
        this.user = certified == null ? null : certified.name();
        this.input = input;
        this.output = new OutputQueue(allocator, output);
    }

    void name(Name name, boolean wantsMembership) {
        privateGroup = name;
        membership = wantsMembership;
        ByteBuf bytes = Unpooled.buffer(Name.SLOT);
        name.write(bytes);
        for (int i = 0; i < slot.length; i++) {
            slot[i] = bytes.getLongLE(i * Long.BYTES);
        }
    }

    /** True if the slot at {@code index} is this session's private group with nothing but zeros behind it. */
    boolean isCleanSlot(ByteBuf bytes, int index) {
        for (int i = 0; i < slot.length; i++) {
            if (bytes.getLongLE(index + i * Long.BYTES) != slot[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public @Nullable String user() {
        return user;
    }

    /** It gave the password of this user. What its certificate says counts more. */
    void proven(String name) {
        user = user == null ? name : user;
    }

    /** What can be told of it now. */
    SessionFigures figures() {
        return new SessionFigures(
                this,
                privateGroup,
                membership,
                state == State.OPEN,
                openedAt,
                output.messages(),
                output.bytes(),
                backlog.bytes(),
                writable,
                !unread);
    }

    @Override
    public Name privateGroup() {
        return privateGroup;
    }

    @Override
    public boolean wantsMembership() {
        return membership;
    }

    /** Counts the memory of what the client has sent of a message and of what has to wait. */
    void countInput() {
        long now = 0;
        if (partial != null) {
            now += partial.capacity();
        }
        if (held != null) {
            now += held.capacity();
        }
        input.add(now - inputBytes);
        inputBytes = now;
    }

    /** Releases what waits in both directions. */
    void release() {
        output.drop();
        if (partial != null) {
            partial.release();
            partial = null;
        }
        if (held != null) {
            held.release();
            held = null;
        }
        countInput();
    }

    @Override
    public String toString() {
        return "session " + number() + " " + privateGroup;
    }
}
