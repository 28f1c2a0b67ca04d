package org.flushspread.client;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/** A link that reads given bytes and then ends, and collects what is written. */
final class BytesLink implements Link {
    private final ByteBuffer in;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int writable = Integer.MAX_VALUE;
    private int readAtOnce = Integer.MAX_VALUE;

    BytesLink(byte[] in) {
        this.in = ByteBuffer.wrap(in);
    }

    byte[] written() {
        return out.toByteArray();
    }

    /** So many more bytes are taken, and then none. */
    BytesLink writable(int bytes) {
        writable = bytes;
        return this;
    }

    BytesLink readAtOnce(int bytes) {
        readAtOnce = bytes;
        return this;
    }

    @Override
    public int read(ByteBuffer into) {
        if (!in.hasRemaining()) {
            return -1;
        }
        int count = Math.min(readAtOnce, Math.min(in.remaining(), into.remaining()));
        into.put(in.slice(in.position(), count));
        in.position(in.position() + count);
        return count;
    }

    @Override
    public int write(ByteBuffer from) {
        int count = Math.min(writable, from.remaining());
        for (int i = 0; i < count; i++) {
            out.write(from.get());
        }
        writable -= writable == Integer.MAX_VALUE ? 0 : count;
        return count;
    }

    @Override
    public void awaitReadable(boolean orWritable, long nanos) {}

    @Override
    public void awaitWritable(long nanos) {}

    @Override
    public void wake() {}

    @Override
    public void close() {}

    @Override
    public void shutdownOutput() {}

    @Override
    public @Nullable SelectableChannel channel() {
        return null;
    }
}
