package org.flushspread.flush.replica;

/** A promise was broken; names the observer that saw it. */
final class Violation extends RuntimeException {
    final String rule;

    Violation(String rule, String what) {
        super(rule + ": " + what);
        this.rule = rule;
    }
}
