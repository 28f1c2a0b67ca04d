package org.flushspread.daemon.seal;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import org.flushspread.wire.SealedHeader;

/** The key of one start with a cipher of its own, which so prepares that key once. */
final class Keyed {
    private static final int NONCE = 12;

    private final Algorithm algorithm;
    private final SecretKey key;
    private final Cipher cipher;
    private final byte[] header = new byte[SealedHeader.LENGTH + 1];
    private final byte[] nonce = new byte[NONCE];
    private final ByteBuffer nonceWords = ByteBuffer.wrap(nonce);

    Keyed(SealKey secret, Algorithm algorithm, int sender, long epoch, long boot) {
        this.algorithm = algorithm;
        key = secret.of(algorithm, sender, epoch, boot);
        cipher = algorithm.cipher();
    }

    /** Ready for the body of the datagram whose header stands at {@code at}. */
    Cipher cipher(int mode, Channel channel, ByteBuf bytes, int at) throws GeneralSecurityException {
        nonceWords.putLong(NONCE - Long.BYTES, SealedHeader.counter(bytes, at));
        cipher.init(mode, key, algorithm.parameters(nonce));
        bytes.getBytes(at, header, 0, SealedHeader.LENGTH);
        header[SealedHeader.LENGTH] = (byte) channel.ordinal();
        cipher.updateAAD(header);
        return cipher;
    }
}
