package org.flushspread.kernel.ring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A file of recorded ring traffic (spec/vectors/ring). */
final class Recording {
    static final Path FOLDER = Path.of("..", "spec", "vectors", "ring");

    private final List<JsonNode> records = new ArrayList<>();

    private Recording(JsonNode file) {
        file.get("records").forEach(records::add);
    }

    static Recording of(String name) {
        try {
            return new Recording(
                    new ObjectMapper().readTree(FOLDER.resolve(name + ".json").toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<JsonNode> records() {
        return records;
    }

    JsonNode record(int frame) {
        return records.stream()
                .filter(each -> each.get("frame").asInt() == frame)
                .findFirst()
                .orElseThrow();
    }

    /** The bytes of a record, only its header where the payload was left out. */
    static ByteBuf bytes(JsonNode entry) {
        return hex(entry.has("hex") ? entry.get("hex") : entry.get("header_hex"));
    }

    static ByteBuf hex(JsonNode text) {
        return Unpooled.wrappedBuffer(HexFormat.of().parseHex(text.asText()));
    }

    static boolean isToken(JsonNode entry) {
        return entry.get("decoded").get("kind").asText().equals("token");
    }
}
