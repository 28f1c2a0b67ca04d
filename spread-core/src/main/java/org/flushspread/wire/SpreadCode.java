package org.flushspread.wire;

/** The result and error codes of the C API (client-protocol 7.2, flush-protocol 2.1), with its names and values. */
public enum SpreadCode {
    ACCEPT_SESSION(1, "session accepted"),
    ILLEGAL_SPREAD(-1, "illegal spread daemon name"),
    COULD_NOT_CONNECT(-2, "could not connect; is the daemon running?"),
    REJECT_QUOTA(-3, "connection rejected: too many users"),
    REJECT_NO_NAME(-4, "connection rejected: no name supplied"),
    REJECT_ILLEGAL_NAME(-5, "connection rejected: illegal name"),
    REJECT_NOT_UNIQUE(-6, "connection rejected: name not unique"),
    REJECT_VERSION(-7, "connection rejected: library does not fit the daemon"),
    CONNECTION_CLOSED(-8, "connection closed by the daemon"),
    REJECT_AUTH(-9, "connection rejected: authentication failed"),
    ILLEGAL_SESSION(-11, "illegal session"),
    ILLEGAL_SERVICE(-12, "illegal service"),
    ILLEGAL_MESSAGE(-13, "illegal message"),
    ILLEGAL_GROUP(-14, "illegal group"),
    BUFFER_TOO_SHORT(-15, "buffer too short"),
    GROUPS_TOO_SHORT(-16, "group list too short"),
    MESSAGE_TOO_LONG(-17, "message body and group names are too long"),
    NET_ERROR_ON_SESSION(-18, "the session had a network error; disconnect and connect again"),
    SP_BUG(-19, "internal error"),
    ILLEGAL_TIME(-20, "illegal time"),
    ILLEGAL_PARAM(-24, "illegal parameter"),
    WOULD_BLOCK(-25, "the call would block"),
    ILLEGAL_MESSAGE_TYPE(-26, "illegal message type"),
    ILLEGAL_STATE(-27, "illegal state: flushed, and the next view is not installed yet"),
    ILLEGAL_RECEIVERS(-28, "a receiver is not in the current view");

    private final int code;
    private final String text;

    SpreadCode(int code, String text) {
        this.code = code;
        this.text = text;
    }

    /** The value of the C API. */
    public int code() {
        return code;
    }

    /** One sentence for a person. */
    public String text() {
        return text;
    }

    /** The constant of a value, or {@link #SP_BUG} for one that the API does not know. */
    public static SpreadCode of(int code) {
        for (SpreadCode each : values()) {
            if (each.code == code) {
                return each;
            }
        }
        return SP_BUG;
    }
}
