package org.flushspread.flush.replica;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The state of a member as it was at one place of the log, to be handed out in pieces while commands go on (replica-protocol R9, R25). Used by
 * the thread of the replica.
 */
public interface StateImage extends AutoCloseable {
    /**
     * A part of it.
     *
     * @param checksum CRC32C of all bytes of the image up to the end of this piece
     * @param last true if no byte is behind it
     */
    record Piece(ByteBuffer bytes, int checksum, boolean last) {}

    /**
     * The piece that begins with this byte. Pieces are asked for one behind the other; from another byte on it begins anew.
     *
     * @param most bytes of it
     * @return null if it is not made yet; the caller comes again in a later {@link Replica#endOfTurn turn}
     */
    @Nullable
    Piece read(long offset, int most);

    /** It is of no use any more. */
    @Override
    void close();
}
