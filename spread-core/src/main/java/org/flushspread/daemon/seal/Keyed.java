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
    private Cipher cipher;
    private long lastCounter = -1;
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
        long counter = SealedHeader.counter(bytes, at);
        if (counter == lastCounter && mode == Cipher.DECRYPT_MODE) {
            // The JDK's ChaCha20 refuses the nonce of its last call even to decrypt, and a forgery may have had it.
            cipher = algorithm.cipher();
        }
        lastCounter = counter;
        nonceWords.putLong(NONCE - Long.BYTES, counter);
        cipher.init(mode, key, algorithm.parameters(nonce));
        bytes.getBytes(at, header, 0, SealedHeader.LENGTH);
        header[SealedHeader.LENGTH] = (byte) channel.ordinal();
        cipher.updateAAD(header);
        return cipher;
    }
}
