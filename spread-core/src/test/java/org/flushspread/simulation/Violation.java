package org.flushspread.simulation;

import org.jspecify.annotations.Nullable;

/** A property does not hold. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String property;

    public Violation(String property, String story) {
        this(property, story, null);
    }

    public Violation(String property, String story, @Nullable Throwable cause) {
        super(property + ": " + story, cause);
        this.property = property;
    }

    /** Name of the property, as its checker gives it. */
    public String property() {
        return property;
    }
}
