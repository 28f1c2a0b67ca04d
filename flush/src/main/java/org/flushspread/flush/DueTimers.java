package org.flushspread.flush;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.flushspread.client.UserCode;
import org.flushspread.flush.replica.AgreedState;
import org.jspecify.annotations.Nullable;

/** The timers that the time of an entry has reached: they fire in front of it, or are gone with it where it is skipped (replica-protocol R15, R19). */
final class DueTimers {
    private final AgreedState agreed;
    /** The one whose code is being called. */
    private @Nullable String firing;
    /** The entry that cannot be applied, and before which the state machine stands. */
    private byte @Nullable [] haltedAt;

    private final List<String> passedOver = new ArrayList<>();

    DueTimers(AgreedState agreed) {
        this.agreed = agreed;
    }

    /** Fires them; what an exception means is known, as with a command. */
    void fire(Consumer<String> onTimer) {
        for (String name = agreed.dueTimer(); name != null; name = agreed.dueTimer()) {
            firing = name;
            try {
                onTimer.accept(name);
            } catch (Exception e) {
                UserCode.uncaught(e);
            }
            firing = null;
        }
    }

    /** What of a state machine threw an error: a timer, if one was being fired. */
    String failed() {
        return firing == null ? ".apply" : ".onTimer(\"" + firing + "\")";
    }

    /** This entry cannot be applied, and the state machine stands before it. */
    void haltsAt(byte[] entry) {
        haltedAt = entry;
    }

    /** Another state has come. */
    void loaded() {
        haltedAt = null;
    }

    /** The entry that the state machine stands before, if it does, is skipped. */
    void skip() {
        byte[] entry = haltedAt;
        haltedAt = null;
        if (entry != null) {
            passOver(entry);
        }
    }

    /**
     * This entry is skipped: what it says of the time counts, and the timers which that has reached are gone without having fired, since one of
     * them may be what cannot be applied.
     */
    void passOver(byte[] entry) {
        agreed.enter(ByteBuffer.wrap(entry));
        for (String name = agreed.dueTimer(); name != null; name = agreed.dueTimer()) {
            passedOver.add(name);
        }
    }

    /** Those that are gone with what was skipped since this was asked last. */
    List<String> takePassedOver() {
        List<String> gone = List.copyOf(passedOver);
        passedOver.clear();
        return gone;
    }
}
