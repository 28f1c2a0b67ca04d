package org.flushspread.simulation.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.flushspread.simulation.trace.ClientEvent.Cause;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.simulation.trace.Excuses;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.Name;

/**
 * 3: the same group id means the same members in the same order everywhere. It means the same event too, but for one case: a join that the
 * joiner's side sees in the regular membership may reach the others in a transitional one, in which the joiner is partitioned from them.
 */
final class Agreement extends GroupProperty {
    private record Key(Name group, GroupId id) {}

    private record Doubt(Key key, String detail) {}

    private final Map<Key, View> known = new HashMap<>();
    private final List<Doubt> doubts = new ArrayList<>();
    private final AmbiguousIds ids;
    private final Excuses excuses;
    private final boolean reloads;

    /** @param reloads the order of members need not be the same: daemons that left the configuration stand last where that is known */
    Agreement(AmbiguousIds ids, boolean reloads, Excuses excuses, Violations violations) {
        super("group 3 agreement", violations);
        this.ids = ids;
        this.excuses = excuses;
        this.reloads = reloads;
    }

    @Override
    void view(Stay stay, View view) {
        Key key = new Key(view.group(), view.id());
        View first = known.putIfAbsent(key, view);
        if (first != null && excuses.count(name() + ": the id may stand for two views", !same(first, view))) {
            doubts.add(new Doubt(key, stay + " sees " + view + " and another " + first));
        }
    }

    private boolean same(View a, View b) {
        boolean sameEvent = a.cause() == b.cause()
                ? a.cause() == Cause.NETWORK || a.vsSets().equals(b.vsSets())
                : a.isTransitional() || b.isTransitional();
        return sameEvent
                && (a.members().equals(b.members())
                        || (reloads && new HashSet<>(a.members()).equals(new HashSet<>(b.members()))));
    }

    @Override
    void finished(Iterable<Life> lives, boolean settled) {
        for (Doubt each : doubts) {
            require(ids.ambiguous(each.key.group, each.key.id), each.key, () -> each.detail);
        }
    }
}
