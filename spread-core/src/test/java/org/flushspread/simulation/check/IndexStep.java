package org.flushspread.simulation.check;

import java.util.HashSet;
import java.util.Set;
import org.flushspread.simulation.trace.ClientEvent.Cause;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.Name;

/**
 * 6: a join, leave or disconnect adds one to the index, and adds or removes exactly the member it names. So a join of one who is in shows
 * nothing (15).
 */
final class IndexStep extends GroupProperty {
    IndexStep(Violations violations) {
        super("group 6 index step", violations);
    }

    @Override
    void view(Stay stay, View view) {
        if (view.cause() == Cause.NETWORK || stay.last == null) {
            return;
        }
        GroupId before = stay.last.id();
        require(
                view.id().equals(new GroupId(before.membershipId(), before.index() + 1)),
                stay,
                () -> "goes from " + before + " to " + view);
        // Their order is another property, and a reload may change it.
        Set<Name> expected = new HashSet<>(view.cause() == Cause.JOIN ? view.members() : stay.last.members());
        expected.remove(view.subject());
        require(
                expected.equals(new HashSet<>(view.cause() == Cause.JOIN ? stay.last.members() : view.members())),
                stay,
                () -> "more or less than one member changed from " + stay.last.members() + " to " + view);
    }
}
