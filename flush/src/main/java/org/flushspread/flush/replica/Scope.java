package org.flushspread.flush.replica;

/**
 * What a message was sent under. It counts only while the same stands at its receiver (replica-protocol R2): whoever decides again, begins
 * another attempt or another transfer, takes nothing that was said under the one before.
 */
enum Scope {
    /** The members of the view. */
    VIEW(ReplicaReason.OTHER_VIEW),
    /** What the states of all members led to, or a person's decision on top of it. */
    DECISION(ReplicaReason.OTHER_DECISION),
    /** One attempt to form a primary. */
    ATTEMPT(ReplicaReason.OTHER_ATTEMPT),
    /** One state on its way from one donor. */
    TRANSFER(ReplicaReason.OTHER_TRANSFER);

    /** No place of a member. */
    private static final long IMAGE = -2;

    /** Why a message of another one is dropped. */
    final ReplicaReason otherwise;

    Scope(ReplicaReason otherwise) {
        this.otherwise = otherwise;
    }

    /** The name of the image of the newest state as a decision found it: the same whichever holder hands it out (R26). */
    static long image(long decision) {
        return identity(decision, IMAGE);
    }

    /** The transfer of the rest of an image that was begun in an earlier view (R14). */
    static long goingOn(long decision, int donor, long image) {
        return identity(decision, donor, image);
    }

    /** An identity that follows from {@code before} and {@code more}; never 0, which is none. */
    static long identity(long before, long... more) {
        Chain chain = new Chain(before, 0);
        for (long word : more) {
            chain.add(word);
        }
        return chain.high() == 0 ? 1 : chain.high();
    }
}
