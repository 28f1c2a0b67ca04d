package org.flushspread.simulation.check;

import java.util.HashSet;
import java.util.Set;
import org.flushspread.simulation.trace.ClientEvent.Cause;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.Name;

/**
 * 6, 15, 19: a join, leave or disconnect adds one to the index, and adds or removes exactly the member it names; so a join of one who is in
 * shows nothing.
 */
final class IndexStep extends GroupProperty {
    IndexStep(Violations violations) {
        super("group 6 index step", violations);
    }

    @Override
    void view(Stay stay, View view) {
        if (view.cause() == Cause.NETWORK) {
            return;
        }
        require(
                view.vsSets().size() == 1 && view.localSet().size() == 1 && view.localVsSet() == 0,
                stay,
                () -> "no single subject in " + view);
        require(
                view.members().contains(view.subject()) == (view.cause() == Cause.JOIN),
                stay,
                () -> "the subject is or is not a member against the cause of " + view);
        if (stay.last == null) {
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
