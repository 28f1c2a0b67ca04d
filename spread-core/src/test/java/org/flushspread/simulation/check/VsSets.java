package org.flushspread.simulation.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.flushspread.simulation.trace.ClientEvent.Cause;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.wire.Name;

/** 11: the sets of a view of the network divide its members, and the receiver is in the set it is told. */
final class VsSets extends GroupProperty {
    VsSets(Violations violations) {
        super("group 11 vs sets", violations);
    }

    @Override
    void view(Stay stay, View view) {
        if (view.cause() == Cause.NETWORK) {
            List<Name> all = new ArrayList<>();
            view.vsSets().forEach(all::addAll);
            boolean divides =
                    all.size() == view.members().size() && new HashSet<>(all).equals(new HashSet<>(view.members()));
            require(divides, stay, () -> "the sets do not divide the members in " + view);
            require(view.localSet().contains(stay.life.name), stay, () -> "is not in its own set of " + view);
        }
    }
}
