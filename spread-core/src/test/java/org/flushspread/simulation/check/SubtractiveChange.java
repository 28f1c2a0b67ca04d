package org.flushspread.simulation.check;

import java.util.function.Predicate;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.wire.MembershipId;

/** 13: where daemons only left, those who stay are one set. */
final class SubtractiveChange extends GroupProperty {
    private final Predicate<MembershipId> subtractive;

    SubtractiveChange(Predicate<MembershipId> subtractive, Violations violations) {
        super("group 13 subtractive change", violations);
        this.subtractive = subtractive;
    }

    @Override
    void view(Stay stay, View view) {
        if (view.isInstalled() && subtractive.test(view.id().membershipId())) {
            require(view.vsSets().size() == 1, stay, () -> "more than one set in " + view);
        }
    }
}
