package org.flushspread.flush.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** All predicates over one trace, fed as it grows. */
public final class Checkers {
    private final History history = new History();
    private final List<Predicate> predicates = Predicates.all();
    private final List<TraceEvent> trace = new ArrayList<>();
    private Consumer<TraceEvent> listener = event -> {};

    /** Tells each event, behind the predicates. */
    public void listen(Consumer<TraceEvent> to) {
        listener = to;
    }

    public void add(TraceEvent event) {
        trace.add(event);
        for (Predicate predicate : predicates) {
            predicate.on(event, history);
        }
        history.note(event);
        listener.accept(event);
    }

    public void end() {
        for (Predicate predicate : predicates) {
            predicate.atEnd(history);
        }
    }

    public List<String> violations() {
        List<String> all = new ArrayList<>();
        predicates.forEach(each -> all.addAll(each.violations()));
        return all;
    }

    /** Ids of the predicates that do not hold. */
    public Set<String> violated() {
        Set<String> ids = new TreeSet<>();
        for (Predicate predicate : predicates) {
            if (!predicate.violations().isEmpty()) {
                ids.add(predicate.id());
            }
        }
        return ids;
    }

    public List<TraceEvent> trace() {
        return trace;
    }

    public History history() {
        return history;
    }
}
