package org.flushspread.flush.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.flushspread.client.Service;
import org.junit.jupiter.api.Test;

class ReplicaCodecTest {
    private static final MemberId ALICE = new MemberId("alice", 1, 2);
    private static final MemberId BOB = new MemberId("bob", -3, Long.MIN_VALUE);
    private static final Primary PRIMARY = new Primary(7, new Lineage(1, 9), List.of(ALICE, BOB));
    private static final ReplicaMessage.State STATE = new ReplicaMessage.State(
            -7,
            3,
            ALICE,
            true,
            false,
            true,
            false,
            true,
            5,
            new Lineage(1, 9),
            PRIMARY,
            List.of(new Primary(8, new Lineage(1, 9), List.of(BOB)), new Primary(9, new Lineage(1, 9), List.of(ALICE))),
            12,
            new Version(7, 1000, -1, 2),
            1L << 40,
            List.of(-4L, 5L),
            new ReplicaMessage.Interrupted(-4, 1L << 40, new Version(6, 999, 3, -4)),
            new Charter(5, List.of(BOB)));

    private static byte[] chunk() {
        return ReplicaCodec.chunk(8, 10, new StateImage.Piece(ByteBuffer.wrap(new byte[20]), 5, false));
    }

    private static ReplicaMessage decode(byte[] bytes) {
        return ReplicaCodec.decode(ByteBuffer.wrap(bytes));
    }

    @Test
    void whatIsEncodedIsDecoded() {
        assertThat(decode(ReplicaCodec.encode(STATE))).isEqualTo(STATE);
        assertThat(decode(ReplicaCodec.vote(-3))).isEqualTo(new ReplicaMessage.Vote(-3));
        assertThat(decode(ReplicaCodec.ready(4))).isEqualTo(new ReplicaMessage.Ready(4));
        assertThat(decode(ReplicaCodec.bootstrap(5))).isEqualTo(new ReplicaMessage.Bootstrap(5));
        assertThat(decode(ReplicaCodec.persisted(6, 99))).isEqualTo(new ReplicaMessage.Persisted(6, 99));
        assertThat(decode(ReplicaCodec.chunkReceived(7, 1L << 41)))
                .isEqualTo(new ReplicaMessage.ChunkReceived(7, 1L << 41));
        assertThat(decode(ReplicaCodec.tooLarge(7, 1L << 33))).isEqualTo(new ReplicaMessage.TooLarge(7, 1L << 33));
        assertThat(decode(ReplicaCodec.skip(7, 17, -4))).isEqualTo(new ReplicaMessage.Skip(7, 17, -4));
        assertThat(decode(ReplicaCodec.hash(7, 18, -5))).isEqualTo(new ReplicaMessage.Hash(7, 18, -5));
        assertThat(decode(ReplicaCodec.barrier(7, 19))).isEqualTo(new ReplicaMessage.Barrier(7, 19));
        StateImage.Piece piece = new StateImage.Piece(ByteBuffer.wrap(new byte[] {2, 3}), 5, true);
        assertThat(decode(ReplicaCodec.chunk(8, 1L << 40, piece)))
                .isEqualTo(new ReplicaMessage.Chunk(8, 1L << 40, 5, true, piece.bytes()));
        ByteBuffer commands =
                ReplicaCodec.commands(9, 40, 2, 9).putInt(1).put((byte) 7).putInt(0);
        assertThat(ReplicaCodec.decode(commands.flip()))
                .isEqualTo(new ReplicaMessage.Commands(
                        9,
                        40,
                        2,
                        ByteBuffer.allocate(9).putInt(1).put((byte) 7).putInt(0).flip()));
    }

