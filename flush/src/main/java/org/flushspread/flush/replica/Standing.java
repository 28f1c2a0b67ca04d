package org.flushspread.flush.replica;

/**
 * How far a view has gone at this member, and what stands in it, of each {@link Scope}: a message that was sent under something else does
 * not count (replica-protocol R2).
 */
final class Standing {
    private final long[] identities = new long[Scope.values().length];
    private boolean consented;
    private boolean transitional;

    /** 0 for none. */
    long of(Scope scope) {
        return identities[scope.ordinal()];
    }

    void set(Scope scope, long identity) {
        identities[scope.ordinal()] = identity;
    }

    /** This member has consented to the next view: nothing is sent before that. */
    void consented() {
        consented = true;
    }

    /** From here on SAFE means: safe among those who come along. */
    void transition() {
        transitional = true;
    }

    boolean maySend() {
        return !consented;
    }

    boolean isTransitional() {
        return transitional;
    }

    /** True if what is said now reaches all members of the view before any transition, as far as this one knows. */
    boolean mayPromise() {
        return !consented && !transitional;
    }
}
