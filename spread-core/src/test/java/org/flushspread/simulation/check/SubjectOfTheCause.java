package org.flushspread.simulation.check;

import org.flushspread.simulation.trace.ClientEvent.Cause;
import org.flushspread.simulation.trace.ClientEvent.View;

/** 19: who joined is a member of the view, who left or disconnected is not; a vs set names the one. */
final class SubjectOfTheCause extends GroupProperty {
    SubjectOfTheCause(Violations violations) {
        super("group 19 subject of the cause", violations);
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
    }
}
