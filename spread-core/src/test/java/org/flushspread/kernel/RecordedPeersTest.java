package org.flushspread.kernel;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.Ring5Recordings;
import org.flushspread.Ring5Recordings.Frame;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.wire.Form2;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.TokenHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Recordings of rings of Spread 5 (vectors/ring5) in both directions: a kernel of ours stands in the place of one of the C daemons of a cold
 * start, gets what the others sent, and has to send what that daemon sent, to the same place, byte for byte: ALIVE, JOIN, FORM1, FORM2, tokens
 * and the groups' state. Time passes where the daemon of the recording was waiting for it.
 */
class RecordedPeersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /**
     * @param records of the recording up to the second idle round of the ring
     * @param epoch seconds of the clock when FORM1 was made
     */
    @ParameterizedTest(name = "{0} of {1}")
    @CsvSource({
        "d1, 01_form_lan3, 46, 1795983158",
        "d2, 01_form_lan3, 46, 1795983158",
        "d3, 01_form_lan3, 46, 1795983158",
        "d1, 06_two_segments, 25, 1795983868",
        "d2, 06_two_segments, 25, 1795983868",
        "d1, 07_ipv6_form_messages, 45, 1795983251",
        "d2, 07_ipv6_form_messages, 45, 1795983251",
        "d3, 07_ipv6_form_messages, 45, 1795983251"
    })
    void oursInThePlaceOfADaemonSendsWhatItSent(String name, String file, int records, int epoch) {
        Ring5Recordings recording = Ring5Recordings.all().stream()
                .filter(each -> each.file().equals(file))
                .findFirst()
                .orElseThrow();
        Configuration configuration = recording.configuration();
        Daemon me = configuration.requireByName(name);
        LoneKernel kernel = new LoneKernel(configuration, name, epoch);
        boolean started = false;
        for (Frame frame : whole(recording.frames().subList(0, records), configuration)) {
            if (frame.from().equals(me.address().toString())) {
                if (!started) {
                    kernel.start();
                    started = true;
                }
                assertThat(kernel.runUntilSent(PATIENCE))
                        .as("what follows when %s was sent", frame.decoded())
                        .isTrue();
                FakePorts.Datagram sent = kernel.ports.sent().remove(0);
                assertThat(comparable(sent.buffer())).isEqualTo(comparable(Unpooled.wrappedBuffer(frame.bytes())));
                assertThat(sent.to().addresses()).containsExactly(IpAddress.parse(frame.to()));
                assertThat(sent.to().port()).isEqualTo(frame.port());
            } else if (started) {
                hear(kernel, me, configuration, frame);
            }
        }
        assertThat(kernel.ports.takeSent())
                .as("the token after the end of the recording")
                .hasSizeLessThanOrEqualTo(1);
        assertThat(kernel.installed()).hasSize(1);
        kernel.stop();
    }

    private static void hear(LoneKernel kernel, Daemon me, Configuration configuration, Frame frame) {
        IpAddress to = IpAddress.parse(frame.to());
        ByteBuf bytes = LoneKernel.buffer().writeBytes(frame.bytes());
        IpAddress source = IpAddress.parse(frame.from());
        if (isToken(frame, configuration) && to.equals(me.address())) {
            kernel.token(bytes, source);
        } else if (to.equals(me.address())
                || configuration.segments().get(me.segment()).addresses().contains(to)) {
            kernel.data(bytes, source);
        } else {
            bytes.release();
        }
    }

    /** FORM2 has bytes that C leaves as they were where the id of the ring will stand, until somebody has been visited. */
    private static String comparable(ByteBuf datagram) {
        if ((TokenHeader.type(datagram, 0, true) & PacketType.FORM2) != 0) {
            Form2 form = requireNonNull(Form2.read(datagram, 0, datagram.readableBytes()));
            if (form.visited().isEmpty()) {
                ByteBuf out = Unpooled.buffer();
                new Form2(
                                form.transmitter(),
                                form.id(),
                                form.fence(),
                                form.visited(),
                                form.pending(),
                                Form2.NO_ID,
                                form.rings())
                        .write(out, TokenHeader.confHash(datagram, 0, true));
                return ByteBufUtil.hexDump(out);
            }
        }
        return ByteBufUtil.hexDump(datagram);
    }

    private static boolean isToken(Frame frame, Configuration configuration) {
        return configuration.daemons().stream().anyMatch(each -> each.tokenPort() == frame.port());
    }

    /** With the idle tokens that the recording leaves out: the one before, passed on. */
    private static List<Frame> whole(List<Frame> recorded, Configuration configuration) {
        List<Frame> all = new ArrayList<>();
        Frame last = null;
        for (int i = 0; i < recorded.size(); i++) {
            Frame frame = recorded.get(i);
            Frame token = last == null ? frame : tokenOf(recorded, i, configuration);
            if (last != null && token != null) {
                while (!isPassedOn(last, token, configuration)) {
                    last = passedOn(last, configuration);
                    all.add(last);
                }
            }
            all.add(frame);
            if (isRingToken(frame, configuration)) {
                last = frame;
            }
        }
        return all;
    }

    /** The token that the sender of this frame passes on next; null if the recording ends before. */
    private static @Nullable Frame tokenOf(List<Frame> recorded, int at, Configuration configuration) {
        return recorded.subList(at, recorded.size()).stream()
                .filter(each -> each.from().equals(recorded.get(at).from()) && isRingToken(each, configuration))
                .findFirst()
                .orElse(null);
    }

    private static boolean isRingToken(Frame frame, Configuration configuration) {
        return isToken(frame, configuration)
                && (TokenHeader.type(Unpooled.wrappedBuffer(frame.bytes()), 0, true) & PacketType.FORM) == 0;
    }

    /** Or the same once more. */
    private static boolean isPassedOn(Frame last, Frame token, Configuration configuration) {
        if (last.from().equals(token.from()) && arq(last.bytes()) == arq(token.bytes())) {
            return true;
        }
        Frame next = passedOn(last, configuration);
        return next.from().equals(token.from()) && arq(next.bytes()) == arq(token.bytes());
    }

    private static Frame passedOn(Frame last, Configuration configuration) {
        List<Daemon> ring = configuration.daemons();
        Daemon sender = ring.stream()
                .filter(each -> each.address().toString().equals(last.to()))
                .findFirst()
                .orElseThrow();
        Daemon to = ring.get((sender.index() + 1) % ring.size());
        ByteBuf token = Unpooled.copiedBuffer(last.bytes());
        token.setIntLE(TokenHeader.TRANSMITTER, sender.id());
        token.setIntLE(TokenHeader.PROC_ID, sender.id());
        if (sender.index() == 0) {
            int type = token.getIntLE(TokenHeader.TYPE);
            int arq = (arq(last.bytes()) + 1) << Integer.numberOfTrailingZeros(PacketType.ARQ_MASK);
            token.setIntLE(TokenHeader.TYPE, type & ~PacketType.ARQ_MASK | arq & PacketType.ARQ_MASK);
        }
        return new Frame(
                sender.address().toString(),
                to.address().toString(),
                to.tokenPort(),
                ByteBufUtil.getBytes(token),
                last.decoded());
    }

    private static int arq(byte[] token) {
        return (TokenHeader.type(Unpooled.wrappedBuffer(token), 0, true) & PacketType.ARQ_MASK)
                >>> Integer.numberOfTrailingZeros(PacketType.ARQ_MASK);
    }
}
