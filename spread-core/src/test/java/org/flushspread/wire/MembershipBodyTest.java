package org.flushspread.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.flushspread.kernel.groups.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MembershipBodyTest {
    private static final GroupId ID = new GroupId(new MembershipId(0x0a090101, 1000), 3);
    private static final MembershipBody SAMPLE = new MembershipBody(
            ID, List.of(List.of(Name.of("#a#d1"), Name.of("#b#d1")), List.of(), List.of(Name.of("#c#d2"))), 2);

    @Test
    void recordedMembershipMessagesAreDecodedAndEncodedByteForByte() {
        int views = 0;
        int transitions = 0;
        int selfLeaves = 0;
        for (byte[] image : received()) {
            ByteBuf in = Unpooled.wrappedBuffer(image);
            int type = ByteOrderTag.clear(MessageHeader.type(in, 0, true));
            Name group = Name.read(in, MessageHeader.PRIVATE_GROUP);
            List<Name> members = new ArrayList<>();
            for (int i = 0; i < MessageHeader.numGroups(in, 0, true); i++) {
                members.add(Name.read(in, MessageHeader.LENGTH + i * Name.SLOT));
            }
            int body = MembershipMessage.bodyIndex(0, members.size());
            int length = MessageHeader.dataLength(in, 0, true);
            ByteBuf out = Unpooled.buffer();
            if (ServiceType.isRegularMembership(type)) {
                views++;
                MembershipBody decoded = Objects.requireNonNull(MembershipBody.decode(in, body, length, true));
                assertThat(decoded.length()).isEqualTo(length);
                assertThat(MembershipMessage.viewLength(members.size(), decoded))
                        .isEqualTo(image.length);
                MembershipMessage.writeView(out, type & 0xf00, group, members, decoded);
            } else if (ServiceType.isTransition(type)) {
                transitions++;
                MembershipMessage.writeTransition(
                        out, group, Objects.requireNonNull(MembershipMessage.transition(in, body, length, true)));
            } else if (ServiceType.isSelfLeave(type)) {
                selfLeaves++;
                MembershipMessage.writeSelfLeave(out, group);
            } else {
                continue;
            }
            byte[] ours = new byte[out.readableBytes()];
            out.readBytes(ours);
            assertThat(HexFormat.of().formatHex(ours)).isEqualTo(HexFormat.of().formatHex(image));
        }
        assertThat(views).isGreaterThan(80);
        assertThat(transitions).isGreaterThan(10);
        assertThat(selfLeaves).isGreaterThan(3);
    }

    private static List<byte[]> received() {
        return Recording.FILES.stream()
                .flatMap(file -> new Recording(file).clients().values().stream())
                .flatMap(List::stream)
                .toList();
    }

    @Test
    void theReceiversSetIsFoundByItsOffset() {
        assertThat(SAMPLE.localOffset()).isEqualTo(4 + 64 + 4);
        assertThat(SAMPLE.local()).containsExactly(Name.of("#c#d2"));
        byte[] image = encode(SAMPLE);
        ByteBuf in = Unpooled.wrappedBuffer(image);
        SAMPLE.setLocal(in, 0, 0);
        assertThat(Objects.requireNonNull(MembershipBody.decode(in, 0, image.length, true))
                        .local())
                .containsExactly(Name.of("#a#d1"), Name.of("#b#d1"));
    }

    @Test
    void bigEndianBodiesMeanTheSame() {
        ByteBuf out = Unpooled.buffer();
        out.writeInt(0x0a090101).writeInt(1000).writeInt(3);
        out.writeInt(3).writeInt(72);
        out.writeInt(2);
        Name.of("#a#d1").write(out);
        Name.of("#b#d1").write(out);
        out.writeInt(0);
        out.writeInt(1);
        Name.of("#c#d2").write(out);
        assertThat(MembershipBody.decode(out, 0, out.readableBytes(), false)).isEqualTo(SAMPLE);
        assertThat(MembershipMessage.transition(out, 0, 12, false)).isEqualTo(ID);
    }

    @Test
    void aSetOutsideTheBodyCannotBeMade() {
        assertThatThrownBy(() -> new MembershipBody(ID, List.of(List.of()), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MembershipBody(ID, List.of(), 0)).isInstanceOf(IllegalArgumentException.class);
    }

    static Stream<Consumer<ByteBuf>> malformed() {
        return Stream.of(
                bytes -> bytes.setIntLE(12, 0),
                bytes -> bytes.setIntLE(12, -1),
                bytes -> bytes.setIntLE(12, 2),
                bytes -> bytes.setIntLE(12, 4),
                bytes -> bytes.setIntLE(12, Integer.MAX_VALUE),
                bytes -> bytes.setIntLE(16, -1),
                bytes -> bytes.setIntLE(16, 1),
                bytes -> bytes.setIntLE(16, 4),
                bytes -> bytes.setIntLE(16, bytes.readableBytes() - 20),
                bytes -> bytes.setIntLE(16, Integer.MAX_VALUE),
                bytes -> bytes.setIntLE(20, -1),
                bytes -> bytes.setIntLE(20, 1),
                bytes -> bytes.setIntLE(20, 3),
                bytes -> bytes.setIntLE(20, 0x08000000),
                bytes -> bytes.setIntLE(20, Integer.MAX_VALUE));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedBodiesAreRefused(Consumer<ByteBuf> change) {
        byte[] image = encode(SAMPLE);
        change.accept(Unpooled.wrappedBuffer(image));
        assertThat(MembershipBody.decode(Unpooled.wrappedBuffer(image), 0, image.length, true))
                .isNull();
    }

    @Test
    void everyOtherLengthIsRefused() {
        byte[] image = Arrays.copyOf(encode(SAMPLE), 300);
        for (int length = 0; length <= image.length; length++) {
            MembershipBody decoded = MembershipBody.decode(Unpooled.wrappedBuffer(image), 0, length, true);
            assertThat(decoded != null).as("%d", length).isEqualTo(length == SAMPLE.length());
            assertThat(MembershipMessage.transition(Unpooled.wrappedBuffer(image), 0, length, true) != null)
                    .isEqualTo(length >= 12);
        }
    }

    @Test
    void randomBytesNeverThrow() {
        Random random = new Random(1);
        int decoded = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = i % 2 == 0 ? new byte[random.nextInt(200)] : encode(SAMPLE);
            if (i % 2 == 0) {
                random.nextBytes(bytes);
            } else {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            boolean little = random.nextInt(8) != 0;
            decoded += MembershipBody.decode(Unpooled.wrappedBuffer(bytes), 0, bytes.length, little) == null ? 0 : 1;
        }
        assertThat(decoded).isPositive();
    }

    private static byte[] encode(MembershipBody body) {
        ByteBuf out = Unpooled.buffer();
        body.write(out);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }
}
