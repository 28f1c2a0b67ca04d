package org.flushspread.flush;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.flushspread.client.UserCode;
import org.flushspread.flush.replica.Failure;
import org.flushspread.flush.replica.ReplicaReason;
import org.flushspread.flush.replica.Role;
import org.jspecify.annotations.Nullable;

/**
 * The end of a member, in one place and in this order: connection and store first, so that nobody waits for a member that is no more, then
 * what was earned is given out, every future that is left fails, and the user is told why.
 */
final class ReplicaEnd {
    private final String group;
    private final CompletableFuture<ReplicaException> closed = new CompletableFuture<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicBoolean begun = new AtomicBoolean();
    // Made while there was memory.
    private final ReplicaException ready;
    private final ReplicaException readyUncertain;
    private volatile @Nullable ReplicaException why;
    private volatile boolean asked;
    /** Of the internal thread. */
    private @Nullable Throwable cause;

    ReplicaEnd(String group) {
        this.group = group;
        this.ready = new ReplicaException(
                Failure.CLOSED,
                "the replicated state machine of group '" + group + "' has stopped, without memory to say why");
        this.readyUncertain = new UncertainException(ready.getMessage(), ready);
    }

    // ---- any thread

    /** The user wants it. */
    void ask() {
        asked = true;
    }

    /** True from the end on. */
    boolean isReached() {
        return why != null;
    }

    /** Why it has ended; null before. */
    @Nullable
    ReplicaException why() {
        return why;
    }

    CompletableFuture<ReplicaException> closed() {
        return closed.copy();
    }

    /** For a call that comes after the end. */
    ReplicaException exception() {
        ReplicaException reason = why;
        return reason == null
                ? ended(null)
                : new ReplicaException(reason.reason(), String.valueOf(reason.getMessage()), reason);
    }

    /** For a command whose outcome nobody can know. */
    UncertainException uncertain() {
        ReplicaException reason = why;
        return reason == null ? new UncertainException() : new UncertainException(reason.getMessage(), reason);
    }

    private ReplicaException ended(@Nullable Throwable by) {
        return new ReplicaException(
                Failure.CLOSED,
                by == null
                        ? "the replicated state machine of group '" + group + "' is closed"
                        : "the replicated state machine of group '" + group + "' has stopped: "
                                + (by instanceof PoisonedCommandException ? by.getMessage() : by),
                by);
    }

    /** True if the internal thread has come to its end in time. */
    boolean await(long nanos) {
        long until = System.nanoTime() + nanos;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return over.await(until - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The internal thread does not come back: everything that others wait for is ended without it. */
    void withoutThread(ReplicaMember<?, ?, ?> member, String what) {
        ReplicaException reason = new ReplicaException(Failure.CLOSED, what);
        begun.set(true);
        othersWait(member, reason, new UncertainException(what, reason));
    }

    // ---- the internal thread

    /** Something that the member cannot go on after, which its loop sees when it comes back. */
    void because(Throwable e) {
        cause = e;
    }

    boolean isDue() {
        return asked || cause != null || why != null;
    }

    /** Ends the member. */
    void run(ReplicaMember<?, ?, ?> member) {
        member.application().forget();
        try {
            orderly(member, cause);
        } catch (Throwable e) {
            // No memory even for that: what others wait for ends with what was made for this case.
            othersWait(member, ready, readyUncertain);
        } finally {
            over.countDown();
        }
    }

    private void orderly(ReplicaMember<?, ?, ?> member, @Nullable Throwable by) {
        if (!begun.compareAndSet(false, true)) {
            return;
        }
        Tellings tellings = member.tellings();
        ReplicaException reason = ended(by);
        why = reason;
        Role before = member.roles().role();
        member.roles().end();
        UserCode.run(member.connection()::close);
        List<Throwable> more = new ArrayList<>();
        guarded(member.store()::close, more);
        guarded(member.replica()::close, more);
        tellings.tell();
        member.tickets().end(reason, new UncertainException(reason.getMessage(), reason));
        if (by != null) {
            tellings.report(
                    by instanceof PoisonedCommandException ? ReplicaReason.POISONED_COMMAND : ReplicaReason.STOPPED,
                    String.valueOf(reason.getMessage()));
        }
        more.forEach(each ->
                tellings.report(ReplicaReason.STOPPED, "while the member of group '" + group + "' ended: " + each));
        if (before != Role.MINORITY) {
            member.roles().tell(Role.MINORITY);
        }
        tellings.tell();
        member.roles().end();
        closed.complete(reason);
    }

    /** Ends everything that others wait for; does nothing the second time. From any thread. */
    private void othersWait(ReplicaMember<?, ?, ?> member, ReplicaException reason, ReplicaException uncertain) {
        why = why == null ? reason : why;
        try {
            member.connection().close();
        } catch (Throwable e) {
            UserCode.uncaught(e);
        }
        try {
            member.store().close();
        } catch (Throwable e) {
            UserCode.uncaught(e);
        }
        member.tickets().end(reason, uncertain);
        try {
            closed.complete(reason);
        } catch (Throwable e) {
            UserCode.uncaught(e);
        }
        member.roles().end();
    }

    private static void guarded(Runnable step, List<Throwable> failures) {
        try {
            step.run();
        } catch (Throwable e) {
            failures.add(e);
        }
    }
}
