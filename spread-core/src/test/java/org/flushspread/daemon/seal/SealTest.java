package org.flushspread.daemon.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.flushspread.wire.SealedHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Envelopes (security 2): what opens, and what does not. */
class SealTest {
    private static final int A = 0x7f000101;
    private static final int B = 0x7f000201;
    private static final SealKeys KEYS = SealKeys.of(secret(1));

    private long clock = 1_000_000;
    private final ByteBuf opened = Unpooled.buffer(70_000);

    private static byte[] secret(int number) {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) number);
        return secret;
    }

    private Seal seal(int me, long epoch, long boot) {
        return new Seal(KEYS, Algorithm.AES_256_GCM, me, epoch, boot, Epochs.NONE, () -> clock);
    }

    private static ByteBuf sealed(Seal by, Channel channel, byte... body) {
        ByteBuf into = Unpooled.buffer(70_000);
        int length = by.seal(channel, Unpooled.wrappedBuffer(body), 0, body.length, into, 0);
        return into.writerIndex(length);
    }

    private SealRefusal refusal(Seal by, Channel channel, ByteBuf datagram) {
        int length = by.open(channel, datagram, 0, datagram.readableBytes(), opened);
        return length >= 0 ? null : by.refusal();
    }

    @ParameterizedTest
    @EnumSource
    void whatWasSealedOpensOnceAtEachOther(Algorithm algorithm) {
        Seal a = new Seal(KEYS, algorithm, A, 5, 77, Epochs.NONE, () -> clock);
        Seal b = seal(B, 5, 78);
        Seal c = seal(B + 1, 5, 79);
        for (int length : new int[] {0, 1, 40, 1416, 32_768 + 40}) {
            byte[] body = new byte[length];
            new SplittableRandom(length).nextBytes(body);
            ByteBuf datagram = sealed(a, Channel.DATA, body);
            assertThat(datagram.readableBytes()).isEqualTo(length + Envelope.OVERHEAD);
            for (Seal each : new Seal[] {b, c}) {
                assertThat(each.open(Channel.DATA, datagram, 0, datagram.readableBytes(), opened))
                        .isEqualTo(length);
                assertThat(ByteBufUtil.getBytes(opened, 0, length)).isEqualTo(body);
                assertThat(refusal(each, Channel.DATA, datagram)).isEqualTo(SealRefusal.REPLAYED);
            }
            assertThat(refusal(a, Channel.DATA, datagram)).isEqualTo(SealRefusal.ECHO);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDatagramOfWhichAnyBitWasChangedDoesNotOpenAndChangesNothing(Algorithm algorithm) {
        Seal a = new Seal(KEYS, algorithm, A, 5, 77, Epochs.NONE, () -> clock);
        Seal b = seal(B, 5, 78);
        ByteBuf datagram = sealed(a, Channel.DATA, (byte) 1, (byte) 2, (byte) 3);
        for (int bit = 0; bit < 8 * datagram.readableBytes(); bit++) {
            ByteBuf changed = datagram.copy();
            changed.setByte(bit / 8, changed.getByte(bit / 8) ^ 1 << bit % 8);
            assertThat(refusal(b, Channel.DATA, changed)).as("bit %s", bit).isNotNull();
        }
        for (int length = 0; length < datagram.readableBytes(); length++) {
            assertThat(refusal(b, Channel.DATA, datagram.copy(0, length))).isNotNull();
        }
        assertThat(refusal(b, Channel.DATA, datagram)).isNull();
    }

    @Test
    void whatIsForOnePortDoesNotOpenAtTheOther() {
        ByteBuf token = sealed(seal(A, 5, 77), Channel.TOKEN, (byte) 1);
        assertThat(refusal(seal(B, 5, 78), Channel.DATA, token)).isEqualTo(SealRefusal.FORGED);
    }

    @Test
    void nothingOfAnEarlierStartOpensAfterALaterOne() {
        ByteBuf early = sealed(seal(A, 5, 77), Channel.DATA, (byte) 1);
        ByteBuf twin = sealed(seal(A, 6, 79), Channel.DATA, (byte) 1);
        Seal b = seal(B, 5, 78);
        assertThat(refusal(b, Channel.DATA, sealed(seal(A, 6, 80), Channel.DATA, (byte) 1)))
                .isNull();
        assertThat(refusal(b, Channel.DATA, early)).isEqualTo(SealRefusal.EARLIER_EPOCH);
        assertThat(refusal(b, Channel.DATA, twin)).isEqualTo(SealRefusal.EARLIER_EPOCH);
    }

    @Test
    void aForgedLaterEpochDoesNotShutTheSenderOut() {
        Seal a = seal(A, 5, 77);
        Seal b = seal(B, 5, 78);
        assertThat(refusal(b, Channel.DATA, sealed(a, Channel.DATA, (byte) 1))).isNull();
        ByteBuf forged = sealed(a, Channel.DATA, (byte) 2);
        forged.setLong(16, Long.MAX_VALUE);
        assertThat(refusal(b, Channel.DATA, forged)).isEqualTo(SealRefusal.FORGED);
        assertThat(refusal(b, Channel.DATA, sealed(a, Channel.DATA, (byte) 3))).isNull();
    }

    /** As a network reorders them: within the window each opens once, in any order. */
    @Test
    void inAnyOrderEachOpensOnce() {
        Seal a = seal(A, 5, 77);
        Seal b = seal(B, 5, 78);
        var dice = new SplittableRandom(1);
        ByteBuf[] all = new ByteBuf[3000];
        for (int i = 0; i < all.length; i++) {
            all[i] = sealed(a, Channel.DATA, (byte) i);
        }
        Map<Integer, Integer> times = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            int which = dice.nextInt(all.length);
            if (refusal(b, Channel.DATA, all[which]) == null) {
                times.merge(which, 1, Integer::sum);
            }
        }
        assertThat(times.values()).containsOnly(1);
    }

    @Test
    void aTokenThatALaterOneOvertookDoesNotOpen() {
        Seal a = seal(A, 5, 77);
        Seal b = seal(B, 5, 78);
        ByteBuf early = sealed(a, Channel.TOKEN, (byte) 1);
        ByteBuf data = sealed(a, Channel.DATA, (byte) 2);
        ByteBuf late = sealed(a, Channel.TOKEN, (byte) 3);
        assertThat(refusal(b, Channel.TOKEN, late)).isNull();
        assertThat(refusal(b, Channel.TOKEN, early)).isEqualTo(SealRefusal.OVERTAKEN);
        assertThat(refusal(b, Channel.TOKEN, late)).isEqualTo(SealRefusal.REPLAYED);
        assertThat(refusal(b, Channel.DATA, data)).isNull();
    }

    @Test
    void theWindowForgetsWhatIsFarBehind() {
        ReplayWindow window = new ReplayWindow();
        var dice = new SplittableRandom(7);
        Set<Long> seen = new HashSet<>();
        long highest = -1;
        for (int i = 0; i < 20_000; i++) {
            long counter = Math.max(
                    0, highest + dice.nextInt(-ReplayWindow.SIZE - 100, i % 500 == 0 ? 3 * ReplayWindow.SIZE : 40));
            boolean old = counter <= highest - ReplayWindow.SIZE;
            assertThat(window.isTooOld(counter)).isEqualTo(old);
            if (!old) {
                assertThat(window.isKnown(counter)).isEqualTo(seen.contains(counter));
                if (seen.add(counter)) {
                    window.add(counter);
                }
                highest = Math.max(highest, counter);
            }
        }
    }

    @Test
    void keysCanChangeWhileTheRingTurns() {
        SealKeys both = SealKeys.of(secret(1), secret(2));
        SealKeys turned = SealKeys.of(secret(2), secret(1));
        SealKeys fresh = SealKeys.of(secret(2));
        Seal a = seal(A, 5, 77);
        Seal b = seal(B, 5, 78);
        b.keys(both);
        assertThat(refusal(b, Channel.DATA, sealed(a, Channel.DATA, (byte) 1))).isNull();
        a.keys(turned);
        assertThat(refusal(b, Channel.DATA, sealed(a, Channel.DATA, (byte) 1))).isNull();
        assertThat(refusal(a, Channel.DATA, sealed(b, Channel.DATA, (byte) 1))).isNull();
        b.keys(turned);
        a.keys(fresh);
        assertThat(refusal(a, Channel.DATA, sealed(b, Channel.DATA, (byte) 1))).isNull();
        assertThat(refusal(a, Channel.DATA, sealed(seal(B + 1, 5, 1), Channel.DATA, (byte) 1)))
                .isEqualTo(SealRefusal.UNKNOWN_KEY);
    }

    @Test
    void aMonitorIsHeardWhileItsTimeIsNearAndOnce() {
        Seal monitor = Seal.ofMonitor(KEYS, Algorithm.AES_256_GCM, 4711, () -> 1_000_000);
        Seal b = seal(B, 5, 78);
        ByteBuf asked = sealed(monitor, Channel.DATA, (byte) 1);
        assertThat(refusal(b, Channel.DATA, asked)).isNull();
        assertThat(refusal(b, Channel.DATA, asked)).isEqualTo(SealRefusal.REPLAYED);
        ByteBuf later = sealed(monitor, Channel.DATA, (byte) 1);
        clock += Seal.MONITOR_CLOCK + 1;
        assertThat(refusal(b, Channel.DATA, later)).isEqualTo(SealRefusal.WRONG_TIME);
        assertThat(refusal(monitor, Channel.DATA, sealed(b, Channel.DATA, (byte) 2)))
                .isNull();
    }

    @Test
    void whatIsNotSealedIsNamed() {
        assertThat(refusal(seal(B, 5, 78), Channel.DATA, Unpooled.wrappedBuffer(new byte[100])))
                .isEqualTo(SealRefusal.NOT_SEALED);
    }

    @Test
    void aRestartIsAnotherEpochWhateverTheClockSays(@TempDir Path directory) {
        try (EpochFile first = EpochFile.begin(directory, "a", 1000)) {
            assertThat(first.mine()).isEqualTo(1000);
            first.heard(B, 700);
        }
        try (EpochFile second = EpochFile.begin(directory, "a", 500)) {
            assertThat(second.mine()).isEqualTo(1001);
            assertThat(second.latest(B)).isEqualTo(700);
            ByteBuf early = sealed(seal(B, 699, 1), Channel.DATA, (byte) 1);
            Seal a = new Seal(KEYS, Algorithm.AES_256_GCM, A, second.mine(), 1, second, () -> clock);
            assertThat(refusal(a, Channel.DATA, early)).isEqualTo(SealRefusal.EARLIER_EPOCH);
        }
    }

    @Test
    void aDaemonThatCannotNoteItsStartDoesNotSeal(@TempDir Path directory) throws IOException {
        assertThatThrownBy(() -> EpochFile.begin(directory.resolve("none"), "a", 1))
                .isInstanceOf(SealException.class)
                .hasMessageContaining("--seal-state");
        Files.writeString(directory.resolve("a.epochs"), "mine twelve\n");
        assertThatThrownBy(() -> EpochFile.begin(directory, "a", 1))
                .isInstanceOf(SealException.class)
                .hasMessageContaining("a.epochs:1");
    }

    @Test
    void aKeyFileIsForItsOwnerOnlyAndSaysWhatIsWrong(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("key");
        assertThatThrownBy(() -> SealKeys.read(file)).hasMessageContaining("--new-seal-key");
        SealKeys.create(file);
        assertThat(SealKeys.read(file).sealing()).isNotNull();
        assertThatThrownBy(() -> SealKeys.create(file)).hasMessageContaining("there already");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> SealKeys.read(file)).hasMessageContaining("chmod 600");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, "# ours\nabc\n");
        assertThatThrownBy(() -> SealKeys.read(file)).hasMessageContaining("key:2");
        Files.writeString(file, "\n");
        assertThatThrownBy(() -> SealKeys.read(file)).hasMessageContaining("needs 1 to 16 keys");
    }

    @Test
    void aHeaderIsWrittenAsTheDocumentHasIt() {
        ByteBuf header = Unpooled.buffer(SealedHeader.LENGTH).writerIndex(SealedHeader.LENGTH);
        SealedHeader.write(header, 0, 1, 0x0123, 0x11223344, 0x7f000101, 5, 6, 7);
        assertThat(ByteBufUtil.hexDump(header))
                .isEqualTo("46535345" + "01" + "01" + "0123" + "11223344" + "7f000101" + "0000000000000005"
                        + "0000000000000006" + "0000000000000007");
    }
}
