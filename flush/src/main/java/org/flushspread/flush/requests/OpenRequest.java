package org.flushspread.flush.requests;

import org.flushspread.flush.replica.Failure;
import org.flushspread.flush.replica.Lineage;
import org.jspecify.annotations.Nullable;

/** A request of a client that has not ended. */
final class OpenRequest {
    /** What is wanted. */
    enum Kind {
        /** A session is to begin. The client itself asks for that, where a command needs it. */
        BEGIN,
        /** Somebody waits for a session to have begun; nothing of it goes out. */
        BEGUN,
        COMMAND,
        READ
    }

    final long ticket;
    final Kind kind;
    final @Nullable OpenSession session;
    final ReadKind read;
    final byte[] bytes;
    final long deadline;
    /** Of a command in its session; 0 until one is given. */
    long number;
    /** When it is sent next. */
    long due;
    /** Copies and refusals: each lengthens the pause before the next copy. */
    int attempts;
    /** Copies that went out and were not refused: each of them may take effect. */
    int copies;
    /** It has been sent at all. */
    boolean sent;
    /** It is with the desk of today. */
    boolean here;
    /** Its number is taken in the session. */
    boolean numbered;

    @Nullable
    Failure refusal;

    OpenRequest(
            long ticket,
            Kind kind,
            @Nullable OpenSession session,
            ReadKind read,
            long number,
            byte[] bytes,
            long deadline,
            long due) {
        this.ticket = ticket;
        this.kind = kind;
        this.session = session;
        this.read = read;
        this.number = number;
        this.bytes = bytes;
        this.deadline = deadline;
        this.due = due;
    }

    /** A read changes nothing, so that copies of it may be at large means nothing. */
    boolean mayTakeEffect() {
        return copies > 0 && kind != Kind.READ;
    }

    /** How it ends where its time is over, or its client (R32). */
    Failure failure(Failure otherwise) {
        return mayTakeEffect() ? Failure.UNCERTAIN : otherwise;
    }

    /** True if it waits for its session to begin, or for a number in it; gives it one where there is one. */
    boolean isHeld() {
        if (kind == Kind.BEGUN) {
            return true;
        }
        if (kind != Kind.COMMAND || session == null || numbered) {
            return false;
        }
        if (!session.hasBegun()) {
            return true;
        }
        long taken = session.take(number);
        numbered = taken != 0;
        number = numbered ? taken : number;
        return !numbered;
    }

    /** What goes out. */
    RequestItem.Request item(Lineage history, long index) {
        return switch (kind) {
            case BEGIN -> new RequestItem.Begin(ticket, own().ordinal, own().before(), own().name);
            case COMMAND -> new RequestItem.Command(ticket, own().id(), number, bytes);
            case READ ->
                read == ReadKind.PLACED
                        ? new RequestItem.Read(ticket, read, history, index, bytes)
                        : new RequestItem.Read(ticket, read, Lineage.NONE, 0, bytes);
            case BEGUN -> throw new IllegalStateException("nothing is sent for who waits");
        };
    }

    private OpenSession own() {
        OpenSession mine = session;
        if (mine == null) {
            throw new IllegalStateException("request " + ticket + " is of no session");
        }
        return mine;
    }
}
