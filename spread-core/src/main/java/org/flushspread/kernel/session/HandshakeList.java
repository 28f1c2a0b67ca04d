package org.flushspread.kernel.session;

import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.DeadlineKind;
import org.jspecify.annotations.Nullable;

/** The unfinished handshakes in order of arrival, which is the order of their deadlines. */
final class HandshakeList {
    private final Context context;
    private @Nullable Handshake first;
    private @Nullable Handshake last;
    private int size;

    HandshakeList(Context context) {
        this.context = context;
    }

    int size() {
        return size;
    }

    /** The oldest, or null. */
    @Nullable
    Handshake first() {
        return first;
    }

    void add(Handshake handshake) {
        handshake.session.handshake = handshake;
        handshake.before = last;
        if (last != null) {
            last.after = handshake;
        } else {
            first = handshake;
            context.deadlines().arm(DeadlineKind.HANDSHAKE, handshake.deadline);
        }
        last = handshake;
        size++;
    }

    /** Forgets a handshake: it is finished, refused, or its client is gone. */
    void remove(Handshake handshake) {
        if (handshake.before != null) {
            handshake.before.after = handshake.after;
        } else {
            first = handshake.after;
        }
        if (handshake.after != null) {
            handshake.after.before = handshake.before;
        } else {
            last = handshake.before;
        }
        handshake.before = null;
        handshake.after = null;
        handshake.session.handshake = null;
        handshake.input.release();
        size--;
        if (first == null) {
            context.cancel(DeadlineKind.HANDSHAKE);
        }
    }
}
