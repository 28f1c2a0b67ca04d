package org.flushspread.examples.web;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.flushspread.JavaProgram;
import org.flushspread.Wait;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.HostResolver;
import org.flushspread.daemon.SpreadMain;
import org.flushspread.daemon.TestPorts;
import org.flushspread.wire.MonitorOrigin;
import org.flushspread.wire.MonitorPackets;

/** Daemons d1 and d2 as processes, which can be parted, killed and started again. */
final class ChatRing implements AutoCloseable {
    private final int port = TestPorts.free();
    private final Path directory;
    private final Path file;
    private final Configuration configuration;
    private final Map<String, Process> running = new HashMap<>();

    ChatRing(Path directory) throws IOException {
        this.directory = directory;
        String text = """
                TokenTimeout = 2000
                HurryTimeout = 100
                AliveTimeout = 50
                JoinTimeout = 50
                RepTimeout = 125
                SegTimeout = 100
                GatherTimeout = 250
                FormTimeout = 1000
                LookupTimeout = 1000
                DangerousMonitor = true
                DaemonUser = root
                DaemonGroup = root
                """
                + "RuntimeDir = " + directory + "\n"
                + "Spread_Segment 127.0.1.255:" + port + " { d1 127.0.1.1 { 127.0.1.1 } }\n"
                + "Spread_Segment 127.0.2.255:" + port + " { d2 127.0.2.1 { 127.0.2.1 } }\n";
        file = Files.writeString(directory.resolve("spread.conf"), text);
        configuration = Configuration.parse(text, "test", HostResolver.LOCALHOST_ONLY);
    }

    /** What clients of a daemon connect to. */
    String address(String name) {
        return port + "@" + (name.equals("d1") ? "127.0.1.1" : "127.0.2.1");
    }

    void start(String name) throws IOException {
        List<String> command = new ArrayList<>(JavaProgram.SHIPPED.command(SpreadMain.class.getName(), "-Xmx96m"));
        command.addAll(List.of("-c", file.toString(), "-n", name));
        running.put(
                name,
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                directory.resolve(name + ".log").toFile()))
                        .start());
    }

    void kill(String name) {
        Process victim = running.remove(name);
        victim.destroyForcibly();
        victim.onExit().orTimeout(Wait.LONGEST.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Puts d1 and d2 into these parts. */
    void part(int first, int second) throws IOException {
        try (DatagramSocket monitor = new DatagramSocket()) {
            for (Daemon each : configuration.daemons()) {
                ByteBuf out = Unpooled.buffer();
                MonitorPackets.writePartition(
                        out, MonitorOrigin.spread4(each.id()), monitor.getLocalPort(), new short[] {
                            (short) first, (short) second
                        });
                monitor.send(new DatagramPacket(
                        out.array(),
                        out.readableBytes(),
                        InetAddress.getByName(each.address().toString()),
                        each.port()));
            }
        }
    }

    @Override
    public void close() {
        for (String each : List.copyOf(running.keySet())) {
            kill(each);
        }
    }
}
