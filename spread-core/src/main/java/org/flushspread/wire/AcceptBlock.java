package org.flushspread.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * A daemon's yes at the end of the handshake (client-protocol 2.4 step 5). In its place it may send a refusal, one byte other than 1.
 *
 * @param major version of the daemon, with {@code minor} and {@code patch}
 * @param minor see {@code major}
 * @param patch see {@code major}
 * @param privateGroup {@code #name#daemon}
 */
public record AcceptBlock(int major, int minor, int patch, Name privateGroup) {
    /** The version that our client says it is, with MINOR and PATCH; a daemon says that of its ring. */
    public static final int MAJOR = 4;

    public static final int MINOR = 4;
    public static final int PATCH = 0;

    /** The oldest daemon a client may talk to, as {@link #version()}. */
    public static final int OLDEST_DAEMON = 3_01_00;
    /** The oldest daemon that knows priorities above 0. */
    public static final int OLDEST_DAEMON_WITH_PRIORITY = 3_08_00;

    /** One number that orders versions: major * 10000 + minor * 100 + patch. */
    public int version() {
        return major * 10_000 + minor * 100 + patch;
    }

    /** What body and group slots of a message to this daemon may have together (client-protocol 4.4). */
    public int maxPayload() {
        return MessageHeader.maxPayload(major);
    }

    /** Appends the block; the patch byte only for clients that read it ({@link ConnectRequest#readsPatch()}). */
    public void write(ByteBuf out, boolean withPatch) {
        out.writeByte(SpreadCode.ACCEPT_SESSION.code());
        out.writeByte(major);
        out.writeByte(minor);
        if (withPatch) {
            out.writeByte(patch);
        }
        out.writeByte(privateGroup.length());
        for (int i = 0; i < privateGroup.length(); i++) {
            out.writeByte(privateGroup.byteAt(i));
        }
    }

    /**
     * Looks for a block with patch byte at the reader index. Any first byte other than 1 is a refusal with that code; a private group
     * longer than a name can be is refused with CONNECTION_CLOSED.
     */
    public static Decoded<AcceptBlock> decode(ByteBuf in) {
        int at = in.readerIndex();
        int there = in.readableBytes();
        if (there == 0) {
            return new Decoded.Incomplete<>();
        }
        int code = in.getByte(at);
        if (code != SpreadCode.ACCEPT_SESSION.code()) {
            return new Decoded.Refused<>(code);
        }
        if (there < 5) {
            return new Decoded.Incomplete<>();
        }
        int length = in.getByte(at + 4);
        if (length < 0 || length > Name.MAX_LENGTH) {
            return new Decoded.Refused<>(SpreadCode.CONNECTION_CLOSED);
        }
        if (there < 5 + length) {
            return new Decoded.Incomplete<>();
        }
        String group = in.toString(at + 5, length, StandardCharsets.ISO_8859_1);
        if (group.indexOf(0) >= 0) {
            return new Decoded.Refused<>(SpreadCode.CONNECTION_CLOSED);
        }
        AcceptBlock block = new AcceptBlock(in.getByte(at + 1), in.getByte(at + 2), in.getByte(at + 3), Name.of(group));
        return new Decoded.Complete<>(block, 5 + length);
    }
}
