package org.flushspread.scram;

/** The far side said something that is no message of this protocol, or it has not proved what it should. */
public final class ScramException extends Exception {
    private static final long serialVersionUID = 1;

    ScramException(String sentence) {
        super(sentence);
    }
}
