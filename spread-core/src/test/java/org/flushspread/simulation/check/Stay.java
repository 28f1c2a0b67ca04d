package org.flushspread.simulation.check;

import java.util.Objects;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/** The time of one client in one group: from its first view to its self-leave or its end. */
public final class Stay {
    final Life life;
    final Name group;
    /** The last view of any kind; null only while the first is looked at. */
    @Nullable
    View last;
    /** The last view that is not transitional; null for one who joined in a transitional period. */
    @Nullable
    View settled;
    /** From a transition to the next installed view. */
    boolean transitional;
    /** Since the last view, the daemon went through a cascade. */
    boolean cascade;
    /** Since the last view, the daemon went through a change that this group was not told of. */
    boolean untoldChange;

    Stay(Life life, Name group) {
        this.life = life;
        this.group = group;
    }

    View latest() {
        return Objects.requireNonNull(last);
    }

    @Override
    public String toString() {
        return life + " in " + group;
    }
}
