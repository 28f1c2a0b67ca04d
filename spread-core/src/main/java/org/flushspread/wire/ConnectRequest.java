package org.flushspread.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * The first bytes of a session, client to daemon (client-protocol 2.4 step 1, 2.5). A client sends it in one write.
 *
 * @param major of the client library, a signed byte like the two that follow
 * @param minor see {@code major}
 * @param patch 0 where the version is too old to send one
 * @param membership the client wants membership messages
 * @param priority 0..15, carried and without effect
 * @param privateName 0..10 characters of 0x24..0x7e; empty where the daemon is to invent one
 */
public record ConnectRequest(int major, int minor, int patch, boolean membership, int priority, String privateName) {
    /** From this version on a request carries a patch byte (strictly above). */
    private static final int LAST_WITHOUT_PATCH = 3_14_00;

    private static final int OLDEST = 3_01_00;
    private static final int TLS_HANDSHAKE = 22;
    private static final int TLS_MAJOR = 3;
    private static final int FIRST_WITH_AUTHENTICATION = 3_16_00;
    private static final int FIRST_WITH_PATCH_IN_ANSWER = 3_15_00;

    /** The request of this library's version. */
    public static ConnectRequest of(String privateName, int priority, boolean membership) {
        return new ConnectRequest(
                AcceptBlock.MAJOR, AcceptBlock.MINOR, AcceptBlock.PATCH, membership, priority, privateName);
    }

    /** One number that orders versions as the C daemon does: major * 10000 + minor * 100 + patch. */
    public int version() {
        return major * 10_000 + minor * 100 + patch;
    }

    /** True if the daemon's list and the client's choice of authentication methods are exchanged. */
    public boolean hasAuthentication() {
        return version() >= FIRST_WITH_AUTHENTICATION;
    }

    /** True if this client reads a patch byte in the {@link AcceptBlock}. */
    public boolean readsPatch() {
        return version() >= FIRST_WITH_PATCH_IN_ANSWER;
    }

    /** Appends the request. */
    public void write(ByteBuf out) {
        out.writeByte(major);
        out.writeByte(minor);
        if (major * 10_000 + minor * 100 > LAST_WITHOUT_PATCH) {
            out.writeByte(patch);
        }
        out.writeByte((priority << 4) | (membership ? 1 : 0));
        out.writeByte(privateName.length());
        out.writeCharSequence(privateName, StandardCharsets.ISO_8859_1);
    }

    /**
     * Looks for a request at the reader index. It is refused as soon as the bytes that decide are there: with REJECT_VERSION or
     * REJECT_ILLEGAL_NAME.
     */
    public static Decoded<ConnectRequest> decode(ByteBuf in) {
        int at = in.readerIndex();
        int end = in.writerIndex();
        if (end - at < 2) {
            return new Decoded.Incomplete<>();
        }
        int major = in.getByte(at++);
        int minor = in.getByte(at++);
        int version = major * 10_000 + minor * 100;
        if (version < OLDEST) {
            return new Decoded.Refused<>(SpreadCode.REJECT_VERSION);
        }
        int patch = 0;
        if (version > LAST_WITHOUT_PATCH) {
            if (at == end) {
                return new Decoded.Incomplete<>();
            }
            patch = in.getByte(at++);
        }
        if (end - at < 2) {
            return new Decoded.Incomplete<>();
        }
        int flags = in.getByte(at++);
        int length = in.getByte(at++);
        if (length < 0 || length > Name.MAX_PRIVATE) {
            return new Decoded.Refused<>(SpreadCode.REJECT_ILLEGAL_NAME);
        }
        int there = Math.min(length, end - at);
        for (int i = 0; i < there; i++) {
            if (!Name.isLegal(in.getByte(at + i))) {
                return new Decoded.Refused<>(SpreadCode.REJECT_ILLEGAL_NAME);
            }
        }
        if (there < length) {
            return new Decoded.Incomplete<>();
        }
        // the flags are a signed byte to the C daemon: a negative odd one does not count as wanting membership (2.4)
        ConnectRequest request = new ConnectRequest(
                major,
                minor,
                patch,
                flags > 0 && (flags & 1) != 0,
                (flags & 0xff) >>> 4,
                in.toString(at, length, StandardCharsets.ISO_8859_1));
        return new Decoded.Complete<>(request, at + length - in.readerIndex());
    }

    /** True for the first bytes of TLS, a handshake record of version 3.x, which no version of Spread begins with (client-protocol 2.7). */
    public static boolean isTls(ByteBuf in) {
        int at = in.readerIndex();
        return in.readableBytes() >= 2 && in.getByte(at) == TLS_HANDSHAKE && in.getByte(at + 1) == TLS_MAJOR;
    }

    /**
     * True if the bytes that are there hold at least one byte of a name that is not all there yet: then the C daemon answers
     * REJECT_ILLEGAL_NAME, and before that nothing (client-protocol 2.8).
     */
    public static boolean hasPartOfName(ByteBuf in) {
        int at = in.readerIndex();
        int there = in.readableBytes();
        if (there < 2) {
            return false;
        }
        return there > (in.getByte(at) * 10_000 + in.getByte(at + 1) * 100 > LAST_WITHOUT_PATCH ? 5 : 4);
    }
}
