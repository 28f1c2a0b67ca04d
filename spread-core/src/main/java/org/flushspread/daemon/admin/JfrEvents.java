package org.flushspread.daemon.admin;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.flushspread.kernel.base.Event;

/**
 * What a daemon tells the flight recorder of the JVM (JFR), below {@code org.flushspread}: membership changes, losses of the token,
 * clients that are gone, slow turns. Of the kernel's thread; nothing where the run-time image is without JFR.
 */
public final class JfrEvents {
    private static final boolean AVAILABLE =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private JfrEvents() {}

    /** The first use of an event class starts the recorder, which takes long: only where somebody has started it before. */
    private static boolean isRecorded() {
        return AVAILABLE && jdk.jfr.FlightRecorder.isInitialized();
    }

    @Name("org.flushspread.MembershipChange")
    @Label("Membership Change")
    @Category("Spread")
    @StackTrace(false)
    static final class MembershipChanged extends jdk.jfr.Event {
        @Label("Daemon")
        String daemon = "";

        @Label("Membership")
        String membership = "";

        @Label("From")
        String from = "";

        @Label("To")
        String to = "";

        @Label("Cause")
        String cause = "";
    }

    @Name("org.flushspread.TokenLoss")
    @Label("Token Loss")
    @Description("A ring, or an attempt at one, was given up")
    @Category("Spread")
    @StackTrace(false)
    static final class TokenLost extends jdk.jfr.Event {
        @Label("Daemon")
        String daemon = "";

        @Label("Cause")
        String cause = "";
    }

    @Name("org.flushspread.ClientDisconnect")
    @Label("Client Disconnect")
    @Category("Spread")
    @StackTrace(false)
    static final class ClientGone extends jdk.jfr.Event {
        @Label("Daemon")
        String daemon = "";

        @Label("Client")
        String client = "";

        @Label("Reason")
        String reason = "";
    }

    @Name("org.flushspread.SlowTurn")
    @Label("Slow Turn")
    @Description("The daemon's thread was busy for long, so that nobody else was served")
    @Category("Spread")
    @StackTrace(false)
    static final class TurnWasSlow extends jdk.jfr.Event {
        @Label("Daemon")
        String daemon = "";

        @Label("Busy")
        @Timespan(Timespan.NANOSECONDS)
        long busy;
    }

    static void membershipChanged(String daemon, MembershipChange change) {
        if (isRecorded()) {
            MembershipChanged event = new MembershipChanged();
            event.daemon = daemon;
            event.membership = change.membership();
            event.from = String.join(" ", change.from());
            event.to = String.join(" ", change.to());
            event.cause = change.cause();
            event.commit();
        }
    }

    static void tokenLost(String daemon, Event.TokenLost lost) {
        if (isRecorded()) {
            TokenLost event = new TokenLost();
            event.daemon = daemon;
            event.cause = lost.why().name();
            event.commit();
        }
    }

    static void clientGone(String daemon, Event.SessionClosed closed) {
        if (isRecorded()) {
            ClientGone event = new ClientGone();
            event.daemon = daemon;
            event.client = closed.privateGroup();
            event.reason = closed.why().name();
            event.commit();
        }
    }

    /** A turn kept the daemon's thread for so many nanoseconds. */
    public static void slowTurn(String daemon, long busy) {
        if (isRecorded()) {
            TurnWasSlow event = new TurnWasSlow();
            event.daemon = daemon;
            event.busy = busy;
            event.commit();
        }
    }
}
