package org.flushspread.kernel.base;

/** By which methods clients may show a password where the configuration allows PWORD (client-protocol 2.6). */
public enum PasswordMethods {
    /** The password itself, as C clients do. */
    PWORD(true, false),
    /** The password itself, or a proof of it. */
    PWORD_AND_SCRAM(true, true),
    /** A proof of it only. */
    SCRAM(false, true),
    /** Nobody can show one. */
    NONE(false, false);

    private final boolean clear;
    private final boolean proof;

    PasswordMethods(boolean clear, boolean proof) {
        this.clear = clear;
        this.proof = proof;
    }

    public static PasswordMethods of(boolean clear, boolean proof) {
        return clear ? (proof ? PWORD_AND_SCRAM : PWORD) : (proof ? SCRAM : NONE);
    }

    /** The password may cross the connection. */
    public boolean clear() {
        return clear;
    }

    /** A proof is enough. */
    public boolean proof() {
        return proof;
    }
}
