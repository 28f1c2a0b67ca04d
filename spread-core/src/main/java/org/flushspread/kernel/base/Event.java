package org.flushspread.kernel.base;

import java.time.Duration;
import org.flushspread.config.Daemon;
import org.jspecify.annotations.Nullable;

/** What a kernel reports for logs and metrics. Rare by construction. */
public sealed interface Event {
    /** A regular membership was installed. */
    record MembershipInstalled(DaemonMembership membership) implements Event {}

    /** A transitional membership was announced. */
    record MembershipTransitional(DaemonMembership membership) implements Event {}

    /**
     * The membership entered a state (membership-protocol 4.4), which may be the one it was in.
     *
     * @param state what the cause leads to
     */
    record StateEntered(MembershipState state, MembershipCause cause) implements Event {}

    /** This daemon has left its ring in order, or had none: it may be stopped (membership-protocol 6.8). */
    record Left() implements Event {}

    /** The daemon left its ring and looks for others. */
    record TokenLost(Reason why) implements Event {}

    /**
     * The ring stands still although its token turns: a packet does not reach a daemon (ring-protocol 8.3).
     *
     * @param packet the first sequence number that is not everywhere
     * @param missingAt the daemon that misses it, as far as the token tells; null if the configuration does not know it
     * @param heldHere this daemon has it
     * @param answered how often this daemon was asked for it
     * @param since for how long, as far as tokens turned
     */
    record RingStandsStill(int packet, @Nullable Daemon missingAt, boolean heldHere, int answered, Duration since)
            implements Event {
        /** One sentence for a person. */
        public String text() {
            return "the ring stands still since " + since.toMillis() + " ms: packet " + packet + " is missing at "
                    + (missingAt == null ? "a daemon" : missingAt.name())
                    + (heldHere ? "; it is here, and was asked for " + answered + " times" : "; it is not here either")
                    + ". Does every daemon reach every other one, in both directions?";
        }
    }

    /** A client finished its handshake. */
    record SessionOpened(Session session, String privateGroup, boolean membership) implements Event {}

    /** A client is gone. */
    record SessionClosed(Session session, String privateGroup, Reason why) implements Event {}

    /** What a client sent made the daemon fail; the client is closed, nothing else happened. */
    record SessionFailed(Session session, String privateGroup, Throwable cause) implements Event {}

    /** Input was refused, {@code count} times since the start; at most one report a second and reason. */
    record Refused(Reason why, long count, String detail) implements Event {}

    /** A new configuration is in force, or was refused. */
    record Reloaded(boolean accepted, String detail) implements Event {}

    /**
     * A monitor asks for a reload: read the file again and hand it to {@code Kernel.reload} (monitor-protocol 6).
     *
     * @param from where the monitor says it is; nothing proves it
     */
    record ReloadRequested(Daemon from) implements Event {}

    /**
     * A monitor told this daemon to stop (monitor-protocol 4).
     *
     * @param from where the monitor says it is; nothing proves it
     */
    record StopRequested(Reason why, Daemon from) implements Event {}
}
