package org.flushspread.flush;

import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A state that the application has frozen, behind what members agree on beside it, which is the first part of it and always another one. */
final class HeadedState implements Snapshotter.InParts {
    private final byte[] head;
    private final Snapshotter.Frozen state;
    private final Snapshotter.@Nullable InParts inParts;

    /** @param head as {@link StateHead} writes it */
    HeadedState(byte[] head, Snapshotter.Frozen state) {
        this.head = head;
        this.state = state;
        this.inParts = state instanceof Snapshotter.InParts parted ? parted : null;
    }

    /** True if the application knows its parts. */
    boolean isInParts() {
        return inParts != null;
    }

    @Override
    public int parts() {
        return 1 + (inParts == null ? 1 : inParts.parts());
    }

    @Override
    public long changed(int part) {
        return part == 0 || inParts == null ? Long.MAX_VALUE : inParts.changed(part - 1);
    }

    @Override
    public void write(int part, DataOutput out) throws IOException {
        if (part == 0) {
            out.write(head);
        } else if (inParts == null) {
            state.write(out);
        } else {
            inParts.write(part - 1, out);
        }
    }

    @Override
    public void close() {
        state.close();
    }
}
