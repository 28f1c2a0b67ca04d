package org.flushspread;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.flushspread.config.Configuration;
import org.flushspread.config.ConfigurationReading;
import org.flushspread.config.HostResolver;
import org.flushspread.config.RingVersion;

/** Recorded traffic of daemons of C Spread 5.0.1 (spec/vectors/ring5). */
public record Ring5Recordings(String file, Configuration configuration, List<Frame> frames) {
    private static final String LAN = "Spread_Segment 10.34.0.255:5410 { d1 10.34.0.1  d2 10.34.0.2  d3 10.34.0.3 }";
    /** Recorded with the timers of one network, which no packet tells. */
    private static final String TWO =
            "WideAreaNetwork = no Spread_Segment 10.34.0.255:5412 { d1 10.34.0.1 } Spread_Segment 10.34.0.255:5414 { d2 10.34.0.2 VirtualID = 7 }";

    private static final String IPV6 = "Spread_Segment [ff02::34:5]:5416 { d1 fd34::1 d2 fd34::2 d3 fd34::3 }";

    /**
     * A datagram.
     *
     * @param from where it came from, as text
     * @param to where it went, as text
     */
    public record Frame(String from, String to, int port, byte[] bytes, JsonNode decoded) {}

    /** All eight of them. */
    public static List<Ring5Recordings> all() {
        return List.of(
                of("01_form_lan3", LAN),
                of("02_messages_lan3", LAN),
                of("03_partition_lan3", LAN),
                of("04_merge_lan3", LAN),
                of("05_kill_restart_lan3", LAN),
                of("06_two_segments", TWO),
                of("07_ipv6_form_messages", IPV6),
                of("08_ipv6_partition_merge", IPV6));
    }

    private static Ring5Recordings of(String name, String configuration) {
        List<Frame> frames = new ArrayList<>();
        Path path = Path.of("..", "spec", "vectors", "ring5", name + ".json");
        try {
            for (JsonNode each : new ObjectMapper().readTree(path.toFile()).path("records")) {
                String to = each.path("dst").asText();
                frames.add(new Frame(
                        address(each.path("src").asText()),
                        address(to),
                        Integer.parseInt(to.substring(to.lastIndexOf(':') + 1)),
                        HexFormat.of().parseHex(each.path("hex").asText()),
                        each.path("decoded")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Ring5Recordings(
                name,
                ConfigurationReading.parse(
                                configuration, name, HostResolver.LOCALHOST_ONLY, Optional.of(RingVersion.SPREAD5))
                        .configuration(),
                frames);
    }

    private static String address(String socket) {
        return socket.substring(0, socket.lastIndexOf(':')).replaceAll("[\\[\\]]", "");
    }

    @Override
    public String toString() {
        return file;
    }
}
