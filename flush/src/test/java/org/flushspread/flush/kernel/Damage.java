package org.flushspread.flush.kernel;

import java.util.List;
import java.util.Objects;

/** Breaks what no input can break. */
public final class Damage {
    private Damage() {}

    /** The connection is no live member of its own view any more. */
    public static void loseSelf(FlushDispatcher layer, String group) {
        Objects.requireNonNull(layer.automaton(group)).installed().lose(List.of(layer.self()));
    }
}
