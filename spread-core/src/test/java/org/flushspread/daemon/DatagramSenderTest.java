package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.IoEventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.flushspread.kernel.base.Route;
import org.flushspread.kernel.base.Routes;
import org.flushspread.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How what the kernel sends becomes calls of the system: runs of one route and size, in order, the token a barrier. */
class DatagramSenderTest {
    private static final Configuration TWO = Configuration.parse("""
            Spread_Segment 127.0.1.255:15600 { a 127.0.1.1 { 127.0.1.1 } }
            Spread_Segment 127.0.2.255:15600 { b 127.0.2.1 { 127.0.2.1 } }
            """, "test", HostResolver.LOCALHOST_ONLY);
    private static final Routes ROUTES = new Routes(TWO);
    private static final Route A = ROUTES.data(TWO.daemons().get(0));
    private static final Route B = ROUTES.data(TWO.daemons().get(1));
    private static final Route TOKEN = ROUTES.token(TWO.daemons().get(1));

    private final ShellCounters counters = new ShellCounters();
    private final RecordingSocket socket = new RecordingSocket();
    private final DatagramSender sender =
            new DatagramSender(socket, TWO.daemons().get(0).address(), counters, 20, SealedChannel.unsealed(counters));

    @AfterEach
    void close() {
        sender.close();
    }

    /** Writes down each call; refuses runs with {@code refusal} if that is not 0. */
    private static final class RecordingSocket extends UdpSocket {
        final List<String> calls = new ArrayList<>();
        int refusal;
        boolean segments = true;

        @Override
        int send(ByteBuf bytes, int index, int length, int segment, InetSocketAddress to) {
            if (segment > 0 && refusal != 0) {
                calls.add("refused");
                return refusal;
            }
            StringBuilder call = new StringBuilder(to.getAddress().getHostAddress())
                    .append(':')
                    .append(to.getPort())
                    .append(' ');
            int size = segment == 0 ? length : segment;
            for (int at = 0; at < length; at += size) {
                call.append(at == 0 ? "" : "+")
                        .append((char) bytes.getByte(index + at))
                        .append(Math.min(size, length - at));
            }
            calls.add(call.toString());
            return SENT;
        }

        @Override
        boolean canSegment() {
            return segments;
        }

        @Override
        void bind(InetSocketAddress local) {}

        @Override
        int localPort() {
            return 0;
        }

        @Override
        int receiveBuffer(int bytes) {
            return bytes;
        }

        @Override
        void sendBuffer(int bytes) {}

        @Override
        void allowBroadcast() {}

        @Override
        void join(IpAddress group, IpAddress owner) {}

        @Override
        void multicastFrom(IpAddress owner) {}

        @Override
        boolean coalesce() {
            return false;
        }

        @Override
        void register(IoEventLoop loop, Runnable readable) {}

        @Override
        int receive(ReceiveBuffer into) {
            return NOTHING;
        }

        @Override
        public void close() {}
    }

    private void send(Route to, char content, int length) {
        ByteBuf datagram = Unpooled.buffer(length);
        for (int i = 0; i < length; i++) {
            datagram.writeByte(content);
        }
        sender.send(to, datagram);
        datagram.release();
    }

    @Test
    void neighboursOfOneRouteAndSizeLeaveAsOneRunAndTheLastMayBeShorter() {
        send(A, 'x', 100);
        send(A, 'y', 100);
        send(A, 'z', 60);
        assertThat(socket.calls).containsExactly("127.0.1.1:15600 x100+y100+z60");
        assertThat(counters.runsSent).isEqualTo(1);
        assertThat(counters.datagramsSent).isEqualTo(3);
    }

    @Test
    void aLargerDatagramOrAnotherRouteBeginsAnotherRun() {
        send(A, 'x', 100);
        send(A, 'y', 120);
        send(B, 'z', 120);
        sender.flush();
        assertThat(socket.calls)
                .containsExactly("127.0.1.1:15600 x100", "127.0.1.1:15600 y120", "127.0.2.1:15600 z120");
    }

    @Test
    void theTokenIsABarrier() {
        send(A, 'x', 100);
        send(A, 'y', 100);
        send(TOKEN, 't', 40);
        send(A, 'z', 100);
        sender.flush();
        assertThat(socket.calls)
                .containsExactly("127.0.1.1:15600 x100+y100", "127.0.2.1:15601 t40", "127.0.1.1:15600 z100");
    }

    @Test
    void aRunEndsAtItsLongestLengthAndBeforeItOutgrowsADatagram() {
        for (int i = 0; i < 45; i++) {
            send(A, 'x', 10);
        }
        sender.flush();
        assertThat(socket.calls).hasSize(3);
        socket.calls.clear();
        for (int i = 0; i < 10; i++) {
            send(A, 'x', 9000);
        }
        sender.flush();
        assertThat(socket.calls).containsExactly(run(7), run(3));
    }

    private static String run(int count) {
        return "127.0.1.1:15600 " + String.join("+", java.util.Collections.nCopies(count, "x9000"));
    }

    @Test
    void aRouteThatRefusesARunGetsItsDatagramsSinglyFromThenOn() {
        int emsgsize = 90;
        socket.refusal = emsgsize;
        send(A, 'x', 100);
        send(A, 'y', 100);
        send(A, 'z', 50);
        send(A, 'u', 100);
        send(A, 'v', 100);
        assertThat(socket.calls)
                .containsExactly(
                        "refused",
                        "127.0.1.1:15600 x100",
                        "127.0.1.1:15600 y100",
                        "127.0.1.1:15600 z50",
                        "127.0.1.1:15600 u100",
                        "127.0.1.1:15600 v100");
        assertThat(counters.runFallbacks).isEqualTo(1);
        socket.refusal = 0;
        send(B, 'x', 100);
        send(B, 'y', 100);
        sender.flush();
        assertThat(socket.calls).as("another route keeps its runs").endsWith("127.0.2.1:15600 x100+y100");
    }

    @Test
    void withoutTheSystemsHelpEachDatagramGoesAtOnce() {
        socket.segments = false;
        DatagramSender plain = new DatagramSender(
                socket, TWO.daemons().get(0).address(), counters, 20, SealedChannel.unsealed(counters));
        for (String each : ImmutableList.of("x", "y")) {
            ByteBuf datagram = Unpooled.directBuffer(1).writeByte(each.charAt(0));
            plain.send(A, datagram);
            datagram.release();
        }
        assertThat(socket.calls).containsExactly("127.0.1.1:15600 x1", "127.0.1.1:15600 y1");
        plain.close();
    }

    @Test
    void emptyAndOversizedDatagramsHarmNothing() {
        send(A, 'x', 100);
        send(A, 'e', 0);
        send(A, 'b', 66_000);
        send(A, 'y', 100);
        sender.flush();
        assertThat(socket.calls).startsWith("127.0.1.1:15600 x100").endsWith("127.0.1.1:15600 y100");
        assertThat(counters.sendFailures).isEqualTo(1);
    }
}
