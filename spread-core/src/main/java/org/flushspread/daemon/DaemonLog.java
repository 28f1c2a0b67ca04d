package org.flushspread.daemon;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.Session;
import org.flushspread.wire.Addresses;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Tells a person what the kernel reports. Each kind of event has a logger of its own below {@code org.flushspread.daemon.log}, named as
 * the log types of spread.conf, so that DebugFlags can switch them.
 */
final class DaemonLog {
    static final String PREFIX = "org.flushspread.daemon.log.";
    static final Logger MEMBERSHIP = LoggerFactory.getLogger(PREFIX + "MEMBERSHIP");
    static final Logger SESSION = LoggerFactory.getLogger(PREFIX + "SESSION");
    static final Logger NETWORK = LoggerFactory.getLogger(PREFIX + "NETWORK");
    static final Logger CONFIGURATION = LoggerFactory.getLogger(PREFIX + "CONFIGURATION");
    static final Logger PRINT = LoggerFactory.getLogger(PREFIX + "PRINT");

    /** What warns of something and refuses nothing. */
    private static final Set<Reason> WARNINGS =
            EnumSet.of(Reason.CLIENT_FALLS_BEHIND, Reason.CLIENTS_FALL_BEHIND, Reason.SENDERS_HELD_BACK);

    private DaemonLog() {}

    static void report(Event event) {
        if (event instanceof Event.MembershipInstalled installed) {
            MEMBERSHIP.info("membership {}", names(installed.membership()));
        } else if (event instanceof Event.MembershipTransitional transitional) {
            MEMBERSHIP.debug("transitional membership {}", names(transitional.membership()));
        } else if (event instanceof Event.StateEntered entered) {
            MEMBERSHIP.debug("{} ({})", entered.state(), text(entered.cause()));
        } else if (event instanceof Event.TokenLost lost) {
            MEMBERSHIP.info("left the ring ({}), looking for the other daemons", text(lost.why()));
        } else if (event instanceof Event.RingStandsStill still) {
            NETWORK.warn(still.text());
        } else if (event instanceof Event.SessionOpened opened) {
            SESSION.debug("{} connected from {}", opened.privateGroup(), from(opened.session()));
        } else if (event instanceof Event.SessionClosed closed) {
            if (closed.why() == Reason.STALLED_CLIENT) {
                SESSION.warn(
                        "{} is disconnected: it took nothing for too long while senders were held back for it",
                        closed.privateGroup());
            } else if (closed.why() == Reason.SLOW_CLIENT) {
                SESSION.warn(
                        "{} is disconnected: it reads too slowly, and a limit of what waits for it, or for all clients"
                                + " together, is reached (MaxSessionMessages, --max-session-bytes,"
                                + " --max-client-messages, --max-client-bytes)",
                        closed.privateGroup());
            } else {
                SESSION.debug("{} is gone ({})", closed.privateGroup(), text(closed.why()));
            }
        } else if (event instanceof Event.SessionFailed failed) {
            if (failed.cause() instanceof OutOfMemoryError) {
                SESSION.error(
                        "{} is closed, there was no memory for it: {}",
                        failed.session(),
                        failed.cause().getMessage());
            } else {
                SESSION.error(
                        "what {} sent made the daemon fail. It is closed. Please report this.",
                        failed.session(),
                        failed.cause());
            }
        } else if (event instanceof Event.Refused refused) {
            NETWORK.atLevel(refused.why().isOrdinary() ? Level.DEBUG : Level.WARN)
                    .log(
                            "{}{}{} ({} since the start)",
                            WARNINGS.contains(refused.why()) ? "" : "refused input: ",
                            text(refused.why()),
                            refused.detail().isEmpty() ? "" : ", " + refused.detail(),
                            refused.count());
        } else if (event instanceof Event.Reloaded reloaded) {
            if (reloaded.accepted()) {
                CONFIGURATION.info("a new configuration is in force: {}", reloaded.detail());
            } else {
                CONFIGURATION.error("the new configuration is refused, the old one stays: {}", reloaded.detail());
            }
        } else if (event instanceof Event.ReloadRequested asked) {
            CONFIGURATION.info("a monitor that says it is at {} asks for a reload of the configuration", asked.from());
        } else if (event instanceof Event.StopRequested stop) {
            PRINT.warn("stopping: {}, from a monitor that says it is at {}", text(stop.why()), stop.from());
        }
    }

    private static String names(DaemonMembership membership) {
        return membership.members().stream().map(Daemon::name).collect(Collectors.joining(" ", "{", "}")) + " id "
                + membership.idText();
    }

    static String from(Session session) {
        return session.transport() instanceof ClientConnection connection
                ? connection.address().text()
                : Addresses.text(session.address());
    }

    static String text(Enum<?> why) {
        return why.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
