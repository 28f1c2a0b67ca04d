package org.flushspread.flush.replica;

/** A promise was broken; names the observer that saw it. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final String rule;

    public Violation(String rule, String what) {
        super(rule + ": " + what);
        this.rule = rule;
    }

    public String rule() {
        return rule;
    }
}
