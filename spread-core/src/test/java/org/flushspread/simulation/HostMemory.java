package org.flushspread.simulation;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledUnsafeHeapByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one life of a daemon, which must be given back in the end. Arrays are used again, by all daemons of a world: fresh ones cost a
 * twentieth of a run. So the kernel finds anything in a new buffer, as it does with the pooled allocator it ships with.
 */
final class HostMemory extends AbstractByteBufAllocator {
    private final FreeArrays free;
    private long used;
    /** Allocations until one fails; below zero for never. */
    private long untilFailure = -1;
    /** How many fail then, one after the other. */
    private int failures;

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

    /** After so many more allocations some fail. */
    void failSoon(long allocations, int times) {
        untilFailure = allocations;
        failures = times;
    }

    void recover() {
        untilFailure = -1;
    }

    private void fail() {
        if (untilFailure > 0) {
            untilFailure--;
        } else if (untilFailure == 0) {
            if (--failures <= 0) {
                untilFailure = -1;
            }
            throw new OutOfMemoryError("as the world has it");
        }
    }

    /** Bytes of all buffers that were not given back. */
    long used() {
        return used;
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return new Buffer(initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        throw new Violation("heap buffers only", "the kernel asked for " + initialCapacity + " bytes outside the heap");
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }

    private final class Buffer extends UnpooledUnsafeHeapByteBuf {
        Buffer(int initialCapacity, int maxCapacity) {
            super(HostMemory.this, initialCapacity, maxCapacity);
        }

        @Override
        protected byte[] allocateArray(int length) {
            fail();
            used += length;
            byte[] again = free.take(length);
            return again != null ? again : super.allocateArray(length);
        }

        @Override
        protected void freeArray(byte[] array) {
            used -= array.length;
            free.give(array);
        }
    }
}
