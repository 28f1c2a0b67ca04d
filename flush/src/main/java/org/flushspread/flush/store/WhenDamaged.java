package org.flushspread.flush.store;

/** What becomes of a member whose store has lost some of what the member had promised to keep. */
public enum WhenDamaged {
    /** It does not start: {@link Store#open} names the file, the place in it and what can be done. Nothing is changed. */
    REFUSE,
    /**
     * It starts as one that has forgotten. The files are set aside in a directory {@code damaged-1}, {@code damaged-2} ... inside the store;
     * the member gets another identity, has no vote in the place of the lost one, founds no history, and gets the state from the others as
     * soon as they form a primary component without it.
     */
    FORGET
}
