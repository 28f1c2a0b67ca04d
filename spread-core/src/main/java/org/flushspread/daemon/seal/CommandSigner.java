package org.flushspread.daemon.seal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.security.SecureRandom;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MonitorSignature;
import org.flushspread.wire.PacketHeader;

/** Signs the commands of a monitor (security 5). Not thread safe. */
public final class CommandSigner {
    private final SealKey key;
    private final Mac mac;
    private final LongSupplier clock;
    private final SecureRandom random = new SecureRandom();

    /**
     * @param keys the first one signs
     * @param clock milliseconds since 1970
     */
    public CommandSigner(SealKeys keys, LongSupplier clock) {
        key = keys.sealing();
        mac = key.commandMac();
        this.clock = clock;
    }

    /** A copy of a command (reader to writer index) with a signature for one daemon, which obeys it once. */
    public ByteBuf sign(ByteBuf command, int daemon) {
        int length = command.readableBytes();
        ByteBuf signed = Unpooled.buffer(length + MonitorSignature.LENGTH);
        signed.writeBytes(command, command.readerIndex(), length);
        boolean little = ByteOrderTag.isLittleEndian(signed, 0);
        ByteOrderTag.setShort(
                signed,
                PacketHeader.DATA_LENGTH,
                PacketHeader.dataLength(signed, 0, little) + MonitorSignature.LENGTH,
                little);
        byte[] nonce = new byte[MonitorSignature.NONCE];
        random.nextBytes(nonce);
        MonitorSignature.write(signed, key.id(), daemon, clock.getAsLong(), nonce);
        mac.update(signed.array(), signed.arrayOffset(), signed.readableBytes());
        return signed.writeBytes(mac.doFinal());
    }
}
