package org.flushspread.config;

import com.google.common.collect.ImmutableList;

/**
 * What a reload means for a running daemon (configuration 8). Daemons are compared by their ids. Ports written after a
 * daemon or interface address are no part of a configuration, so changing them is no difference.
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
     * A daemon that is in both configurations changed its name, its interfaces or the address of its segment: every daemon first forms a
     * ring of its own and then looks for the others.
     *
     * @param changed these daemons as the new configuration has them, in its order
     */
    record SingletonPhase(ImmutableList<Daemon> changed) implements ReloadDifference {}

    /**
     * Compares two configurations.
     *
     * @param running what the daemon runs with
     * @param loaded what it has just read; {@link Configuration#asReloadOf} already applied if it is
     * @param me a daemon of {@code running}
     */
    static ReloadDifference between(Configuration running, Configuration loaded, Daemon me) {
        ImmutableList<String> refusals = refusals(running, loaded, me);
        if (!refusals.isEmpty()) {
            return new Refused(refusals);
        }
        ImmutableList<Daemon> changed = loaded.daemons().stream()
                .filter(daemon -> {
                    Daemon before = running.byId(daemon.id());
                    return before != null && !isSame(running, before, loaded, daemon);
                })
                .collect(ImmutableList.toImmutableList());
        if (!changed.isEmpty()) {
            return new SingletonPhase(changed);
        }
        if (running.hash() == loaded.hash() && running.segments().equals(loaded.segments())) {
            return new Unchanged();
        }
        return new MembershipChange(missing(loaded, running), missing(running, loaded));
    }

    private static ImmutableList<String> refusals(Configuration running, Configuration loaded, Daemon me) {
        Daemon now = loaded.byId(me.id());
        if (now == null) {
            return ImmutableList.of("daemon " + me + " is no longer in the configuration");
        }
        ImmutableList.Builder<String> reasons = ImmutableList.builder();
        if (!now.name().equals(me.name())) {
            reasons.add("my name changed from '" + me.name() + "' to '" + now.name() + "'");
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
        return reasons.build();
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
