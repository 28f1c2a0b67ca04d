package org.flushspread.kernel.ring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.wire.Addresses;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recorded datagrams: read field by field, and made again from the same messages. */
class RecordedPacketsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "01_form_to_idle_mc3",
                "02_hurry_and_small_message_mc3",
                "03_singleton_token_to_self",
                "04_packing_mixed_services_mc3",
                "05_fragmentation_mc3",
                "06_tail_packing_reliable_mc3",
                "07_max_packing_mc3",
                "08_loss_unicast_retrans_mc3",
                "09_loss_two_daemons_mc3",
                "10_accelerated_mc3acc",
                "11_accelerated_loss_mc3acc",
                "12_broadcast_segment_bc3",
                "13_two_segments_message",
                "14_two_segments_hurry_routed_up",
                "15_two_segments_loss_unicast",
                "16_two_segments_loss_segment_retrans",
                "17_two_segments_loss_broadcast_retrans",
                "18_wide_area_timers",
                "19_token_loss_recovery_mc3",
                "22_delivery_order_reliable_behind_safe_mc3",
                "23_loopback_three_segments"
            })
    void everyFieldIsReadAsRecorded(String file) {
        for (JsonNode each : Recording.of(file).records()) {
            if (Recording.isToken(each)) {
                assertToken(Recording.bytes(each), each.get("decoded"));
            } else {
                assertPacket(Recording.bytes(each), each.get("decoded"));
            }
        }
    }

    @Test
    void bothByteOrdersAreReadAlike() {
        for (JsonNode each : Recording.of("20_synthetic_big_endian").records()) {
            ByteBuf little = Recording.hex(each.get("little_hex"));
            ByteBuf big = Recording.hex(each.get("big_hex"));
            if (each.get("decoded_little").get("kind").asText().equals("token")) {
                assertToken(little, each.get("decoded_little"));
                assertToken(big, each.get("decoded_big"));
            } else {
                assertPacket(little, each.get("decoded_little"));
                assertPacket(big, each.get("decoded_big"));
            }
        }
    }

    private static void assertPacket(ByteBuf bytes, JsonNode decoded) {
        Datagram.Packet packet = Datagram.Packet.decode(bytes);
        assertThat(packet.little()).isEqualTo(decoded.get("endian").asText().equals("little"));
        assertThat(packet.type())
                .isEqualTo((int) Long.decode(decoded.get("type").asText()).longValue());
        assertThat(Addresses.text(packet.transmitter()))
                .isEqualTo(decoded.get("transmiter_id").asText());
        assertThat(Addresses.text(packet.procId()))
                .isEqualTo(decoded.get("proc_id").asText());
        assertThat(packet.ring()).isEqualTo(ring(decoded));
        assertThat(packet.sequence()).isEqualTo(decoded.get("seq").asInt());
        assertThat(packet.tokenRound()).isEqualTo(decoded.get("token_round").asInt());
        assertThat(packet.hash()).isEqualTo((int) decoded.get("conf_hash").asLong());
        assertThat(packet.dataLength()).isEqualTo(decoded.get("data_len").asInt());
        List<Datagram.Fragment> fragments = new ArrayList<>();
        if (decoded.has("fragments")) {
            for (JsonNode each : decoded.get("fragments")) {
                fragments.add(new Datagram.Fragment(
                        each.get("header_offset_in_datagram").asInt(),
                        each.get("payload_offset_in_datagram").asInt(),
                        each.get("fragment_index").asInt(),
                        each.get("fragment_len").asInt()));
            }
            assertThat(packet.fragments()).isEqualTo(fragments);
            assertThat(Fragments.areValid(bytes, 0, bytes.writerIndex(), packet.little(), false))
                    .isTrue();
        }
    }

    private static void assertToken(ByteBuf bytes, JsonNode decoded) {
        Datagram.TokenFields token = Datagram.TokenFields.decode(bytes);
        assertThat(token.little()).isEqualTo(decoded.get("endian").asText().equals("little"));
        assertThat(token.type())
                .isEqualTo((int) Long.decode(decoded.get("type").asText()).longValue());
        assertThat(token.arq()).isEqualTo(decoded.get("arq").asInt());
        assertThat(token.retrans()).isEqualTo(decoded.get("retrans").asInt());
        assertThat(Addresses.text(token.transmitter()))
                .isEqualTo(decoded.get("transmiter_id").asText());
        assertThat(Addresses.text(token.procId()))
                .isEqualTo(decoded.get("proc_id").asText());
        assertThat(token.ring()).isEqualTo(ring(decoded));
        assertThat(token.sequence()).isEqualTo(decoded.get("seq").asInt());
        assertThat(token.aru()).isEqualTo(decoded.get("aru").asInt());
        assertThat(id(token.aruLastId())).isEqualTo(decoded.get("aru_last_id").asText());
        assertThat(token.flowControl()).isEqualTo(decoded.get("flow_control").asInt());
        assertThat(token.rtrLength()).isEqualTo(decoded.get("rtr_len").asInt());
        assertThat(token.hash()).isEqualTo((int) decoded.get("conf_hash").asLong());
        List<Datagram.Request> requests = new ArrayList<>();
        if (decoded.has("rtr")) {
            for (JsonNode each : decoded.get("rtr")) {
                List<Integer> sequences = new ArrayList<>();
                each.get("seqs").forEach(sequence -> sequences.add(sequence.asInt()));
                int proc = each.get("proc_id").isNumber()
                        ? each.get("proc_id").asInt()
                        : RingConfigurations.address(each.get("proc_id").asText());
                requests.add(new Datagram.Request(
                        ring(each), proc, each.get("seg_index").asInt(), sequences));
            }
        }
        assertThat(token.requests()).isEqualTo(requests);
    }

    private static String id(int procId) {
        return procId == -1 ? "-1" : Addresses.text(procId);
    }

    private static MembershipId ring(JsonNode node) {
        JsonNode id = node.get("memb_id");
        return new MembershipId(
                RingConfigurations.address(id.get("proc_id").asText()),
                id.get("time").asInt());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "04_packing_mixed_services_mc3",
                "05_fragmentation_mc3",
                "06_tail_packing_reliable_mc3",
                "07_max_packing_mc3",
                "22_delivery_order_reliable_behind_safe_mc3"
            })
    void theSameMessagesMakeTheSamePackets(String file) {
        RingNetwork network = RingNetwork.ring(3);
        RingDaemon alpha = network.daemon(0);
        List<ByteBuf> recorded = new ArrayList<>();
        for (JsonNode each : Recording.of(file).records()) {
            if (!Recording.isToken(each)
                    && Recording.bytes(each).getIntLE(PacketHeader.TRANSMITTER) == alpha.self.id()) {
                recorded.add(whole(each));
            }
        }
        submitMessagesOf(recorded, alpha.ring);
        network.settle();
        List<Datagram> sent = network.data();
        assertThat(sent).hasSizeGreaterThanOrEqualTo(recorded.size());
        for (int i = 0; i < recorded.size(); i++) {
            assertThat(comparable(sent.get(i).buffer())).as("packet %d", i).isEqualTo(comparable(recorded.get(i)));
        }
        network.close();
    }

    /** A record; a left-out payload, which only big messages have, is made up around a fitting message header. */
    private static ByteBuf whole(JsonNode entry) {
        if (entry.has("hex")) {
            return Recording.bytes(entry);
        }
        ByteBuf bytes = Unpooled.buffer();
        bytes.writeBytes(Recording.bytes(entry));
        bytes.writeZero(entry.get("payload_omitted_bytes").asInt());
        return bytes;
    }

    private static void submitMessagesOf(List<ByteBuf> packets, Ring ring) {
        ByteBuf image = Unpooled.buffer();
        for (ByteBuf packet : packets) {
            Datagram.Packet decoded = Datagram.Packet.decode(packet);
            for (Datagram.Fragment each : decoded.fragments()) {
                image.writeBytes(packet, each.payloadAt(), each.length());
                if (each.index() < 0) {
                    int service = PacketType.ofMessage(ByteOrderTag.clear(image.getIntLE(MessageHeader.TYPE)));
                    ring.submit(service == 0 ? decoded.service() : service, image, 0, image.writerIndex());
                    image.clear();
                }
            }
        }
    }

    /** Without ring id, sequence number and round, and without the bytes that C leaves undefined. */
    private static String comparable(ByteBuf packet) {
        ByteBuf copy = Unpooled.copiedBuffer(packet);
        copy.setZero(PacketHeader.MEMBERSHIP_ID, PacketHeader.CONF_HASH - PacketHeader.MEMBERSHIP_ID);
        copy.setShortLE(PacketHeader.DATA_LENGTH + 2, 0);
        for (Datagram.Fragment each : Datagram.Packet.decode(packet).fragments()) {
            int end = each.payloadAt() + each.length();
            int aligned = Fragments.aligned(end, PacketHeader.LENGTH);
            if (aligned < copy.writerIndex()) {
                copy.setZero(end, aligned - end);
            }
        }
        return ByteBufUtil.hexDump(copy);
    }
}
