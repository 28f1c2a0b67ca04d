package org.flushspread.flush;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.flushspread.flush.replica.LogEntry;
import org.flushspread.flush.replica.ReplicaReason;
import org.flushspread.flush.replica.Role;
import org.jspecify.annotations.Nullable;

/**
 * Brings the clock of a member into the log (replica-protocol R18, R19): each of its commands says the time, and where a timer is due and
 * nobody submits anything, an entry does that says nothing else. Used by the internal thread.
 */
final class LogClock<S extends StateMachine<?, ?>> {
    /** So much later than the one before it among those of the view that vote each member takes its turn. */
    private static final long TURN_MILLIS = 1_000;

    private static final long LONGEST_WAIT_MILLIS = 60_000;
    private static final long AHEAD_MILLIS = 10_000;

    private final InstantSource clock;
    private final ReplicaMember<S, ?, ?> member;
    private @Nullable CompletableFuture<?> asked;
    private boolean toldAhead;

    LogClock(InstantSource clock, ReplicaMember<S, ?, ?> member) {
        this.clock = clock;
        this.member = member;
    }

    /** What goes through the order, with the time in front of it if it is no read. */
    byte[][] stamped(Request<S> request) {
        byte[][] message = request.message();
        if (request.reader() != null) {
            return message;
        }
        byte[][] stamped = new byte[message.length + 1][];
        stamped[0] = LogEntry.timed(clock.millis());
        System.arraycopy(message, 0, stamped, 1, message.length);
        return stamped;
    }

    /** Submits the time where a timer is due; others do so too if it takes long. */
    void letTimePass() {
        CompletableFuture<?> last = asked;
        if ((last == null || last.isDone()) && untilTimer() <= 0) {
            asked = member.submit();
        }
    }

    /** Nanoseconds to the next timer that is this member's turn; {@link Long#MAX_VALUE} if it does not know of any. */
    long untilTimer() {
        long due = member.application().agreed().nextTimer();
        CompletableFuture<?> last = asked;
        if (due == Long.MAX_VALUE || member.replica().role() != Role.PRIMARY || (last != null && !last.isDone())) {
            return Long.MAX_VALUE;
        }
        long millis = due + member.replica().position() * TURN_MILLIS - clock.millis();
        return Duration.ofMillis(Math.min(Math.max(0, millis), LONGEST_WAIT_MILLIS))
                .toNanos();
    }

    /** Looks whether the clocks of members are far apart, which nobody can mend but a person. */
    void tick() {
        long ahead = member.application().agreed().time() - clock.millis();
        if (ahead > AHEAD_MILLIS && !toldAhead) {
            member.tellings()
                    .report(
                            ReplicaReason.CLOCKS_DIFFER,
                            "the agreed time is " + Patience.seconds(Duration.ofMillis(ahead))
                                    + " ahead of the clock of this member; it stands still until the clocks have got there."
                                    + " Set the clocks of all members by one source (NTP)");
        }
        toldAhead = ahead > AHEAD_MILLIS;
    }
}
