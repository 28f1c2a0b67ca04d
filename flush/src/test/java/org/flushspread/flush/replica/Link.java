package org.flushspread.flush.replica;

import java.util.List;
import org.flushspread.client.Service;
import org.jspecify.annotations.Nullable;

/** A member's place in the group, as long as its connection lasts. */
interface Link {
    /** What the others call it. */
    String name();

    /** @param receivers null for the whole group */
    void send(Service service, @Nullable List<String> receivers, byte[] bytes);

    void consent();
}
