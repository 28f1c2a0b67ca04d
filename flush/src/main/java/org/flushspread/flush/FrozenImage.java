package org.flushspread.flush;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.flushspread.client.UserCode;
import org.flushspread.flush.replica.StateImage;
import org.jspecify.annotations.Nullable;

/**
 * A frozen state as it is handed out to others: a thread writes it while pieces are taken, and waits when a few of them are not taken yet, so no
 * more than these are in memory (replica-protocol R25). Where pieces are wanted from an earlier byte on, it is written again.
 */
final class FrozenImage implements StateImage {
    /** Pieces that are made before they are asked for. */
    private static final int AHEAD = 8;

    private final String group;
    private final Snapshotter.Frozen state;
    private final Runnable made;
    /** Whoever may still read the state: this image, and each writing. */
    private final AtomicInteger users = new AtomicInteger(1);

    private @Nullable Writing writing;

    /** @param made is run, by any thread, when there is another piece */
    FrozenImage(String group, Snapshotter.Frozen state, Runnable made) {
        this.group = group;
        this.state = state;
        this.made = made;
    }

    @Override
    public @Nullable Piece read(long offset, int most) {
        Writing now = writing;
        if (now == null || now.taken != offset) {
            if (now != null) {
                now.stop();
            }
            users.incrementAndGet();
            now = new Writing(offset, most);
            writing = now;
            Thread thread = new Thread(now::run, "state of " + group);
            thread.setDaemon(true);
            thread.start();
        }
        return now.take();
    }

    @Override
    public void close() {
        Writing now = writing;
        writing = null;
        if (now != null) {
            now.stop();
        }
        unused();
    }

    private void unused() {
        if (users.decrementAndGet() == 0) {
            UserCode.run(state::close);
        }
    }

    /** The state from one byte on. */
    private final class Writing extends OutputStream {
        private final long from;
        private final Semaphore space = new Semaphore(AHEAD);
        private final ConcurrentLinkedQueue<Piece> pieces = new ConcurrentLinkedQueue<>();
        private volatile boolean stopped;
        private volatile @Nullable Throwable failure;
        /** Where the next piece begins that is taken. */
        private long taken;

        private final CRC32C crc = new CRC32C();
        private final byte[] piece;
        private int filled;
        private long at;

        Writing(long from, int most) {
            this.from = from;
            this.taken = from;
            this.piece = new byte[most];
        }

        // ---- the thread of the replica

        @Nullable
        Piece take() {
            Throwable why = failure;
            Piece next = pieces.poll();
            if (next != null) {
                // Behind the last one there is nothing more to wait for.
                taken = next.last() ? -1 : taken + next.bytes().remaining();
                space.release();
            } else if (why != null) {
                throw new IllegalStateException("the state of group '" + group + "' cannot be written: " + why, why);
            }
            return next;
        }

        void stop() {
            stopped = true;
            space.release();
        }

        // ---- the thread that writes

        void run() {
            try (DataOutputStream out = new DataOutputStream(this)) {
                state.write(out);
                if (at < from) {
                    if (at + filled < from) {
                        throw new IOException(
                                "it has " + (at + filled) + " bytes, and others have got " + from + " of it");
                    }
                    give(false);
                }
                give(true);
            } catch (Throwable e) {
                if (!stopped) {
                    failure = e;
                    made.run();
                }
            } finally {
                unused();
            }
        }

        /** Pieces end where what was wanted begins, and then when they are full. */
        private int room() {
            return (int) Math.min(piece.length, at < from ? from - at : piece.length) - filled;
        }

        @Override
        public void write(int oneByte) throws IOException {
            write(new byte[] {(byte) oneByte}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int next = offset; next < offset + length; ) {
                // Not before there is another byte: a full piece may be the last.
                if (room() == 0) {
                    give(false);
                }
                int part = Math.min(room(), offset + length - next);
                System.arraycopy(bytes, next, piece, filled, part);
                filled += part;
                next += part;
            }
        }

        private void give(boolean last) throws IOException {
            crc.update(piece, 0, filled);
            boolean wanted = at >= from;
            at += filled;
            byte[] full = wanted ? Arrays.copyOf(piece, filled) : piece;
            filled = 0;
            if (wanted) {
                space.acquireUninterruptibly();
            }
            if (stopped) {
                throw new IOException("the rest of the state is not wanted any more");
            }
            if (wanted) {
                pieces.add(new Piece(ByteBuffer.wrap(full), (int) crc.getValue(), last));
                made.run();
            }
        }
    }
}
