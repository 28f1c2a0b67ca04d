package org.flushspread.flush.check;

import java.util.ArrayList;
import java.util.List;

/** One promise of flush-protocol 1.3. Sees each event before the history notes it, and the whole history at the end. */
public abstract class Predicate {
    private final List<String> violations = new ArrayList<>();

    /** One event; {@code history} does not contain it yet. */
    protected void on(TraceEvent event, History history) {}

    /** The end of the trace. */
    protected void atEnd(History history) {}

    protected final void violated(String what) {
        violations.add(getClass().getSimpleName() + ": " + what);
    }

    public final List<String> violations() {
        return violations;
    }

    /** P1, P2 ... */
    public final String id() {
        String name = getClass().getSimpleName();
        return name.substring(0, name.indexOf('_'));
    }
}
