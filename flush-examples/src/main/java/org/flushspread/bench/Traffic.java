package org.flushspread.bench;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One member's place in a group, through one of the two client APIs. */
interface Traffic extends AutoCloseable {
    /** Waits until the group has so many members. */
    void awaitMembers(int count);

    void send(ByteBuffer body);

    /** The body of the next message; null if there is none and {@code wait} is false, or none came for a minute. */
    byte @Nullable [] receive(boolean wait);

    @Override
    void close();
}
