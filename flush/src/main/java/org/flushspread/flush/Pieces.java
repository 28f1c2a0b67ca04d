package org.flushspread.flush;

import java.io.DataOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.flush.store.SavedState;

/** A state in memory. It is kept in pieces, so none of them is larger than memory has room for at one place, and a state may have any size. */
final class Pieces extends OutputStream implements SavedState {
    private static final int PIECE = 1 << 16;

    private final List<byte[]> pieces = new ArrayList<>();
    private int inLast = PIECE;

    @Override
    public void write(int oneByte) {
        write(new byte[] {(byte) oneByte}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
        for (int next = from; next < from + length; ) {
            if (inLast == PIECE) {
                pieces.add(new byte[PIECE]);
                inLast = 0;
            }
            int part = Math.min(PIECE - inLast, from + length - next);
            System.arraycopy(bytes, next, pieces.get(pieces.size() - 1), inLast, part);
            inLast += part;
            next += part;
        }
    }

    @Override
    public long bytes() {
        return (long) pieces.size() * PIECE - (PIECE - inLast);
    }

    private int length(int piece) {
        return piece + 1 < pieces.size() ? PIECE : inLast;
    }

    void writeTo(DataOutput out) throws IOException {
        for (int i = 0; i < pieces.size(); i++) {
            out.write(pieces.get(i), 0, length(i));
        }
    }

    @Override
    public InputStream open() {
        return new InputStream() {
            private int piece;
            private int at;

            @Override
            public int read() {
                return hasMore() ? pieces.get(piece)[at++] & 0xff : -1;
            }

            @Override
            public int read(byte[] to, int from, int length) {
                if (length == 0 || !hasMore()) {
                    return length == 0 ? 0 : -1;
                }
                int part = Math.min(length, length(piece) - at);
                System.arraycopy(pieces.get(piece), at, to, from, part);
                at += part;
                return part;
            }

            private boolean hasMore() {
                if (piece < pieces.size() && at == length(piece)) {
                    piece++;
                    at = 0;
                }
                return piece < pieces.size();
            }
        };
    }
}
