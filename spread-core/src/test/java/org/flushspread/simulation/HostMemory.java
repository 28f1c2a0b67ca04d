package org.flushspread.simulation;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.flushspread.kernel.FailingAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one life of a daemon, which must be given back in the end. Arrays are used again, by all daemons of a world: fresh ones cost a
 * twentieth of a run. So the kernel finds anything in a new buffer, as it does with the pooled allocator it ships with.
 */
final class HostMemory extends FailingAllocator {
    private final FreeArrays free;

    /** Arrays that daemons of one world gave back: never more than were in use at one time. */
    static final class FreeArrays {
        /** Those of one length are of use again: whole packets, chunks of output. Short ones are as cheap when new. */
        private static final int SHORTEST = 512;

        private static final int LONGEST = 1 << 16;

        @SuppressWarnings({"unchecked", "rawtypes"})
        private final @Nullable ArrayDeque<byte[]>[] byLength = new ArrayDeque[LONGEST + 1];

        private byte @Nullable [] take(int length) {
            ArrayDeque<byte[]> arrays = length > LONGEST ? null : byLength[length];
            return arrays == null ? null : arrays.pollLast();
        }

        private void give(byte[] array) {
            int length = array.length;
            if (length >= SHORTEST && length <= LONGEST) {
                ArrayDeque<byte[]> arrays = byLength[length];
                if (arrays == null) {
                    arrays = new ArrayDeque<>();
                    byLength[length] = arrays;
                }
                arrays.addLast(array);
            }
        }
    }

    HostMemory(FreeArrays free) {
        this.free = free;
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        throw new Violation("heap buffers only", "the kernel asked for " + initialCapacity + " bytes outside the heap");
    }

    @Override
    protected byte @Nullable [] again(int length) {
        return free.take(length);
    }

    @Override
    protected void freed(byte[] array) {
        free.give(array);
    }
}
