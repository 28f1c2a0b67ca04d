package org.flushspread.simulation.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.flushspread.simulation.trace.ClientEvent;
import org.flushspread.simulation.trace.Excuses;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/**
 * Feeds the properties of groups with the traces of clients. Clients are told apart by the number of their incarnation. Clients without
 * membership messages are followed, but nothing is demanded of what they see beyond data.
 */
public final class GroupChecks {
    private final Map<Integer, Life> lives = new TreeMap<>();
    private final List<GroupProperty> properties;
    /** Whose event came last: clients read many at a time. */
    private @Nullable Life last;

    public GroupChecks(List<GroupProperty> properties) {
        this.properties = properties;
    }

    /**
     * All properties of groups-protocol 10, and the order of each sender: the upper half of a data message's number names its sender's
     * incarnation, the lower half counts its messages.
     *
     * @param rank place of a daemon, given by name, in the configuration
     * @param reloads daemons may have different configurations for a while, so nothing is demanded of the order of members
     * @param ids which ids may stand for two views
     * @param excuses counts what is not demanded
     * @param subtractive tells whether a regular membership of daemons brought nobody together and interrupted no exchange of
     *     group state; always false disables what needs it
     */
    public static GroupChecks all(
            ToIntFunction<String> rank,
            AmbiguousIds ids,
            boolean reloads,
            Excuses excuses,
            Predicate<MembershipId> subtractive,
            Violations violations) {
        Sightings sightings = new Sightings(ids, excuses, violations);
        List<GroupProperty> all = new ArrayList<>(List.of(
                sightings,
                new SelfInclusion(violations),
                new FirstEvent(violations),
                new Agreement(ids, reloads, excuses, violations),
                new NoReuse(violations),
                new ViewOrder(sightings, violations),
                new SubjectOfTheCause(violations),
                new IndexStep(violations),
                new NetworkViews(violations),
                new Transitions(violations),
                new LossIsAnnounced(excuses, violations),
                new VsSets(violations),
                new VirtualSynchrony(sightings, violations),
                new SubtractiveChange(subtractive, violations),
                new SelfLeaves(violations),
                new Causes(violations),
                new TotalOrder(sightings, violations),
                new NameOrder(violations),
                new SenderOrder(violations),
                new SafeBeforeTransition(sightings, violations)));
        if (!reloads) {
            all.add(new MemberOrder(rank, violations));
        }
        return new GroupChecks(all);
    }

    /** The same where nothing is known but what clients see, and data messages have any numbers. */
    public static GroupChecks all(
            ToIntFunction<String> rank, Predicate<MembershipId> subtractive, Violations violations) {
        Incarnations incarnations = new Incarnations(violations);
        List<GroupProperty> all = new ArrayList<>(List.of(incarnations));
        all(rank, incarnations, false, new Excuses(), subtractive, violations).properties().stream()
                .filter(each -> !(each instanceof SenderOrder))
                .forEach(all::add);
        return new GroupChecks(all);
    }

    public List<GroupProperty> properties() {
        return properties;
    }

    /** The next event of one client. */
    public void observe(int client, ClientEvent event) {
        if (event instanceof ClientEvent.Connected connected) {
            Life life = new Life(client, connected.privateGroup(), connected.membership());
            lives.put(client, life);
            last = life;
            properties.forEach(each -> each.began(life));
            return;
        }
        Life life = life(client);
        if (event instanceof ClientEvent.JoinCalled join) {
            called(life, join.group(), true);
        } else if (event instanceof ClientEvent.LeaveCalled leave) {
            called(life, leave.group(), false);
        } else if (event instanceof ClientEvent.View view) {
            view(life, view);
        } else if (event instanceof ClientEvent.Transition transition) {
            transition(life, transition);
        } else if (event instanceof ClientEvent.SelfLeave leave) {
            selfLeave(life, leave);
        } else if (event instanceof ClientEvent.Delivered message) {
            for (GroupProperty each : properties) {
                each.delivered(life, message);
            }
        } else if (event instanceof ClientEvent.Cascade) {
            life.stays.values().forEach(stay -> stay.cascade = true);
        } else if (event instanceof ClientEvent.UntoldChange change) {
            @Nullable Stay stay = life.in(change.group());
            if (stay != null) {
                stay.untoldChange = true;
            }
        } else if (!(event instanceof ClientEvent.Sent)) {
            life.over = true;
            properties.forEach(each -> each.ended(life));
            life.past.addAll(life.stays.values());
            life.stays.clear();
        }
    }

    private Life life(int client) {
        Life life = last;
        if (life == null || life.client != client) {
            life = lives.get(client);
            if (life == null) {
                throw new IllegalArgumentException("client " + client + " never connected");
            }
            last = life;
        }
        return life;
    }

    /**
     * The end of all traces.
     *
     * @param settled true if the world was healed and had time to come to rest, so that everything owed must have happened
     */
    public void finished(boolean settled) {
        properties.forEach(each -> each.finished(lives.values(), settled));
    }

    private void called(Life life, Name group, boolean join) {
        Life.Calls calls = life.calls(group);
        if (join) {
            calls.joins++;
        } else {
            calls.leaves++;
        }
        calls.wantsIn = join;
        properties.forEach(each -> each.called(life, group, join));
    }

    private void view(Life life, ClientEvent.View view) {
        Stay stay = life.stays.computeIfAbsent(view.group(), group -> new Stay(life, group));
        properties.forEach(each -> each.view(stay, view));
        if (stay.last == null) {
            life.calls(view.group()).stays++;
        }
        stay.last = view;
        stay.cascade = false;
        stay.untoldChange = false;
        if (!view.isTransitional()) {
            stay.settled = view;
            stay.transitional = false;
        }
    }

    private void transition(Life life, ClientEvent.Transition transition) {
        @Nullable Stay stay = life.in(transition.group());
        if (stay == null) {
            properties.forEach(each -> each.stray(life, transition));
        } else {
            properties.forEach(each -> each.transition(stay, transition));
            stay.transitional = true;
        }
    }

    private void selfLeave(Life life, ClientEvent.SelfLeave leave) {
        @Nullable Stay stay = life.in(leave.group());
        if (stay == null) {
            properties.forEach(each -> each.stray(life, leave));
        } else {
            life.calls(leave.group()).selfLeaves++;
            properties.forEach(each -> each.selfLeave(stay));
            life.stays.remove(leave.group());
            life.past.add(stay);
        }
    }
}
