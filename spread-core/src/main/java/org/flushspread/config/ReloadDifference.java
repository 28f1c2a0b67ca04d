package org.flushspread.config;

import com.google.common.collect.ImmutableList;

/**
 * What a reload means for a running daemon (configuration 8). Daemons are compared by their ids, in a ring of Spread 5 by their names too
 * (spread5 6.4). Ports written after a daemon or interface address are no part of a configuration, so changing them is no difference.
 */
public sealed interface ReloadDifference {
    /**
     * The daemon cannot go on with the new configuration: a C daemon ends here, ours keeps the old one. It then stays alone, since the
     * others have another hash, until it is restarted.
     *
     * @param reasons at least one, for a person
     */
    record Refused(ImmutableList<String> reasons) implements ReloadDifference {}

    /** Same daemons, same hash. Options may differ. A C daemon nevertheless passes through a membership change. */
    record Unchanged() implements ReloadDifference {}

    /**
     * Only additions, removals, another order or another hash: an ordinary membership change follows, as after a lost token.
     *
     * @param added daemons of the new configuration alone, in its order
     * @param removed daemons of the old configuration alone, in its order
     */
    record MembershipChange(ImmutableList<Daemon> added, ImmutableList<Daemon> removed) implements ReloadDifference {}

    /**
     * A daemon that is in both configurations changed its name, its interfaces or the address of its segment, in a ring of Spread 5 also its
     * id, address or port: every daemon first forms a ring of its own and then looks for the others.
     *
     * @param changed these daemons as the new configuration has them, in its order
     */
    record SingletonPhase(ImmutableList<Daemon> changed) implements ReloadDifference {}

    /**
     * Compares two configurations of one ring version.
     *
     * @param started what the daemon opened its sockets for
     * @param running what the daemon runs with
     * @param loaded what it has just read; {@link Configuration#asReloadOf} already applied if it is
     * @param me a daemon of {@code running}
     */
    static ReloadDifference between(Configuration started, Configuration running, Configuration loaded, Daemon me) {
        ImmutableList<String> refusals = refusals(started, running, loaded, me);
        if (!refusals.isEmpty()) {
            return new Refused(refusals);
        }
        ImmutableList<Daemon> changed = loaded.daemons().stream()
                .filter(daemon -> isChanged(running, loaded, daemon))
                .collect(ImmutableList.toImmutableList());
        if (!changed.isEmpty()) {
            return new SingletonPhase(changed);
        }
        if (running.hash() == loaded.hash() && running.segments().equals(loaded.segments())) {
            return new Unchanged();
        }
        return new MembershipChange(missing(loaded, running), missing(running, loaded));
    }

    private static ImmutableList<String> refusals(
            Configuration started, Configuration running, Configuration loaded, Daemon me) {
        if (running.ring() != loaded.ring()) {
            return ImmutableList.of(
                    "a daemon of a ring of Spread " + running.ring().major() + " cannot go on in one of Spread "
                            + loaded.ring().major() + "; start it again");
        }
        Daemon now = loaded.byId(me.id());
        if (now == null) {
            Daemon namesake = loaded.byName(me.name());
            return ImmutableList.of(
                    namesake == null || loaded.ring() == RingVersion.SPREAD4
                            ? "daemon " + me + " is no longer in the configuration"
                            : "my id changed from " + loaded.ring().text(me.id()) + " to "
                                    + loaded.ring().text(namesake.id()));
        }
        ImmutableList.Builder<String> reasons = ImmutableList.builder();
        if (!now.name().equals(me.name())) {
            reasons.add("my name changed from '" + me.name() + "' to '" + now.name() + "'");
        }
        if (!now.address().equals(me.address())) {
            reasons.add("my address changed from " + me.address() + " to " + now.address());
        }
        if (!now.interfaces().equals(me.interfaces())) {
            reasons.add("my interfaces changed from " + me.interfaces() + " to " + now.interfaces());
        }
        Segment before = running.segments().get(me.segment());
        Segment after = loaded.segments().get(now.segment());
        if (!before.addresses().equals(after.addresses())) {
            reasons.add(
                    "the address of my segment changed from " + before.addressText() + " to " + after.addressText());
        }
        if (before.port() != after.port()) {
            reasons.add("the port of my segment changed from " + before.port() + " to " + after.port());
        }
        if (after.daemons().size() > 1 && !hearsItsSegment(started, me)) {
            reasons.add(
                    "my segment has several daemons now and had one when I started, so I have no socket for its address "
                            + after.addressText() + "; start me again");
        }
        return reasons.build();
    }

    /** What the sockets that were opened at the start hear: the address of a segment only if it had several daemons then (ring-protocol 1). */
    private static boolean hearsItsSegment(Configuration started, Daemon me) {
        Daemon then = started.byId(me.id());
        if (then == null) {
            return true;
        }
        Segment segment = started.segments().get(then.segment());
        boolean hearsAll = then.interfaces().stream()
                .anyMatch(each -> each.daemon() && (each.any() || each.address().isAny()));
        return segment.daemons().size() > 1 || hearsAll && !segment.isMulticast();
    }

    private static boolean isChanged(Configuration running, Configuration loaded, Daemon now) {
        Daemon before = running.byId(now.id());
        if (loaded.ring() == RingVersion.SPREAD4) {
            return before != null && !isSame(running, before, loaded, now);
        }
        Daemon namesake = running.byName(now.name());
        if (before == null || namesake == null) {
            return before != null || namesake != null;
        }
        return before.id() != namesake.id()
                || !before.address().equals(now.address())
                || before.port() != now.port()
                || !isSame(running, before, loaded, now);
    }

    private static boolean isSame(Configuration running, Daemon before, Configuration loaded, Daemon now) {
        return before.name().equals(now.name())
                && before.interfaces().equals(now.interfaces())
                && running.segments()
                        .get(before.segment())
                        .addresses()
                        .equals(loaded.segments().get(now.segment()).addresses());
    }

    /** The daemons of {@code from} that {@code in} does not have. */
    private static ImmutableList<Daemon> missing(Configuration from, Configuration in) {
        return from.daemons().stream()
                .filter(daemon -> in.byId(daemon.id()) == null)
                .collect(ImmutableList.toImmutableList());
    }
}
