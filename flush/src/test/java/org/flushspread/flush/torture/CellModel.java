package org.flushspread.flush.torture;

import org.flushspread.flush.linearizability.Model;
import org.jspecify.annotations.Nullable;

/** One cell that is written, read, and changed if it is what somebody thinks; 0 at first. */
final class CellModel implements Model<Long, Act.Asked, Long> {
    @Override
    public Long initial() {
        return 0L;
    }

    @Override
    public boolean onlyReads(Act.Asked asked) {
        return asked.kind() == Act.Kind.READ;
    }

    @Override
    public @Nullable Long apply(Long state, Act.Asked asked, Long found, boolean answered) {
        return switch (asked.kind()) {
            case WRITE -> asked.value();
            case READ -> !answered || found.equals(state) ? state : null;
            case CHANGE ->
                answered && !found.equals(state) ? null : state == asked.old() ? (Long) asked.value() : state;
        };
    }
}
