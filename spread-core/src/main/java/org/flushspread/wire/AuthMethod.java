package org.flushspread.wire;

/** The names of the authentication methods a daemon knows (client-protocol 2.6). */
public final class AuthMethod {
    /** Lets everybody in. */
    public static final String NULL = "NULL";
    /** Decides by the client's address. Nothing is exchanged. */
    public static final String IP = "IP";
    /** Decides by a {@link PasswordBlock}. */
    public static final String PWORD = "PWORD";

    private AuthMethod() {}
}
