package org.flushspread.simulation.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/** One incarnation of a client, as far as its trace goes. */
public final class Life {
    final int client;
    final Name name;
    final boolean membership;
    final Map<Name, Stay> stays = new TreeMap<>();
    final Map<Name, Calls> calls = new TreeMap<>();
    final List<Stay> past = new ArrayList<>();
    boolean over;

    /** What the client asked for in one group. */
    static final class Calls {
        int joins;
        int leaves;
        int stays;
        int selfLeaves;
        boolean wantsIn;
    }

    Life(int client, Name name, boolean membership) {
        this.client = client;
        this.name = name;
        this.membership = membership;
    }

    /** The present stay in a group, or null while the client has no view of it. */
    @Nullable
    Stay in(Name group) {
        return stays.get(group);
    }

    Calls calls(Name group) {
        return calls.computeIfAbsent(group, g -> new Calls());
    }

    @Override
    public String toString() {
        return name + "(" + client + ")";
    }
}
