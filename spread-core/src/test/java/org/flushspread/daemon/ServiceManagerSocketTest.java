package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A service manager is told what sd_notify(3) says. */
@Timeout(60)
class ServiceManagerSocketTest {
    @TempDir
    Path directory;

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private EventLoopGroup group;
    private Channel manager;

    @BeforeEach
    void listen() {
        assumeTrue(Epoll.isAvailable(), "skipped: unix datagram sockets need epoll");
        group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        manager = new Bootstrap()
                .group(group)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket packet) {
                        told.add(packet.content().toString(StandardCharsets.UTF_8));
                    }
                })
                .bind(new DomainSocketAddress(directory.resolve("notify").toString()))
                .syncUninterruptibly()
                .channel();
    }

    @AfterEach
    void end() {
        if (group != null) {
            manager.close().syncUninterruptibly();
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    private Map<String, String> environment(String... more) {
        Map<String, String> environment = new java.util.HashMap<>(
                Map.of("NOTIFY_SOCKET", directory.resolve("notify").toString()));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return environment;
    }

    @Test
    void readyAndStoppingAreTold() throws Exception {
        try (ServiceManagerSocket socket =
                ServiceManagerSocket.open(environment(), group.next()).orElseThrow()) {
            socket.ready("serving");
            assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("READY=1\nSTATUS=serving");
            socket.status("alone");
            assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("STATUS=alone");
            socket.stopping();
            assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("STOPPING=1");
        }
    }

    @Test
    void signsOfLifeComeWhileTheLoopTurns() throws Exception {
        try (ServiceManagerSocket socket = ServiceManagerSocket.open(
                        environment("WATCHDOG_USEC", "40000"), group.next())
                .orElseThrow()) {
            assertThat(socket).isNotNull();
            for (int i = 0; i < 3; i++) {
                assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("WATCHDOG=1");
            }
        }
    }

    @Test
    void theWatchdogOfAnotherProcessIsNotOurs() {
        String me = Long.toString(ProcessHandle.current().pid());
        assertThat(ServiceManagerSocket.watchdog(Map.of("WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "1")))
                .isEmpty();
        assertThat(ServiceManagerSocket.watchdog(Map.of("WATCHDOG_USEC", "30000000", "WATCHDOG_PID", me)))
                .contains(Duration.ofSeconds(30));
        assertThat(ServiceManagerSocket.watchdog(Map.of("WATCHDOG_USEC", "soon")))
                .isEmpty();
        assertThat(ServiceManagerSocket.watchdog(Map.of())).isEmpty();
    }

    @Test
    void withoutAServiceManagerNothingIsTold() {
        assertThat(ServiceManagerSocket.open(Map.of(), group.next())).isEqualTo(Optional.empty());
    }

    @Test
    void aServiceManagerThatIsGoneHarmsNothing() throws Exception {
        try (ServiceManagerSocket socket =
                ServiceManagerSocket.open(environment(), group.next()).orElseThrow()) {
            manager.close().syncUninterruptibly();
            socket.ready("serving");
            socket.stopping();
        }
        assertThat(ServiceManagerSocket.open(environment(), group.next())).isEmpty();
    }
}
