package org.flushspread.daemon.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.flushspread.kernel.base.CommandProof;
import org.flushspread.wire.MonitorOrigin;
import org.flushspread.wire.MonitorPackets;
import org.flushspread.wire.MonitorSignature;
import org.flushspread.wire.PacketHeader;
import org.junit.jupiter.api.Test;

/** Signatures of monitors' commands (security 5, monitor-protocol 11). */
class CommandCheckTest {
    private static final int ME = 0x0a0f0001;
    private static final int OTHER = 0x0a0f0002;
    private static final byte[] SECRET = new byte[32];
    private static final SealKeys KEYS = SealKeys.of(SECRET);
    private static final long WINDOW = CommandCheck.WINDOW.toMillis();

    private final AtomicLong clock = new AtomicLong(1_000_000_000_000L);
    private final CommandCheck check = new CommandCheck(KEYS, ME, clock::get);
    private final CommandSigner signer = new CommandSigner(KEYS, clock::get);

    private static ByteBuf command() {
        ByteBuf out = Unpooled.buffer();
        MonitorPackets.writePartition(out, MonitorOrigin.spread4(OTHER), 6543, new short[] {-1, 0});
        return out;
    }

    private CommandProof proofOf(ByteBuf packet) {
        // not at the beginning of its buffer, as a datagram of a batch
        ByteBuf batch = Unpooled.buffer().writeZero(7).writeBytes(packet, 0, packet.readableBytes());
        return check.check(batch, 7, packet.readableBytes());
    }

    @Test
    void aCommandIsObeyedOnceByTheDaemonItIsFor() {
        ByteBuf signed = signer.sign(command(), ME);
        assertThat(proofOf(signed)).isEqualTo(CommandProof.VALID);
        assertThat(proofOf(signed)).isEqualTo(CommandProof.REPLAYED);
        assertThat(proofOf(signer.sign(command(), ME))).isEqualTo(CommandProof.VALID);
        assertThat(proofOf(signer.sign(command(), OTHER))).isEqualTo(CommandProof.FOR_ANOTHER_DAEMON);
        assertThat(proofOf(command())).isEqualTo(CommandProof.MISSING);
    }

    /** The layout, made anew from its description. */
    @Test
    void theSignatureIsTheOneOfTheSpecification() throws Exception {
        ByteBuf command = command();
        ByteBuf signed = signer.sign(command, ME);
        int body = command.readableBytes();
        assertThat(signed.readableBytes()).isEqualTo(body + 72);
        assertThat(signed.getUnsignedShortLE(PacketHeader.DATA_LENGTH)).isEqualTo(256 + 72);
        assertThat(ByteBufUtil.hexDump(signed, body, 8)).isEqualTo("46534d5301000000");
        assertThat(signed.getInt(body + 12)).isEqualTo(ME);
        assertThat(signed.getLong(body + 16)).isEqualTo(clock.get());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
        byte[] key = mac.doFinal("flush spread monitor command\0\1".getBytes("US-ASCII"));
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update(ByteBufUtil.getBytes(signed, 0, body + 40));
        assertThat(ByteBufUtil.getBytes(signed, body + 40, 32)).isEqualTo(mac.doFinal());
    }

    @Test
    void noBitCanBeChanged() {
        ByteBuf signed = signer.sign(command(), ME);
        for (int bit = 0; bit < 8 * signed.readableBytes(); bit++) {
            ByteBuf forged = signed.copy();
            forged.setByte(bit / 8, forged.getByte(bit / 8) ^ 1 << bit % 8);
            assertThat(proofOf(forged))
                    .as("bit %d", bit)
                    .isIn(CommandProof.FORGED, CommandProof.MISSING, CommandProof.UNKNOWN_KEY);
        }
        assertThat(proofOf(signed)).isEqualTo(CommandProof.VALID);
    }

    @Test
    void aCommandMadeOfThePartsOfTwoIsForged() {
        ByteBuf one = signer.sign(command(), ME);
        ByteBuf two = signer.sign(command(), ME);
        ByteBuf mixed = one.copy();
        int code = mixed.readableBytes() - MonitorSignature.CODE;
        mixed.setBytes(code, two, code, MonitorSignature.CODE);
        assertThat(proofOf(mixed)).isEqualTo(CommandProof.FORGED);
    }

