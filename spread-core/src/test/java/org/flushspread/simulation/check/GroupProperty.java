package org.flushspread.simulation.check;

import java.util.function.Supplier;
import org.flushspread.simulation.trace.ClientEvent;
import org.flushspread.simulation.trace.ClientEvent.Delivered;
import org.flushspread.simulation.trace.ClientEvent.Transition;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.wire.Name;

/** A property of what clients see of groups. Events arrive in the order of each client, and of time among all. */
public abstract class GroupProperty {
    private final String name;
    private final Violations violations;

    GroupProperty(String name, Violations violations) {
        this.name = name;
        this.violations = violations;
    }

    public final String name() {
        return name;
    }

    final void violated(String detail) {
        violations.found(name, detail);
    }

    /** The text is made only if it is needed. */
    final void require(boolean holds, Object who, Supplier<String> detail) {
        if (!holds) {
            violated(who + ": " + detail.get());
        }
    }

    /** A client connected. */
    void began(Life life) {}

    /** A client asked to join or leave. */
    void called(Life life, Name group, boolean join) {}

    /** A view; {@code stay.last} is still the one before, or null. */
    void view(Stay stay, View view) {}

    /** A transition; {@code stay.transitional} tells how it was before. */
    void transition(Stay stay, Transition transition) {}

    /** The end of a stay that the client asked for. */
    void selfLeave(Stay stay) {}

    /** A transition or self-leave of a group in which the client is not. */
    void stray(Life life, ClientEvent event) {}

    /** A data message. */
    void delivered(Life life, Delivered message) {}

    /** A client's end, whoever brought it about. */
    void ended(Life life) {}

    /**
     * All traces are complete.
     *
     * @param settled true if the world was healed and had time to come to rest
     */
    void finished(Iterable<Life> lives, boolean settled) {}
}
