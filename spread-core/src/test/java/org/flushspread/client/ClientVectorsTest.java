package org.flushspread.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.flushspread.wire.ServiceType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What C daemons and C clients were seen to send: decoded to the recorded fields, and encoded to the recorded bytes. */
class ClientVectorsTest {
    private static final HexFormat HEX = HexFormat.of();

    record Vector(String file, JsonNode step) {
        @Override
        public String toString() {
            return file + " step " + step.get("step");
        }
    }

    static Stream<Vector> fromDaemon() throws IOException {
        return messages("D>C");
    }

    static Stream<Vector> fromClient() throws IOException {
        return messages("C>D");
    }

    private static Stream<Vector> messages(String direction) throws IOException {
        List<Vector> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("../spec/vectors/client"))) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                if (!file.toString().endsWith(".json")) {
                    continue;
                }
                for (JsonNode step : new ObjectMapper().readTree(file.toFile()).path("steps")) {
                    if (step.path("kind").asText().equals("message")
                            && step.path("dir").asText().equals(direction)) {
                        found.add(new Vector(file.getFileName().toString(), step));
                    }
                }
            }
        }
        assertThat(found).hasSizeGreaterThan(50);
        return found.stream();
    }

    @ParameterizedTest
    @MethodSource("fromDaemon")
    void messagesOfTheDaemonDecodeToTheRecordedFields(Vector vector) throws IOException {
        byte[] bytes = HEX.parseHex(vector.step().get("hex").asText());
        JsonNode fields = vector.step().get("fields");
        MessageReader reader = new MessageReader(new BytesLink(bytes));
        reader.begin("#nobody#d1");
        while (!reader.hasMessage()) {
            assertThat(reader.fill()).as("bytes that were expected").isPositive();
        }
        SpreadEvent event = reader.message().event();
        int type = (int) Long.parseLong(fields.get("type").asText().substring(2), 16) & 0x7fffff7f;
        if (event instanceof DataMessage data) {
            assertThat(data.serviceType()).isEqualTo(type);
            assertThat(data.sender()).isEqualTo(name(fields.get("private_group_name")));
            assertThat(data.groups()).isEqualTo(names(fields.get("groups")));
            assertThat(data.type()).isEqualTo((short) fields.get("mess_type").asInt());
            if (fields.has("data_hex")) {
                assertThat(HEX.formatHex(data.bytes())).startsWith(hexPrefix(fields.get("data_hex")));
            }
            assertThat(data.length()).isEqualTo(fields.get("data_len").asInt());
        } else if (event instanceof View view) {
            assertThat(view.serviceType()).isEqualTo(type);
            assertThat(view.group()).isEqualTo(name(fields.get("private_group_name")));
            assertThat(view.members()).isEqualTo(names(fields.get("groups")));
            assertThat(type & ServiceType.MEMBERSHIP_MESS)
                    .isEqualTo(0x1000 | 0x100 << view.cause().ordinal());
            JsonNode body = fields.get("membership_body");
            JsonNode id = body.get("group_id");
            assertThat("0x%08x".formatted(view.id().membershipId().procId()))
                    .isEqualTo(id.get("memb_proc_id").asText());
            assertThat(view.id().membershipId().time())
                    .isEqualTo(id.get("memb_time").asInt());
            assertThat(view.id().index()).isEqualTo(id.get("index").asInt());
            assertThat(view.vsSets()).hasSize(body.get("num_vs_sets").asInt());
            for (int i = 0; i < view.vsSets().size(); i++) {
                JsonNode set = body.get("vs_sets").get(i);
                assertThat(view.vsSets().get(i)).isEqualTo(names(set.get("members")));
                assertThat(i == view.mySetIndex())
                        .isEqualTo(set.get("byte_offset").asInt()
                                == body.get("local_vs_set_offset").asInt());
            }
        } else if (event instanceof Transition transition) {
            assertThat(transition.serviceType()).isEqualTo(0x2000).isEqualTo(type);
            assertThat(transition.group()).isEqualTo(name(fields.get("private_group_name")));
        } else if (event instanceof SelfLeave leave) {
            assertThat(leave.serviceType()).isEqualTo(0x200).isEqualTo(type);
            assertThat(leave.group()).isEqualTo(name(fields.get("private_group_name")));
        } else if (event instanceof Reject reject) {
            assertThat(type & ServiceType.REJECT_MESS).isNotZero();
            assertThat(reject.groups()).isEqualTo(names(fields.get("groups")));
            assertThat(reject.groups()).last().isEqualTo(reject.sender());
            assertThat(reject.serviceType() & ServiceType.REJECT_MESS).isNotZero();
        }
        reader.consume();
        assertThat(reader.buffered()).isZero();
    }

    @ParameterizedTest
    @MethodSource("fromClient")
    void messagesOfTheLittleEndianClientEncodeToTheRecordedBytes(Vector vector) throws IOException {
        byte[] bytes = HEX.parseHex(vector.step().get("hex").asText());
        JsonNode fields = vector.step().get("fields");
        if (fields.get("header_endian").asText().equals("big")) {
            return;
        }
        int type = (int) Long.parseLong(fields.get("type").asText().substring(2), 16) & 0x7fffff7f;
        List<String> groups = names(fields.get("groups"));
        int dataLength = fields.get("data_len").asInt();
        BytesLink link = new BytesLink(new byte[0]);
        MessageWriter writer = new MessageWriter(link);
        writer.begin(name(fields.get("private_group_name")));
        boolean sent = writer.send(
                type,
                (short) fields.get("mess_type").asInt(),
                false,
                null,
                groups.toArray(new String[0]),
                groups.size(),
                Outgoing.of(ByteBuffer.wrap(bytes, bytes.length - dataLength, dataLength)),
                Deadline.NEVER);
        assertThat(sent).isTrue();
        clearBehindNul(bytes, 4);
        for (int i = 0; i < groups.size(); i++) {
            clearBehindNul(bytes, 48 + 32 * i);
        }
        assertThat(HEX.formatHex(link.written())).isEqualTo(HEX.formatHex(bytes));
    }

    private static void clearBehindNul(byte[] bytes, int slot) {
        boolean behind = false;
        for (int i = slot; i < slot + 32; i++) {
            behind |= bytes[i] == 0;
            if (behind) {
                bytes[i] = 0;
            }
        }
    }

    private static String hexPrefix(JsonNode hex) {
        String text = hex.asText();
        int cut = text.indexOf('.');
        return cut < 0 ? text : text.substring(0, cut);
    }

    private static List<String> names(JsonNode array) {
        List<String> names = new ArrayList<>();
        array.forEach(each -> names.add(name(each)));
        return names;
    }

    private static String name(JsonNode node) {
        JsonNode text = node.isObject() ? node.get("text") : node;
        return new String(text.asText().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.ISO_8859_1);
    }
}
