package org.flushspread.flush.kernel;

import java.util.ArrayList;
import java.util.List;

/** Data of the view to come that overtook its last consents, in the order it came (flush-protocol 3.1, P). */
final class PostponedData {
    private final FlushLimits limits;
    private final List<GroupEvent.Data> messages = new ArrayList<>();
    private long bytes;

    PostponedData(FlushLimits limits) {
        this.limits = limits;
    }

    /** False if there is no room: one that is dropped would be missing at this member alone. */
    boolean add(GroupEvent.Data message) {
        bytes += message.body().remaining();
        if (messages.size() >= limits.postponedMessages() || bytes > limits.postponedBytes()) {
            return false;
        }
        messages.add(message);
        return true;
    }

    /** Takes all of them out. */
    List<GroupEvent.Data> take() {
        List<GroupEvent.Data> taken = List.copyOf(messages);
        messages.clear();
        bytes = 0;
        return taken;
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    int size() {
        return messages.size();
    }
}
