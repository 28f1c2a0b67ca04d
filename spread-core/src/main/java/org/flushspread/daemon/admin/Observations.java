package org.flushspread.daemon.admin;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.MembershipCause;
import org.flushspread.kernel.base.MembershipState;
import org.flushspread.kernel.base.Reason;
import org.jspecify.annotations.Nullable;

/** What happens seldom, counted from the events of a kernel. Of the kernel's thread. */
public final class Observations {
    /** Membership changes that are remembered. */
    private static final int REMEMBERED = 100;
    /** Entries of a state that are remembered of one change: what follows an attempt that failed says nothing new. */
    private static final int STEPS = 12;

    private final ArrayDeque<MembershipChange> changes = new ArrayDeque<>();
    private final Map<String, Long> changesByCause = new TreeMap<>();
    private final EnumMap<Reason, Long> tokenLosses = new EnumMap<>(Reason.class);
    private final EnumMap<Reason, Long> disconnects = new EnumMap<>(Reason.class);
    private final String daemon;
    private final List<MembershipCause> steps = new ArrayList<>();
    private List<String> members = List.of();
    /** Why the present membership was given up; null while it lasts. */
    private @Nullable Reason lost = Reason.START;

    /**
     * What was observed up to a moment.
     *
     * @param changes the last ones, the oldest first
     * @param changesByCause how many there were of each since the start
     * @param tokenLosses how often a ring, or an attempt at one, was given up
     * @param disconnects of clients that had finished their handshake
     */
    public record Copy(
            List<MembershipChange> changes,
            Map<String, Long> changesByCause,
            Map<String, Long> tokenLosses,
            Map<String, Long> disconnects) {}

    /** @param daemon its name */
    public Observations(String daemon) {
        this.daemon = daemon;
    }

    /** @param millis wall clock */
    public void observe(Event event, long millis) {
        if (event instanceof Event.TokenLost token) {
            tokenLosses.merge(token.why(), 1L, Long::sum);
            lost = lost == null ? token.why() : lost;
            JfrEvents.tokenLost(daemon, token);
        } else if (event instanceof Event.StateEntered entered) {
            step(entered);
        } else if (event instanceof Event.SessionClosed closed) {
            disconnects.merge(closed.why(), 1L, Long::sum);
            JfrEvents.clientGone(daemon, closed);
        } else if (event instanceof Event.MembershipInstalled installed) {
            List<String> now =
                    installed.membership().members().stream().map(Daemon::name).toList();
            String cause = lost != null
                    ? lost.name()
                    : now.size() < members.size() && members.containsAll(now)
                            ? MembershipChange.LEFT
                            : MembershipChange.MERGE;
            if (changes.size() == REMEMBERED) {
                changes.remove();
            }
            MembershipChange change = new MembershipChange(
                    millis, installed.membership().id().toString(), members, now, cause, List.copyOf(steps));
            steps.clear();
            changes.add(change);
            JfrEvents.membershipChanged(daemon, change);
            changesByCause.merge(cause, 1L, Long::sum);
            members = now;
            lost = null;
        }
    }

    private void step(Event.StateEntered entered) {
        if (entered.state() == MembershipState.OP && entered.cause() != MembershipCause.INSTALLED) {
            // it looked for others, and nothing changed
            steps.clear();
        } else if (steps.size() < STEPS) {
            steps.add(entered.cause());
        }
    }

    /** For other threads to read. */
    public Copy copy() {
        return new Copy(
                Collections.unmodifiableList(new ArrayList<>(changes)),
                Collections.unmodifiableMap(new TreeMap<>(changesByCause)),
                byName(tokenLosses),
                byName(disconnects));
    }

    private static Map<String, Long> byName(EnumMap<Reason, Long> counts) {
        Map<String, Long> named = new TreeMap<>();
        counts.forEach((reason, count) -> named.put(reason.name(), count));
        return Collections.unmodifiableMap(named);
    }
}
