package org.flushspread.simulation.check;

/** Told of everything that should not have happened. */
@FunctionalInterface
public interface Violations {
    /**
     * A property does not hold.
     *
     * @param property its name
     * @param detail what happened, for a person
     */
    void found(String property, String detail);
}
