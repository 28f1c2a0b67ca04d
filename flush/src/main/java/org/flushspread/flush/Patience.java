package org.flushspread.flush;

import java.time.Duration;
import org.flushspread.client.MessageChannel;
import org.jspecify.annotations.Nullable;

/** How long somebody waits or has waited, in words. */
final class Patience {
    private Patience() {}

    /** For a person, to a tenth of a second; null is for ever. */
    static String seconds(@Nullable Duration age) {
        if (age == null) {
            return "ever";
        }
        long tenths = MessageChannel.nanos(age) / 100_000_000;
        return tenths / 10 + "." + tenths % 10 + " s";
    }

    /** From a {@link System#nanoTime} on. */
    static String since(long nanos) {
        return seconds(Duration.ofNanos(System.nanoTime() - nanos));
    }
}
