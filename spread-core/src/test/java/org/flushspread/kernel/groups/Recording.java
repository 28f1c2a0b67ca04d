package org.flushspread.kernel.groups;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Traffic recorded from C daemons ({@code spec/vectors/groups}). */
public final class Recording {
    public static final List<String> FILES = List.of(
            "join_leave_kill_2daemons",
            "split_merge_2daemons",
            "split_merge_3daemons",
            "transitional_join_leave_3daemons",
            "cascade_3daemons",
            "large_groups_state_2daemons");

    /** A message seen on the ring: the daemon that sent it, the time part of its ring's id, its whole image. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Sent(String daemon, int ringTime, byte[] image) {}

    /** False for the recording of a large state: it has no packets in full, and of one client only what came last. */
    public static boolean isWhole(String name) {
        return !name.startsWith("large");
    }

    private final JsonNode root;

    public Recording(String name) {
        try {
            root = new ObjectMapper()
                    .readTree(Path.of("..", "spec", "vectors", "groups", name + ".json")
                            .toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By private group: the messages a client received, in order. */
    public Map<String, List<byte[]>> clients() {
        Map<String, List<byte[]>> all = new LinkedHashMap<>();
        root.get("clients").properties().forEach(client -> {
            List<byte[]> images = new ArrayList<>();
            for (JsonNode each : client.getValue()) {
                if (each.has("header_hex")) {
                    images.add(HexFormat.of()
                            .parseHex(each.get("header_hex").asText()
                                    + each.path("body_hex").asText()));
                }
            }
            all.put(client.getKey(), images);
        });
        return all;
    }

    /** Whole messages of the ring in the order of their sequence numbers; those of which only a digest was kept are left out. */
    public List<Sent> sent() {
        List<Sent> all = new ArrayList<>();
        for (JsonNode packet : root.get("daemon_packets")) {
            if (!packet.has("udp_payload_hex")
                    || packet.at("/header/fragment_index").asInt() != -1) {
                continue;
            }
            byte[] bytes = HexFormat.of().parseHex(packet.get("udp_payload_hex").asText());
            int at = 36;
            for (JsonNode fragment : packet.get("fragments")) {
                int length = fragment.get("len").asInt();
                byte[] image = new byte[length];
                System.arraycopy(bytes, at + 4, image, 0, length);
                at += 4 + length;
                all.add(new Sent(
                        packet.at("/header/proc_id").asText(),
                        packet.at("/header/memb_id/time").asInt(),
                        image));
            }
        }
        return all;
    }

    /** SHA-256 of messages whose bytes were not kept, in the order seen. */
    public List<String> digests() {
        List<String> all = new ArrayList<>();
        for (JsonNode packet : root.get("daemon_packets")) {
            for (JsonNode message : packet.get("messages")) {
                if (message.has("sha256")) {
                    all.add(message.get("sha256").asText());
                }
            }
        }
        return all;
    }
}
