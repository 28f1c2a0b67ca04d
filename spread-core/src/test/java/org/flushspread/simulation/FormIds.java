package org.flushspread.simulation;

import io.netty.buffer.ByteBuf;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.TokenHeader;
import org.jspecify.annotations.Nullable;

/**
 * A daemon goes on with a FORM2 only if it belongs to the last FORM1 the daemon took part in: an older one knows less of the old rings than the
 * daemon has said since, and may take back what others rely on (membership-protocol 6.5).
 */
final class FormIds {
    private static final int MEMBERS_VISITED = TokenHeader.LENGTH;

    private final String daemon;
    private @Nullable MembershipId last;
    private @Nullable MembershipId reading;

    /** @param daemon its name */
    FormIds(String daemon) {
        this.daemon = daemon;
    }

    /** The daemon is given a token to read. */
    void reads(ByteBuf token) {
        reading = is(token, PacketType.FORM2) ? id(token) : null;
    }

    /** It has read it. */
    void hasRead() {
        reading = null;
    }

    /** It sends a token. */
    void sends(ByteBuf datagram) {
        if (reading != null) {
            // Onward, or the first token of the new ring: it was accepted.
            if (last != null && !reading.equals(last)) {
                throw new Violation(
                        "a FORM2 of the last FORM1",
                        daemon + " went on with FORM2 " + reading + ", but the last FORM1 it took part in was " + last);
            }
        } else if (is(datagram, PacketType.FORM1) || is(datagram, PacketType.FORM2) && nobodyVisited(datagram)) {
            last = id(datagram);
        }
    }

    private static boolean is(ByteBuf token, int type) {
        if (token.readableBytes() < TokenHeader.LENGTH) {
            return false;
        }
        boolean little = ByteOrderTag.isLittleEndian(token, token.readerIndex());
        return (TokenHeader.type(token, token.readerIndex(), little) & type) != 0;
    }

    private static boolean nobodyVisited(ByteBuf form2) {
        boolean little = ByteOrderTag.isLittleEndian(form2, form2.readerIndex());
        return ByteOrderTag.getShort(form2, form2.readerIndex() + MEMBERS_VISITED, little) == 0;
    }

    private static MembershipId id(ByteBuf token) {
        boolean little = ByteOrderTag.isLittleEndian(token, token.readerIndex());
        return MembershipId.read(token, token.readerIndex() + TokenHeader.MEMBERSHIP_ID, little);
    }
}
