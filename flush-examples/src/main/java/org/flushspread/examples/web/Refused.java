package org.flushspread.examples.web;

/** What a page asked for is not done; the message is for its person. */
final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int CONFLICT = 409;
    private static final int GONE = 410;
    private static final int TOO_MANY = 429;
    private static final int BAD_GATEWAY = 502;

    final int status;

    private Refused(int status, String message) {
        super(message);
        this.status = status;
    }

    /** It could be asked again. */
    static Refused now(String message) {
        return new Refused(CONFLICT, message);
    }

    static Refused tooMany(String message) {
        return new Refused(TOO_MANY, message);
    }

    static Refused noSession() {
        return new Refused(GONE, "This session has ended.");
    }

    static Refused byDaemon(String message) {
        return new Refused(BAD_GATEWAY, message);
    }
}
