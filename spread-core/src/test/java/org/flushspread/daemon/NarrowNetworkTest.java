package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.flushspread.JavaProgram;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.flushspread.daemon.net.NetworkAddresses;
import org.flushspread.kernel.base.Route;
import org.flushspread.kernel.base.Routes;
import org.flushspread.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** Runs over a path whose MTU is too small for them, in a network namespace of its own (needs root and the ip command). */
class NarrowNetworkTest {
    @Test
    void datagramsOverAPathWithASmallMtuArriveSingly() throws IOException, InterruptedException {
        assumeTrue(Sockets.best() == Sockets.EPOLL, "needs epoll");
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root to make a network namespace");
        String script = "ip link set lo up mtu 1400 && exec "
                + JavaProgram.OF_TESTS.shellCommand(Program.class.getName(), "-Xmx64m");
        File output = File.createTempFile("narrow", ".txt");
        Process process = new ProcessBuilder("unshare", "--net", "sh", "-c", script)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(output.toPath(), StandardCharsets.UTF_8);
        assumeTrue(!said.contains("unshare failed") && !said.contains("ip: not found"), said);
        assertThat(said).contains("received 20 fallbacks 1 failures 0");
        assertThat(output.delete()).isTrue();
    }

    /** Sends 20 packets of 1472 bytes over loopback and tells what became of them. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) throws IOException {
            Configuration configuration = Configuration.parse(
                    "Spread_Segment 127.0.0.255:15602 { a 127.0.0.1 { 127.0.0.1 } }",
                    "test",
                    HostResolver.LOCALHOST_ONLY);
            Route route = new Routes(configuration).data(configuration.daemons().get(0));
            ShellCounters counters = new ShellCounters();
            try (UdpSocket to = Sockets.EPOLL.udp(false);
                    ReceiveBuffer buffer = new ReceiveBuffer()) {
                to.receiveBuffer(1 << 20);
                to.coalesce();
                to.bind(NetworkAddresses.address(IpAddress.ipv4(0x7f000001), 15602));
                DatagramSender sender = new DatagramSender(
                        Sockets.EPOLL.udp(false),
                        IpAddress.ipv4(0x7f000001),
                        counters,
                        20,
                        SealedChannel.unsealed(counters));
                ByteBuf packet = Unpooled.directBuffer(1472).writeZero(1472);
                for (int i = 0; i < 20; i++) {
                    sender.send(route, packet);
                }
                sender.flush();
                packet.release();
                int received = 0;
                // The system delivers on its own time.
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
                for (int length = to.receive(buffer);
                        length != UdpSocket.NOTHING || (received < 20 && System.nanoTime() - end < 0);
                        length = to.receive(buffer)) {
                    received += length / 1472;
                }
                sender.close();
                System.out.println("received " + received + " fallbacks " + counters.runFallbacks + " failures "
                        + counters.sendFailures);
            }
        }
    }
}
