package org.flushspread.wire;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The recorded packets of spmonitor and the daemons' answers. */
class MonitorVectorsTest {
    private static final Path VECTORS = Path.of("../spec/vectors/monitor");
    private static final int BETA = 0x0a630102;
    private static final int PORT = 14950;

    @Test
    void statusRepliesDecodeToTheirFieldsAndEncodeToTheirBytes() throws IOException {
        List<JsonNode> replies = records("01_status.json", 136);
        replies.addAll(records("03_flow_control.json", 136));
        assertThat(replies).isNotEmpty();
        for (JsonNode each : replies) {
            ByteBuf in = bytes(each);
            StatusReply reply = requireNonNull(StatusReply.read(in, 0, in.readableBytes()));
            JsonNode status = each.at("/decoded/status");
            assertThat(reply.seconds()).isEqualTo(status.path("sec").asInt());
            assertThat(reply.tokenHurries())
                    .isEqualTo(status.path("token_hurry").asInt());
            assertThat(reply.tokenRounds())
                    .isEqualTo(status.path("token_rounds").asInt());
            assertThat(reply.members()).isEqualTo(status.path("num_procs").asInt());
            assertThat(reply.window()).isEqualTo(status.path("window").asInt());
            assertThat(reply.acceleratedWindow())
                    .isEqualTo(status.path("accelerated_window").asInt());
            assertThat(reply.majorVersion())
                    .isEqualTo(status.path("major_version").asInt());
            assertThat(reply.patchVersion())
                    .isEqualTo(status.path("patch_version").asInt());
            ByteBuf out = Unpooled.buffer();
            reply.write(out);
            assertThat(ByteBufUtil.hexDump(out)).isEqualTo(ByteBufUtil.hexDump(in));
        }
    }

    @Test
    void aStatusReplyOfAnotherLengthOrTypeIsNone() {
        ByteBuf zeros = Unpooled.buffer().writeZero(StatusReply.LENGTH);
        assertThat(StatusReply.read(zeros, 0, StatusReply.LENGTH)).isNull();
        assertThat(StatusReply.read(zeros, 0, StatusReply.LENGTH - 1)).isNull();
    }

    @Test
    void requestsAreWrittenAsSpmonitorWritesThem() throws IOException {
        ByteBuf status = Unpooled.buffer();
        MonitorPackets.writeStatus(status, MonitorOrigin.spread4(BETA), PORT);
        assertThat(ByteBufUtil.hexDump(status)).isEqualTo(hex("01_status.json", 40, 0));

        ByteBuf reload = Unpooled.buffer();
        MonitorPackets.writeReload(reload, MonitorOrigin.spread4(BETA), PORT);
        assertThat(ByteBufUtil.hexDump(reload)).isEqualTo(hex("04_reload.json", 40, 0));

        ByteBuf partition = Unpooled.buffer();
        MonitorPackets.writePartition(partition, MonitorOrigin.spread4(BETA), PORT, new short[] {0, 0, 1});
        assertThat(ByteBufUtil.hexDump(partition)).isEqualTo(hex("02_partition_and_cancel.json", 296, 0));

        ByteBuf kill = Unpooled.buffer();
        MonitorPackets.writePartition(kill, MonitorOrigin.spread4(BETA), PORT, new short[] {0, 0, MonitorPackets.EXIT});
        assertThat(ByteBufUtil.hexDump(kill)).isEqualTo(hex("05_kill.json", 296, 0));

        ByteBuf flow = Unpooled.buffer();
        MonitorPackets.writeFlowControl(
                flow, MonitorOrigin.spread4(BETA), PORT, new short[] {30, 25, -1, 100}, new short[] {10, 12, -1, -1});
        blankUnusedEntry(flow);
        ByteBuf recorded = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex("03_flow_control.json", 552, 0)));
        blankUnusedEntry(recorded);
        assertThat(MonitorPackets.window(recorded, 0, 0, true)).isEqualTo(30);
        assertThat(MonitorPackets.acceleratedWindow(recorded, 0, 1, true)).isEqualTo(12);
        assertThat(MonitorPackets.window(recorded, 0, 3, true)).isEqualTo(100);
        assertThat(flow.slice(0, 40 + 16)).isEqualTo(recorded.slice(0, 40 + 16));
    }

    /** The second half of the entry behind the last daemon has no meaning. */
    private static void blankUnusedEntry(ByteBuf flow) {
        flow.setZero(PacketHeader.LENGTH + 4 * 3 + 2, 2);
    }

    private static String hex(String file, int length, int index) throws IOException {
        return records(file, length).get(index).path("hex").asText();
    }

    private static ByteBuf bytes(JsonNode record) {
        return Unpooled.wrappedBuffer(
                ByteBufUtil.decodeHexDump(record.path("hex").asText()));
    }

    private static List<JsonNode> records(String file, int length) throws IOException {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode each :
                new ObjectMapper().readTree(VECTORS.resolve(file).toFile()).path("records")) {
            if (each.path("length").asInt() == length) {
                found.add(each);
            }
        }
        return found;
    }
}
