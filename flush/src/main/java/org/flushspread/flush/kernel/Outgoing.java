package org.flushspread.flush.kernel;

import java.nio.ByteBuffer;
import java.util.List;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * A message to hand to the daemon, or the refusal of one.
 *
 * @param refusal why nothing may be sent; null if all is well
 * @param type service bits, or one of the JOIN and LEAVE requests
 * @param trailer what follows the user's bytes, in little-endian order; do not move its position, read a duplicate
 */
public record Outgoing(
        @Nullable SpreadCode refusal, int type, List<String> groups, short messType, ByteBuffer trailer) {
    static final ByteBuffer NO_TRAILER = ByteBuffer.allocate(0).asReadOnlyBuffer();

    public static Outgoing refused(SpreadCode why) {
        return new Outgoing(why, 0, List.of(), (short) 0, NO_TRAILER);
    }

    static Outgoing of(int type, List<String> groups, short messType, ByteBuffer trailer) {
        return new Outgoing(null, type, groups, messType, trailer);
    }
}
