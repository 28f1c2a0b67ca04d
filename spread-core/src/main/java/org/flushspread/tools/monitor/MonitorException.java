package org.flushspread.tools.monitor;

/** A command cannot do what it was told; the message is a sentence for a person. */
public final class MonitorException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param sentence for a person */
    public MonitorException(String sentence) {
        super(sentence);
    }
}
