package org.flushspread.wire;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every recorded membership packet decodes to the fields it was recorded with, and those encode to the same bytes. */
class MembershipVectorsTest {
    private static final Path VECTORS = Path.of("../spec/vectors/membership");

    @TestFactory
    Stream<DynamicTest> recordedPacketsDecodeToTheirFieldsAndEncodeToTheirBytes() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> files = Files.list(VECTORS)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
                JsonNode samples = new ObjectMapper().readTree(file.toFile()).path("samples");
                for (JsonNode sample : samples) {
                    String kind = sample.path("decoded").path("kind").asText();
                    if (List.of("ALIVE", "JOIN", "REFER", "FORM1", "FORM2").contains(kind)) {
                        String name = file.getFileName() + " sample "
                                + sample.path("sample").asText() + " " + kind;
                        tests.add(DynamicTest.dynamicTest(name, () -> check(kind, sample)));
                    }
                }
            }
        }
        assertThat(tests).hasSizeGreaterThan(50);
        return tests.stream();
    }

    private static void check(String kind, JsonNode sample) {
        ByteBuf in = Unpooled.wrappedBuffer(
                ByteBufUtil.decodeHexDump(sample.path("hex").asText()));
        JsonNode decoded = sample.path("decoded");
        switch (kind) {
            case "ALIVE" -> alive(in, decoded);
            case "JOIN" -> join(in, decoded);
            case "REFER" -> refer(in, decoded);
            case "FORM1" -> form1(in, decoded);
            default -> form2(in, decoded);
        }
    }

    private static void alive(ByteBuf in, JsonNode decoded) {
        Alive alive = requireNonNull(Alive.read(in, 0, in.readableBytes()));
        assertThat(alive.procId()).isEqualTo(address(decoded.at("/packet_header/proc_id")));
        assertThat(alive.members()).isEqualTo(addresses(decoded.at("/members_info/members")));
        ByteBuf out = Unpooled.buffer();
        alive.write(out, hash(decoded.path("packet_header")));
        same(out, in, decoded.path("packet_header"));
    }

    private static void join(ByteBuf in, JsonNode decoded) {
        Join join = requireNonNull(Join.read(in, 0, in.readableBytes()));
        assertThat(join.members()).isEqualTo(addresses(decoded.at("/members_info/members")));
        assertThat(join.reps()).isEqualTo(reps(decoded.path("reps_info")));
        assertThat(join.sender().procId()).isEqualTo(join.procId());
        ByteBuf out = Unpooled.buffer();
        join.write(out, hash(decoded.path("packet_header")));
        int repIndex = PacketHeader.LENGTH + 4 + 4 * join.members().size() + 2;
        blank(in, repIndex, 2);
        same(out, in, decoded.path("packet_header"));
    }

    private static void refer(ByteBuf in, JsonNode decoded) {
        Refer refer = requireNonNull(Refer.read(in, 0, in.readableBytes()));
        assertThat(refer.representative()).isEqualTo(address(decoded.at("/meaning/referred_rep")));
        assertThat(refer.type().name())
                .isEqualTo(decoded.at("/meaning/rep_type").asText());
        ByteBuf out = Unpooled.buffer();
        refer.write(out, hash(decoded.path("packet_header")));
        blank(in, PacketHeader.SEQUENCE, 8);
        same(out, in, decoded.path("packet_header"));
    }

    private static void form1(ByteBuf in, JsonNode decoded) {
        JsonNode header = decoded.path("token_header");
        Form1 form = requireNonNull(Form1.read(in, 0, in.readableBytes()));
        assertThat(form.transmitter()).isEqualTo(address(header.path("transmiter_id")));
        assertThat(form.id()).isEqualTo(id(header.path("memb_id")));
        assertThat(form.fence()).isEqualTo(header.path("seq").asInt());
        assertThat(form.visited()).isEqualTo(addresses(decoded.at("/members_info/members")));
        assertThat(form.pending()).isEqualTo(addresses(decoded.at("/members_info/pending")));
        assertThat(form.reps()).isEqualTo(reps(decoded.path("reps_info")));
        assertThat(form.repIndex()).isEqualTo(decoded.at("/reps_info/rep_index").asInt());
        assertThat(form.rings()).isEqualTo(rings(decoded));
        assertThat(form.length()).isEqualTo(in.readableBytes());
        ByteBuf out = Unpooled.buffer();
        form.write(out, hash(header));
        assertThat(Form1.read(out, 0, out.readableBytes())).isEqualTo(form);
        int members = TokenHeader.LENGTH;
        int used = form.visited().size() + form.pending().size();
        blank(in, members + 4 + 4 * used, 4 * (MembersInfo.SLOTS - used));
        int reps = members + MembersInfo.FIXED_LENGTH;
        blank(
                in,
                reps + 4 + 8 * form.reps().size(),
                8 * (RepsInfo.SLOTS - form.reps().size()));
        sameToken(out, in, header);
    }

    private static void form2(ByteBuf in, JsonNode decoded) {
        JsonNode header = decoded.path("token_header");
        Form2 form = requireNonNull(Form2.read(in, 0, in.readableBytes()));
        assertThat(form.transmitter()).isEqualTo(address(header.path("transmiter_id")));
        assertThat(form.id()).isEqualTo(id(header.path("memb_id")));
        assertThat(form.fence()).isEqualTo(header.path("seq").asInt());
        assertThat(form.visited()).isEqualTo(addresses(decoded.at("/members_info/members")));
        assertThat(form.pending()).isEqualTo(addresses(decoded.at("/members_info/pending")));
        if (!form.visited().isEmpty()) {
            assertThat(form.newId()).isEqualTo(id(decoded.path("new_memb_id")));
        }
        assertThat(form.rings()).isEqualTo(rings(decoded));
        ByteBuf out = Unpooled.buffer();
        form.write(out, hash(header));
        assertThat(Form2.read(out, 0, out.readableBytes())).isEqualTo(form);
        int members = TokenHeader.LENGTH;
        int used = form.visited().size() + form.pending().size();
        blank(in, members + 4 + 4 * used, 4 * (MembersInfo.SLOTS - used));
        sameToken(out, in, header);
    }

    /** A peer of the other byte order is only read: we write little-endian. */
    private static void same(ByteBuf out, ByteBuf in, JsonNode header) {
        if (header.path("endian").asText().equals("little")) {
            blank(in, PacketHeader.MEMBERSHIP_ID, isRefer(in) ? 0 : 8);
            blank(in, PacketHeader.DATA_LENGTH + 2, 6);
            assertThat(ByteBufUtil.hexDump(out)).isEqualTo(ByteBufUtil.hexDump(in));
        }
    }

    private static boolean isRefer(ByteBuf in) {
        return (PacketHeader.type(in, 0, true) & PacketType.REFER) != 0;
    }

    private static void sameToken(ByteBuf out, ByteBuf in, JsonNode header) {
        if (header.path("endian").asText().equals("little")) {
            assertThat(ByteBufUtil.hexDump(out)).isEqualTo(ByteBufUtil.hexDump(in));
        }
    }

    private static void blank(ByteBuf bytes, int at, int length) {
        bytes.setZero(at, length);
    }

    private static List<RingInfo> rings(JsonNode decoded) {
        List<RingInfo> rings = new ArrayList<>();
        for (JsonNode ring : decoded.at("/rings_info/rings")) {
            List<Integer> procs = new ArrayList<>(addresses(ring.path("trans_members")));
            procs.addAll(addresses(ring.path("commit_rest")));
            List<Integer> holes = new ArrayList<>();
            ring.path("holes").forEach(hole -> holes.add(hole.asInt()));
            rings.add(new RingInfo(
                    id(ring.path("memb_id")),
                    ring.path("trans_time").asInt(),
                    ring.path("aru").asInt(),
                    ring.path("highest_seq").asInt(),
                    holes,
                    ring.path("num_trans").asInt(),
                    procs));
        }
        return rings;
    }

    private static List<Representative> reps(JsonNode info) {
        List<Representative> reps = new ArrayList<>();
        for (JsonNode rep : info.path("reps")) {
            Representative.Type type = Representative.Type.of(
                    Integer.parseInt(rep.path("type").asText().substring(0, 1)));
            reps.add(new Representative(
                    address(rep.path("proc_id")),
                    requireNonNull(type),
                    rep.path("seg_index").asInt()));
        }
        return reps;
    }

    private static int hash(JsonNode header) {
        return Integer.parseUnsignedInt(header.path("conf_hash").asText().substring(2), 16);
    }

    private static MembershipId id(JsonNode id) {
        return new MembershipId(address(id.path("proc_id")), id.path("time").asInt());
    }

    private static List<Integer> addresses(JsonNode list) {
        List<Integer> ids = new ArrayList<>();
        list.forEach(each -> ids.add(address(each)));
        return ids;
    }

    private static int address(JsonNode dotted) {
        try {
            return Addresses.of(java.net.InetAddress.getByName(dotted.asText()).getAddress());
        } catch (java.net.UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }
}
