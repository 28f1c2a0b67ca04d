package org.flushspread.flush.check;

/** How an application behaves. */
enum Conduct {
    /** Anything at any time. */
    RANDOM,
    /** Speaks first thing in each view, and once more when it is asked to flush. */
    FIRST_WORD,
    /** Answers what others say, to all or to the speaker alone. */
    ECHO,
    /** Does what the test tells it, and flushes at once. */
    TOLD,
    /** Joins and is no member of this kind: a plain client that reads and says nothing. */
    STRANGER
}
