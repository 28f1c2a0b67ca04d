package org.flushspread.wire;

/** The names of the authentication methods a daemon knows (client-protocol 2.6). */
public final class AuthMethod {
    /** Lets everybody in. */
    public static final String NULL = "NULL";
    /** Decides by the client's address. Nothing is exchanged. */
    public static final String IP = "IP";
    /** Decides by a {@link PasswordBlock}. */
    public static final String PWORD = "PWORD";
    /** Decides by a proof that the client has the password, in {@link ScramMessage}s; C daemons and clients do not have it. */
    public static final String SCRAM = "SCRAM-SHA-256";

    private AuthMethod() {}
}
