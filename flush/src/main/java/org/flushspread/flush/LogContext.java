package org.flushspread.flush;

import java.time.Instant;
import java.util.Random;
import org.flushspread.flush.replica.AgreedState;
import org.jspecify.annotations.Nullable;

/** The context of the entry that is being applied. Used by the internal thread. */
final class LogContext implements ApplyContext {
    private final AgreedState agreed;
    private long index;
    private long fingerprint;
    private boolean open;
    private @Nullable Random random;

    LogContext(AgreedState agreed) {
        this.agreed = agreed;
    }

    /** From here on this entry is applied. */
    void open(long at, long withFingerprint) {
        index = at;
        fingerprint = withFingerprint;
        random = null;
        open = true;
    }

    void close() {
        open = false;
    }

    private void check() {
        if (!open) {
            throw new IllegalStateException("a context is good during the call that it was given to");
        }
    }

    @Override
    public long index() {
        check();
        return index;
    }

    @Override
    public Instant time() {
        check();
        return Instant.ofEpochMilli(agreed.time());
    }

    @Override
    public Random random() {
        check();
        Random source = random;
        if (source == null) {
            source = new Random(fingerprint);
            random = source;
        }
        return source;
    }

    @Override
    public void setTimer(String name, Instant at) {
        check();
        agreed.setTimer(name, at.toEpochMilli());
    }

    @Override
    public boolean cancelTimer(String name) {
        check();
        return agreed.cancelTimer(name);
    }
}
