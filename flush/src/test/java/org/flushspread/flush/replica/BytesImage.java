package org.flushspread.flush.replica;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A state that is handed out from memory, perhaps not at once. */
final class BytesImage implements StateImage {
    private final byte[] state;
    private final int lateEvery;
    private int asked;
    boolean closed;

    /** @param lateEvery each so-manieth piece is not there when it is asked for; 0 for none */
    BytesImage(byte[] state, int lateEvery) {
        this.state = state;
        this.lateEvery = lateEvery;
    }

    @Override
    public @Nullable Piece read(long offset, int most) {
        if (closed) {
            throw new AssertionError("read after it was closed");
        }
        if (lateEvery > 0 && ++asked % lateEvery == 0) {
            return null;
        }
        int from = Math.toIntExact(offset);
        int length = Math.min(most, state.length - from);
        CRC32C crc = new CRC32C();
        crc.update(state, 0, from + length);
        return new Piece(ByteBuffer.wrap(state, from, length), (int) crc.getValue(), from + length == state.length);
    }

    @Override
    public void close() {
        closed = true;
    }
}