    @Test
    void timesOutsideTheWindowAreRefused() {
        pass(Duration.ofMinutes(10));
        ByteBuf now = signer.sign(command(), ME);
        pass(Duration.ofMillis(WINDOW));
        assertThat(proofOf(now)).isEqualTo(CommandProof.VALID);
        ByteBuf old = signer.sign(command(), ME);
        pass(Duration.ofMillis(WINDOW + 1));
        assertThat(proofOf(old)).isEqualTo(CommandProof.WRONG_TIME);
        pass(Duration.ofMillis(WINDOW + 1));
        ByteBuf ahead = signer.sign(command(), ME);
        pass(Duration.ofMillis(-WINDOW - 1));
        assertThat(proofOf(ahead)).isEqualTo(CommandProof.WRONG_TIME);
    }

    /** Recorded, and played back at every moment of an hour, to this start and to the next one. */
    @Test
    void aRecordingIsRefusedWithinTheWindowAndOutsideAndAfterARestart() {
        pass(Duration.ofMinutes(1));
        ByteBuf recorded = signer.sign(command(), ME);
        assertThat(proofOf(recorded)).isEqualTo(CommandProof.VALID);
        for (int second = 0; second < 3600; second++) {
            pass(Duration.ofSeconds(1));
            // other commands come and make it forget what it may
            assertThat(proofOf(signer.sign(command(), ME))).isEqualTo(CommandProof.VALID);
            assertThat(proofOf(recorded)).isIn(CommandProof.REPLAYED, CommandProof.WRONG_TIME);
            if (second == 5) {
                CommandCheck restarted = new CommandCheck(KEYS, ME, clock::get);
                assertThat(restarted.check(recorded, 0, recorded.readableBytes()))
                        .isEqualTo(CommandProof.WRONG_TIME);
            }
        }
    }

    /** The clock jumps ahead, so that all is forgotten, and back again. */
    @Test
    void aClockThatIsSetBackMakesNoRecordingNew() {
        pass(Duration.ofMinutes(1));
        ByteBuf recorded = signer.sign(command(), ME);
        assertThat(proofOf(recorded)).isEqualTo(CommandProof.VALID);
        pass(Duration.ofHours(1));
        assertThat(proofOf(signer.sign(command(), ME))).isEqualTo(CommandProof.VALID);
        pass(Duration.ofHours(-1).plusSeconds(1));
        assertThat(proofOf(recorded)).isEqualTo(CommandProof.WRONG_TIME);
        assertThat(proofOf(signer.sign(command(), ME))).isEqualTo(CommandProof.VALID);
    }

    @Test
    void theMemoryIsBoundedAndNoReplayPassesWhenItIsFull() {
        List<ByteBuf> all = new ArrayList<>();
        for (int i = 0; i < CommandCheck.MOST; i++) {
            all.add(signer.sign(command(), ME));
            assertThat(proofOf(all.get(i))).isEqualTo(CommandProof.VALID);
        }
        assertThat(proofOf(signer.sign(command(), ME))).isEqualTo(CommandProof.TOO_MANY);
        assertThat(proofOf(all.get(0))).isEqualTo(CommandProof.REPLAYED);
        pass(Duration.ofMillis(WINDOW + 1));
        assertThat(proofOf(signer.sign(command(), ME))).isEqualTo(CommandProof.VALID);
        assertThat(proofOf(all.get(0))).isEqualTo(CommandProof.WRONG_TIME);
    }

    @Test
    void keysChangeWithoutAGap() {
        byte[] fresh = new byte[32];
        fresh[0] = 1;
        CommandSigner next = new CommandSigner(SealKeys.of(fresh), clock::get);
        assertThat(proofOf(next.sign(command(), ME))).isEqualTo(CommandProof.UNKNOWN_KEY);
        check.keys(SealKeys.of(SECRET, fresh));
        assertThat(proofOf(next.sign(command(), ME))).isEqualTo(CommandProof.VALID);
        assertThat(proofOf(signer.sign(command(), ME))).isEqualTo(CommandProof.VALID);
        check.keys(SealKeys.of(fresh));
        assertThat(proofOf(signer.sign(command(), ME))).isEqualTo(CommandProof.UNKNOWN_KEY);
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toMillis());
    }
}
