package org.flushspread.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.simulation.check.GroupChecks;
import org.flushspread.simulation.evs.DaemonLife;
import org.flushspread.simulation.evs.GroupIds;
import org.flushspread.simulation.trace.ClientEvent;
import org.flushspread.simulation.trace.Excuses;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.Name;

/** Feeds the properties of groups with the traces of all clients, and with the little they need to know of the daemons behind them. */
final class GroupTraces {
    /** {@code Groups.stateNumber()} while group state is exchanged, and while it is in a transitional membership already. */
    private static final int GGATHER = 3;

    private static final int GTRANS = 2;

    private final GroupChecks checks;
    private final GroupIds ids;
    private final Map<Integer, DaemonLife> daemons = new HashMap<>();
    private final Set<MembershipId> notSubtractive = new HashSet<>();
    private final Map<Host, Timeline> timelines = new HashMap<>();
    private final Map<Integer, Map<Name, MembershipId>> lastSeen = new HashMap<>();

    /** The memberships of one life of a daemon, in order: how many changes and how many cascades there were up to each. */
    private static final class Timeline {
        final Map<MembershipId, Integer> changesBefore = new HashMap<>();
        int changes;
        final Map<MembershipId, Integer> cascadesBefore = new HashMap<>();
        int cascades;
        int transitionalSize;
    }

    /** @param reloads the order of daemons changes: members of one that was taken out stand last until they are gone */
    GroupTraces(ToIntFunction<String> rank, GroupIds ids, boolean reloads, Excuses excuses) {
        this.ids = ids;
        checks = GroupChecks.all(
                rank, ids::ambiguous, reloads, excuses, id -> !notSubtractive.contains(id), (property, detail) -> {
                    throw new Violation(property, detail);
                });
    }

    void started(Host host) {
        timelines.put(host, new Timeline());
    }

    /** A transitional membership is about to reach the groups of this daemon. */
    void transitional(Host host, DaemonMembership membership) {
        Timeline timeline = timelines.get(host);
        if (host.groupsState() == GGATHER) {
            timeline.cascades++;
        }
        timeline.changes++;
        timeline.changesBefore.put(membership.id(), timeline.changes);
        timeline.transitionalSize = membership.size();
        timeline.cascadesBefore.put(membership.id(), timeline.cascades);
    }

    /** A regular membership is about to reach the groups of this daemon. */
    void regular(Host host, DaemonMembership membership) {
        Timeline timeline = timelines.get(host);
        if (timeline.transitionalSize != membership.size() || host.groupsState() != GTRANS) {
            notSubtractive.add(membership.id());
        }
        timeline.changesBefore.put(membership.id(), timeline.changes);
        timeline.cascadesBefore.put(membership.id(), timeline.cascades);
    }

    /** A client begins an incarnation at this life of its daemon. */
    void connected(SimulatedClient client, DaemonLife life) {
        daemons.put(client.incarnation(), life);
    }

    void observe(SimulatedClient client, ClientEvent event) {
        int incarnation = client.incarnation();
        if (event instanceof ClientEvent.View view) {
            ids.view(Objects.requireNonNull(daemons.get(incarnation)), view);
            Map<Name, MembershipId> seen = lastSeen.computeIfAbsent(incarnation, each -> new HashMap<>());
            MembershipId before = seen.put(view.group(), view.id().membershipId());
            Timeline timeline = timelines.get(client.host());
            // Clients read late, so a cascade is told them by the memberships it came between.
            int now = timeline.cascadesBefore.getOrDefault(view.id().membershipId(), timeline.cascades);
            if (before != null && timeline.cascadesBefore.getOrDefault(before, -1) < now) {
                checks.observe(incarnation, new ClientEvent.Cascade());
            }
            int changes = timeline.changesBefore.getOrDefault(view.id().membershipId(), timeline.changes);
            if (before != null && timeline.changesBefore.getOrDefault(before, 0) + 1 < changes) {
                checks.observe(incarnation, new ClientEvent.UntoldChange(view.group()));
            }
        }
        checks.observe(incarnation, event);
    }

    void finished(boolean settled) {
        checks.finished(settled);
    }
}
