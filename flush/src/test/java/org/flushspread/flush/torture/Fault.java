package org.flushspread.flush.torture;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a member is broken by on purpose, to see that the checker sees it. */
enum Fault {
    /** It answers a write when it was submitted, before it is delivered. */
    EARLY,
    /** Its store has lost the last commands of its log whenever it is opened. */
    FORGETFUL;

    /** @return null for {@code none} */
    static @Nullable Fault of(String name) {
        return name.equals("none") ? null : valueOf(name.toUpperCase(Locale.ROOT));
    }

    static String name(@Nullable Fault fault) {
        return fault == null ? "none" : fault.name().toLowerCase(Locale.ROOT);
    }
}
