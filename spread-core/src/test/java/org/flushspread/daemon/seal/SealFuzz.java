package org.flushspread.daemon.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.flushspread.fuzz.Steps;

/** Datagrams at a sealed daemon (security 2). */
public final class SealFuzz {
    private static final int A = 0x7f000101;
    private static final int B = 0x7f000201;
    private static final SealKeys KEYS = SealKeys.of(new byte[32]);
    private static final ByteBuf OPENED = Unpooled.buffer(70_000, 70_000).writerIndex(70_000);

    private SealFuzz() {}

    /**
     * Each step is a datagram. Bits: 1 its bytes are laid over one that was sealed (exclusive or), 2 at the token port, 4 they begin behind
     * the part that can be read, 8 it is cut to the length of the bytes.
     */
    public static void envelope(byte[] input) {
        Seal a = new Seal(KEYS, Algorithm.AES_256_GCM, A, 5, 77, Epochs.NONE, () -> 1000);
        Seal b = new Seal(KEYS, Algorithm.AES_256_GCM, B, 5, 78, Epochs.NONE, () -> 1000);
        for (Steps steps = new Steps(input); steps.next(); ) {
            byte[] bytes = steps.bytes();
            Channel channel = steps.is(2) ? Channel.TOKEN : Channel.DATA;
            ByteBuf genuine = sealed(a, channel);
            ByteBuf datagram =
                    steps.is(1) ? laidOver(genuine, bytes, steps.is(4), steps.is(8)) : Unpooled.wrappedBuffer(bytes);
            int length = b.open(channel, datagram, 0, datagram.readableBytes(), OPENED);
            assertThat(length >= 0).as("opened").isEqualTo(datagram.equals(genuine));
            if (length < 0) {
                assertThat(b.refusal().words()).isNotEmpty();
                assertThat(b.open(channel, genuine, 0, genuine.readableBytes(), OPENED))
                        .isEqualTo(40);
            }
        }
    }

    private static ByteBuf sealed(Seal by, Channel channel) {
        ByteBuf into = Unpooled.buffer(200);
        int length = by.seal(channel, Unpooled.wrappedBuffer(new byte[40]), 0, 40, into, 0);
        return into.writerIndex(length);
    }

    private static ByteBuf laidOver(ByteBuf genuine, byte[] bytes, boolean behindHead, boolean cut) {
        ByteBuf datagram = genuine.copy();
        int from = behindHead ? 40 : 0;
        for (int i = 0; i < bytes.length && from + i < datagram.writerIndex(); i++) {
            datagram.setByte(from + i, datagram.getByte(from + i) ^ bytes[i]);
        }
        return cut ? datagram.writerIndex(Math.min(datagram.writerIndex(), from + bytes.length)) : datagram;
    }
}
