package org.flushspread.flush;

import java.io.DataOutput;
import java.io.IOException;

/** A state that the application has frozen, behind what members agree on beside it. */
final class HeadedState implements Snapshotter.Frozen {
    private final byte[] head;
    private final Snapshotter.Frozen state;

    /** @param head as {@link StateHead} writes it */
    HeadedState(byte[] head, Snapshotter.Frozen state) {
        this.head = head;
        this.state = state;
    }

    @Override
    public void write(DataOutput out) throws IOException {
        out.write(head);
        state.write(out);
    }

    @Override
    public void close() {
        state.close();
    }
}
