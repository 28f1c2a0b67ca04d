package org.flushspread.lab;

/** A line of a scenario that cannot be read or carried out: says what and how to mend it. */
public final class ScenarioException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ScenarioException(String message) {
        super(message);
    }

    /** The same with the number of the line; 0 for a command that stands in no file. */
    ScenarioException at(int line) {
        return line == 0 ? this : new ScenarioException("line " + line + ": " + getMessage());
    }
}
