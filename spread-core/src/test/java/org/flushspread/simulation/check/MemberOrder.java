package org.flushspread.simulation.check;

import java.util.List;
import java.util.function.ToIntFunction;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.wire.Name;

/** 8: members are sorted by the place of their daemon and then by name, nobody twice. */
final class MemberOrder extends GroupProperty {
    private final ToIntFunction<String> rank;

    MemberOrder(ToIntFunction<String> rank, Violations violations) {
        super("group 8 member order", violations);
        this.rank = rank;
    }

    @Override
    void view(Stay stay, View view) {
        List<Name> members = view.members();
        for (int i = 1; i < members.size(); i++) {
            Name a = members.get(i - 1);
            Name b = members.get(i);
            int byDaemon = rank.applyAsInt(a.daemonPart()) - rank.applyAsInt(b.daemonPart());
            require(
                    byDaemon < 0 || (byDaemon == 0 && a.compareTo(b) < 0),
                    stay,
                    () -> a + " stands before " + b + " in " + view);
        }
    }
}
