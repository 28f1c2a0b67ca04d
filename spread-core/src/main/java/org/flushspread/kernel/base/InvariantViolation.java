package org.flushspread.kernel.base;

/**
 * A rule that holds whatever arrives does not hold: the code has a bug. No input makes it happen. It must not be caught to go on: whoever
 * kept this state ends, with these words in the log (guarantees, where failures end).
 */
public final class InvariantViolation extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String rule;
    private final String seen;

    /**
     * @param rule what must hold, with the section of the specification that says so
     * @param seen the figures that contradict it
     */
    public InvariantViolation(String rule, String seen) {
        super("the invariant \"" + rule + "\" does not hold: " + seen);
        this.rule = rule;
        this.seen = seen;
    }

    /** What must hold. */
    public String rule() {
        return rule;
    }

    /** The figures that contradict it. */
    public String seen() {
        return seen;
    }
}
