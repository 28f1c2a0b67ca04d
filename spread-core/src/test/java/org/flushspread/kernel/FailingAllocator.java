package org.flushspread.kernel;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledUnsafeHeapByteBuf;
import org.jspecify.annotations.Nullable;

/** Memory that fails at a chosen allocation, a new buffer or one that grows, and counts what was not given back. */
public class FailingAllocator extends AbstractByteBufAllocator {
    private long used;
    private long allocations;
    private long failFrom = Long.MAX_VALUE;
    private long failUntil = Long.MAX_VALUE;

    /** From the n-th allocation after this call, counted from 1, so many fail. */
    public void failAt(long n, int times) {
        allocations = 0;
        failFrom = n;
        failUntil = n + times;
    }

    /** Nothing fails any more. True if anything did. */
    public boolean recover() {
        boolean failed = allocations >= failFrom;
        failFrom = Long.MAX_VALUE;
        return failed;
    }

    /** Bytes that were not given back. */
    public long used() {
        return used;
    }

    /** An array of this length to be used again, or null for a new one. */
    protected byte @Nullable [] again(int length) {
        return null;
    }

    /** This array was given back. */
    protected void freed(byte[] array) {}

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return new Buffer(initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        throw new AssertionError("heap buffers only");
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }

    private final class Buffer extends UnpooledUnsafeHeapByteBuf {
        Buffer(int initialCapacity, int maxCapacity) {
            super(FailingAllocator.this, initialCapacity, maxCapacity);
        }

        @Override
        protected byte[] allocateArray(int length) {
            allocations++;
            if (allocations >= failFrom && allocations < failUntil) {
                throw new OutOfMemoryError("allocation " + allocations + ", as the test wants it");
            }
            used += length;
            byte[] again = again(length);
            return again == null ? super.allocateArray(length) : again;
        }

        @Override
        protected void freeArray(byte[] array) {
            used -= array.length;
            freed(array);
        }
    }
}
