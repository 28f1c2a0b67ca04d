package org.flushspread.flush;

import org.jspecify.annotations.Nullable;

/**
 * This connection has left the group; nothing more comes from it.
 *
 * @param group name of the group
 * @param reason why this library left it, a sentence; null if the application did
 */
public record SelfLeave(String group, @Nullable String reason) implements FlushEvent {
    /** The application left. */
    public SelfLeave(String group) {
        this(group, null);
    }
}
