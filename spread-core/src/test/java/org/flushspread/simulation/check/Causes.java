package org.flushspread.simulation.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.flushspread.simulation.trace.ClientEvent.Cause;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.wire.Name;

/** 16: who is said to have joined or left has asked for it, who is said to be gone is gone, and in the end nobody who is gone is in a view. */
final class Causes extends GroupProperty {
    private record Request(Name member, Name group, boolean join) {}

    private final Set<Request> requests = new HashSet<>();
    private final Map<Name, String> saidToBeGone = new HashMap<>();

    Causes(Violations violations) {
        super("group 16 causes", violations);
    }

    @Override
    void called(Life life, Name group, boolean join) {
        requests.add(new Request(life.name, group, join));
    }

    @Override
    void view(Stay stay, View view) {
        switch (view.cause()) {
            case JOIN, LEAVE -> {
                boolean join = view.cause() == Cause.JOIN;
                require(
                        requests.contains(new Request(view.subject(), view.group(), join)),
                        stay,
                        () -> "nobody asked for " + view);
            }
            case DISCONNECT -> saidToBeGone.put(view.subject(), stay + " saw it");
            case NETWORK -> {}
        }
    }

    @Override
    void finished(Iterable<Life> lives, boolean settled) {
        Set<Name> alive = new HashSet<>();
        Set<Name> ended = new HashSet<>();
        for (Life life : lives) {
            (life.over ? ended : alive).add(life.name);
        }
        saidToBeGone.forEach(
                (name, who) -> require(ended.contains(name), name, () -> "is said to be gone and never was; " + who));
        for (Life life : lives) {
            for (Stay stay : life.stays.values()) {
                require(
                        !settled || alive.containsAll(stay.latest().members()),
                        stay,
                        () -> "still sees somebody who is gone in " + stay.latest());
            }
        }
    }
}