    @Test
    void metadataIsReadBack() {
        Metadata metadata = new Metadata(ALICE, new Lineage(1, 9), PRIMARY, STATE.attempts(), 12, 7, 1000);
        byte[] bytes = ReplicaCodec.encode(metadata);
        assertThat(ReplicaCodec.metadata(ByteBuffer.wrap(bytes))).isEqualTo(metadata);
        assertThatThrownBy(() -> ReplicaCodec.metadata(ByteBuffer.wrap(bytes, 0, bytes.length - 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void cutMessagesAreMalformed() {
        byte[] state = ReplicaCodec.encode(STATE);
        for (int length = 0; length < state.length; length++) {
            ReplicaMessage decoded = ReplicaCodec.decode(ByteBuffer.wrap(state, 0, length));
            assertThat(decoded).isInstanceOf(ReplicaMessage.Bad.class);
        }
    }

    @Test
    void otherProgramsAndVersionsAreNamed() {
        assertThat(decode("hello everybody".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isEqualTo(new ReplicaMessage.Bad(ReplicaReason.NOT_THIS_PROTOCOL));
        byte[] later = ReplicaCodec.ready(4);
        later[2] += 2;
        assertThat(decode(later)).isEqualTo(new ReplicaMessage.Bad(ReplicaReason.OTHER_PROTOCOL_VERSION));
    }

    @Test
    void lengthsThatLieAreMalformed() {
        assertThat(decode(ReplicaCodec.bytes(ReplicaCodec.commands(9, 0, Integer.MAX_VALUE, 8))))
                .isEqualTo(new ReplicaMessage.Bad(ReplicaReason.MALFORMED));
        assertThat(decode(ReplicaCodec.bytes(ReplicaCodec.commands(9, 0, 1, 4).putInt(-1))))
                .isEqualTo(new ReplicaMessage.Bad(ReplicaReason.MALFORMED));
        assertThat(decode(ReplicaCodec.bytes(ReplicaCodec.commands(9, 0, 1, 4).putInt(1))))
                .isEqualTo(new ReplicaMessage.Bad(ReplicaReason.MALFORMED));
        byte[] chunk = chunk();
        chunk[ReplicaCodec.HEADER + 12] = 2; // neither the last nor another one
        assertThat(decode(chunk)).isEqualTo(new ReplicaMessage.Bad(ReplicaReason.MALFORMED));
    }

    @Test
    void noBytesMakeTheReplicaThrow() {
        Random random = new Random(5);
        byte[][] good = {
            ReplicaCodec.encode(STATE),
            ReplicaCodec.vote(1),
            ReplicaCodec.ready(1),
            ReplicaCodec.bootstrap(1),
            ReplicaCodec.persisted(1, 5),
            chunk(),
            ReplicaCodec.chunkReceived(1, 5),
            ReplicaCodec.tooLarge(1, 5),
            ReplicaCodec.skip(1, 5, 6),
            ReplicaCodec.hash(1, 5, 6),
            ReplicaCodec.barrier(1, 1),
            ReplicaCodec.bytes(
                    ReplicaCodec.commands(9, 0, 2, 9).putInt(1).put((byte) 7).putInt(0))
        };
        List<Observer> nobody = List.of();
        for (int run = 0; run < 300; run++) {
            FlushNetwork network = new FlushNetwork(random);
            Member member = new Member("m", 0, ALICE, null, ReplicaSettings.DEFAULT, nobody);
            FlushNetwork.Port port = network.join("#m#d", 0, member, 0);
            FlushNetwork.Port other = network.join("#x#d", 1, new Forger(), 0);
            member.connect(port);
            network.install(0);
            for (int i = 0; i < 100; i++) {
                network.receive(port);
                network.deliver(port);
                network.deliver(other);
                byte[] forged = good[random.nextInt(good.length)].clone();
                for (int k = random.nextInt(4); k > 0; k--) {
                    forged[random.nextInt(forged.length)] = (byte) random.nextInt();
                }
                if (i > 10) {
                    other.send(Service.AGREED, null, forged);
                }
                member.replica.endOfTurn();
            }
        }
    }

    private static final class Forger implements FlushNetwork.Receiver {
        @Override
        public void view(List<String> members) {}

        @Override
        public void transition() {}

        @Override
        public void flushRequest() {}

        @Override
        public void message(String from, byte[] bytes) {}
    }
}
