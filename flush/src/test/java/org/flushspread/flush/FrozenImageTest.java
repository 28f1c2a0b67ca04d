package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.flushspread.Wait;
import org.flushspread.flush.replica.StateImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** replica-protocol R25: a frozen state is handed out in pieces, of which few are in memory. */
@Timeout(120)
class FrozenImageTest {
    private static final int PIECE = 1000;

    private final byte[] state = new byte[50_000];
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicLong written = new AtomicLong();
    private final Semaphore made = new Semaphore(0);

    FrozenImageTest() {
        new Random(1).nextBytes(state);
    }

    private FrozenImage image() {
        return new FrozenImage(
                "group",
                new Snapshotter.Frozen() {
                    @Override
                    public void write(java.io.DataOutput out) throws IOException {
                        for (int at = 0; at < state.length; at += 70) {
                            out.write(state, at, Math.min(70, state.length - at));
                            written.addAndGet(70);
                        }
                    }

                    @Override
                    public void close() {
                        closed.incrementAndGet();
                    }
                },
                made::release);
    }

    private StateImage.Piece next(FrozenImage image, long offset) throws InterruptedException {
        StateImage.Piece piece = image.read(offset, PIECE);
        while (piece == null) {
            assertThat(made.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
            piece = image.read(offset, PIECE);
        }
        return piece;
    }

    /** Reads the rest, and holds that each piece has the checksum over all that comes before it too. */
    private void readFrom(FrozenImage image, int from) throws InterruptedException {
        int at = from;
        boolean last = false;
        while (!last) {
            StateImage.Piece piece = next(image, at);
            int end = at + piece.bytes().remaining();
            CRC32C crc = new CRC32C();
            crc.update(state, 0, end);
            byte[] bytes = new byte[piece.bytes().remaining()];
            piece.bytes().get(bytes);
            assertThat(bytes).isEqualTo(Arrays.copyOfRange(state, at, end));
            assertThat(piece.checksum()).isEqualTo((int) crc.getValue());
            at = end;
            last = piece.last();
        }
        assertThat(at).isEqualTo(state.length);
    }

    private void awaitClosed() {
        Wait.until("the state is let go", () -> closed.get() > 0);
        assertThat(closed).hasValue(1);
    }

    @Test
    void fromTheBeginningAndAgainFromAnyByte() throws InterruptedException {
        FrozenImage image = image();
        for (int from : new int[] {0, 1, 999, 1000, 1001, 49_999, 50_000, 777}) {
            readFrom(image, from);
        }
        image.close();
        awaitClosed();
    }

    @Test
    void anEmptyStateIsOnePiece() throws InterruptedException {
        FrozenImage image = new FrozenImage("group", out -> {}, made::release);
        StateImage.Piece piece = next(image, 0);
        assertThat(piece.bytes().remaining()).isZero();
        assertThat(piece.last()).isTrue();
        image.close();
    }

    @Test
    void noMoreIsWrittenThanAFewPiecesAheadAndWhoIsClosedLetsGo() throws InterruptedException {
        FrozenImage image = image();
        next(image, 0);
        // Ten that are made, one that is filled, and what waits in front of it.
        assertThat(written.get()).isLessThanOrEqualTo(12 * PIECE);
        image.close();
        awaitClosed();
        assertThat(written.get()).isLessThanOrEqualTo(12 * PIECE);
    }

    @Test
    void whatCannotBeWrittenIsToldToWhoReadsIt() {
        FrozenImage image = new FrozenImage(
                "group",
                out -> {
                    out.write(new byte[10]);
                    throw new IOException("as told");
                },
                made::release);
        assertThatThrownBy(() -> next(image, 0)).hasMessageContaining("as told");
        FrozenImage shorter = new FrozenImage("group", out -> out.write(new byte[10]), made::release);
        assertThatThrownBy(() -> next(shorter, 100)).hasMessageContaining("it has 10 bytes");
    }
}
