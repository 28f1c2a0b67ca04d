package org.flushspread.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.flushspread.kernel.groups.Recording;
import org.flushspread.wire.GroupsMessage.DaemonEntry;
import org.flushspread.wire.GroupsMessage.GroupEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GroupsMessageTest {
    private static final MembershipId RING = new MembershipId(0x0a090101, 1000);
    private static final MembershipId OLD = new MembershipId(0x0a090201, 900);

    static List<byte[]> recorded() {
        return Recording.FILES.stream()
                .flatMap(file -> new Recording(file).sent().stream())
                .map(Recording.Sent::image)
                .filter(image -> (image[2] & 0x08) != 0)
                .toList();
    }

    @Test
    void recordedMessagesAreDecodedAndEncodedByteForByte() {
        assertThat(recorded()).hasSizeGreaterThan(15);
        for (byte[] image : recorded()) {
            assertThat(HexFormat.of().formatHex(encode(decode(image))))
                    .isEqualTo(HexFormat.of().formatHex(image));
        }
    }

    @Test
    void fieldsOfARecordedMessage() {
        // split_merge_3daemons: d2 with g1, g12, g23, late
        GroupsMessage message = decode(new Recording("split_merge_3daemons")
                .sent().stream()
                        .map(Recording.Sent::image)
                        .filter(image -> image.length == 441)
                        .findFirst()
                        .orElseThrow());
        assertThat(message.last()).isTrue();
        assertThat(message.daemon()).isEqualTo("d2");
        assertThat(message.syncedSetSize()).isEqualTo(1);
        assertThat(message.syncedSet()).containsExactly(0x0a090201);
        assertThat(message.membershipId()).isEqualTo(new MembershipId(0x0a090201, 1795308537));
        assertThat(message.groups().stream().map(group -> group.name() + " " + group.changed()))
                .containsExactly("g1 true", "g12 true", "g23 false", "late false");
        assertThat(message.groups().get(2).id()).isEqualTo(new GroupId(new MembershipId(0x0a090101, 1795308532), 1));
        assertThat(message.groups().get(2).daemons())
                .containsExactly(new DaemonEntry(
                        0x0a090201, new MembershipId(0x0a090101, 1795308532), List.of(Name.of("#bob#d2"))));
    }

    @Test
    void bigEndianMessagesMeanTheSame() {
        for (byte[] image : recorded()) {
            assertThat(decode(BigEndian.groups(decode(image)))).isEqualTo(decode(image));
        }
        assertThat(decode(BigEndian.groups(sample()))).isEqualTo(sample());
    }

    @Test
    void prefixIsReadInPlace() {
        for (byte[] image : List.of(encode(sample()), BigEndian.groups(sample()))) {
            ByteBuf at5 = Unpooled.buffer().writeZero(5).writeBytes(image);
            boolean little = ByteOrderTag.isLittleEndian(at5, 5);
            assertThat(GroupsMessage.daemon(at5, 5)).isEqualTo("d2");
            assertThat(GroupsMessage.syncedSetSize(at5, 5, little)).isEqualTo(2);
            assertThat(GroupsMessage.isOf(RING, at5, 5, little)).isTrue();
            assertThat(GroupsMessage.isOf(OLD, at5, 5, little)).isFalse();
            assertThat(GroupsMessage.isLast(MessageHeader.type(at5, 5, little))).isTrue();
        }
    }

    /** What no daemon sends, each a change of a sound message. */
    static Stream<Consumer<ByteBuf>> malformed() {
        int payload = MessageHeader.LENGTH;
        int group = payload + 9 + 4 + 8;
        int daemon = group + 48;
        return Stream.of(
                bytes -> bytes.setIntLE(MessageHeader.NUM_GROUPS, 1),
                bytes -> bytes.setIntLE(MessageHeader.DATA_LENGTH, bytes.readableBytes()),
                bytes -> bytes.setIntLE(payload + 9, 0),
                bytes -> bytes.setIntLE(payload + 9, -1),
                bytes -> bytes.setIntLE(payload + 9, 129),
                bytes -> bytes.setIntLE(payload + 9, Integer.MAX_VALUE),
                bytes -> bytes.setIntLE(payload + 9, 1),
                bytes -> bytes.setByte(payload + 8, 0),
                bytes -> bytes.setShortLE(group + 46, 0),
                bytes -> bytes.setShortLE(group + 46, 3),
                bytes -> bytes.setShortLE(group + 46, 0xffff),
                bytes -> bytes.setShortLE(daemon + 12, 1),
                bytes -> bytes.setShortLE(daemon + 12, 0xffff),
                bytes -> bytes.setByte(daemon + 14 + 1, 'z'),
                bytes -> bytes.setBytes(daemon + 14, bytes, daemon + 14 + 32, 32));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedMessagesAreRefused(Consumer<ByteBuf> change) {
        byte[] sound = encode(sample());
        assertThat(GroupsMessage.decode(Unpooled.wrappedBuffer(sound), 0, sound.length))
                .isNotNull();
        change.accept(Unpooled.wrappedBuffer(sound));
        assertThat(GroupsMessage.decode(Unpooled.wrappedBuffer(sound), 0, sound.length))
                .isNull();
    }

    @Test
    void messagesThatEndBetweenEntriesAreSoundAndAllOtherCutsAreRefused() {
        byte[] image = encode(sample());
        int soundCuts = 0;
        for (int length = 0; length < image.length; length++) {
            ByteBuf cut = Unpooled.buffer().writeBytes(image, 0, length);
            if (length >= MessageHeader.LENGTH) {
                cut.setIntLE(MessageHeader.DATA_LENGTH, length - MessageHeader.LENGTH);
            }
            soundCuts += GroupsMessage.decode(cut, 0, length) == null ? 0 : 1;
        }
        // Behind the synced set, and behind the first group.
        assertThat(soundCuts).isEqualTo(2);
    }

    @Test
    void randomBytesNeverThrow() {
        Random random = new Random(1);
        byte[] sound = encode(sample());
        int decoded = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes;
            if (i % 2 == 0) {
                bytes = new byte[random.nextInt(300)];
                random.nextBytes(bytes);
            } else {
                bytes = Arrays.copyOf(sound, sound.length);
                for (int j = random.nextInt(4); j >= 0; j--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
            }
            ByteBuf in = Unpooled.wrappedBuffer(bytes);
            if (bytes.length >= MessageHeader.LENGTH) {
                in.setIntLE(MessageHeader.NUM_GROUPS, 0);
                ByteOrderTag.setInt(
                        in,
                        MessageHeader.DATA_LENGTH,
                        bytes.length - MessageHeader.LENGTH,
                        ByteOrderTag.isLittleEndian(in, 0));
            }
            decoded += GroupsMessage.decode(in, 0, bytes.length) == null ? 0 : 1;
        }
        assertThat(decoded).isPositive();
    }

    @Test
    void aStateThatFitsIsOneMessageWithTheSyncedSet() {
        List<GroupsMessage> built = GroupsMessage.split("d1", RING, List.of(1, 2, 3), List.of());
        assertThat(built).hasSize(1);
        assertThat(built.get(0).last()).isTrue();
        assertThat(built.get(0).syncedSet()).containsExactly(1, 2, 3);
        assertThat(built.get(0).packetType()).isEqualTo(PacketType.AGREED);
        assertThat(GroupsMessage.split("d1", RING, List.of(1), List.of()).get(0).length())
                .isEqualTo(65);
    }

    @Test
    void noMessageIsLongerThanTheLimitAndNothingIsLost() {
        List<GroupEntry> groups = new ArrayList<>();
        for (int g = 0; g < 40; g++) {
            int number = g;
            groups.add(new GroupEntry(
                    Name.of("g%02d".formatted(g)),
                    new GroupId(OLD, g),
                    g % 3 == 0,
                    IntStream.rangeClosed(1, 1 + g % 5)
                            .mapToObj(d -> daemon(d, (number * 97 + d * 31) % 800 + 1))
                            .toList()));
        }
        List<GroupsMessage> built = GroupsMessage.split("d1", RING, List.of(1, 2, 3, 4, 5), groups);

        assertThat(built).hasSizeGreaterThan(10);
        for (int i = 0; i < built.size(); i++) {
            GroupsMessage each = built.get(i);
            assertThat(each.length()).isEqualTo(encode(each).length).isLessThanOrEqualTo(GroupsMessage.MAX_IMAGE);
            assertThat(each.last()).isEqualTo(i == 0);
            assertThat(each.packetType()).isEqualTo(i == 0 ? PacketType.AGREED : PacketType.RELIABLE);
            assertThat(each.syncedSet()).hasSize(i == 0 ? 5 : 0);
            assertThat(each.syncedSetSize()).isEqualTo(5);
        }
        List<GroupEntry> joined = new ArrayList<>();
        for (GroupsMessage message : built) {
            for (GroupEntry each : message.groups()) {
                GroupEntry before = joined.isEmpty() ? null : joined.get(joined.size() - 1);
                if (before != null && before.name().equals(each.name())) {
                    List<DaemonEntry> all = new ArrayList<>(before.daemons());
                    all.addAll(each.daemons());
                    joined.set(joined.size() - 1, new GroupEntry(each.name(), each.id(), each.changed(), all));
                } else {
                    joined.add(each);
                }
            }
        }
        assertThat(joined).isEqualTo(groups);
    }

    @Test
    void aGroupOfWhichNothingMoreFitsIsNamedWithoutDaemonsAndAgainInTheNextMessage() {
        GroupEntry group =
                new GroupEntry(Name.of("g"), new GroupId(OLD, 1), false, List.of(daemon(1, 3000), daemon(2, 3000)));
        List<GroupsMessage> built = GroupsMessage.split("d1", RING, List.of(1, 2), List.of(filler(3000), group));
        assertThat(built.stream()
                        .map(each -> each.groups().stream()
                                .map(entry ->
                                        entry.name() + " " + entry.daemons().size())
                                .toList()))
                .containsExactly(List.of("f 1", "g 0"), List.of("g 1"), List.of("g 1"));
    }

    @Test
    void theLargestDaemonEntryFitsAMessage() {
        GroupEntry group = filler(GroupsMessage.MAX_MEMBERS_OF_DAEMON);
        List<Integer> ring = IntStream.rangeClosed(1, 128).boxed().toList();
        List<GroupsMessage> built = GroupsMessage.split("d1", RING, ring, List.of(group));
        assertThat(built).hasSize(2).allMatch(each -> each.length() <= GroupsMessage.MAX_IMAGE);
    }

    @Test
    void anEntryThatCanNeverFitIsSentAllTheSame() {
        List<GroupsMessage> built = GroupsMessage.split("d1", RING, List.of(1), List.of(filler(4000), filler(10)));
        assertThat(built.stream().mapToInt(each -> each.groups().size()).sum()).isEqualTo(3);
        assertThat(decode(encode(built.get(1)))).isEqualTo(built.get(1));
    }

    private static GroupEntry filler(int members) {
        return new GroupEntry(Name.of("f"), new GroupId(OLD, 1), false, List.of(daemon(1, members)));
    }

    private static DaemonEntry daemon(int number, int members) {
        return new DaemonEntry(
                number,
                OLD,
                IntStream.range(0, members)
                        .mapToObj(i -> Name.of("#m%05d#d%d".formatted(i, number)))
                        .toList());
    }

    private static GroupsMessage sample() {
        return new GroupsMessage(
                true,
                "d2",
                2,
                RING,
                List.of(0x0a090201, 0x0a090301),
                List.of(
                        new GroupEntry(
                                Name.of("a"),
                                new GroupId(OLD, 7),
                                true,
                                List.of(
                                        new DaemonEntry(0x0a090201, OLD, List.of(Name.of("#a#d2"), Name.of("#b#d2"))),
                                        new DaemonEntry(0x0a090301, RING, List.of(Name.of("#a#d3"))))),
                        new GroupEntry(
                                Name.of("b"),
                                new GroupId(RING, 1),
                                false,
                                List.of(new DaemonEntry(0x0a090301, OLD, List.of(Name.of("#c#d3")))))));
    }

    private static GroupsMessage decode(byte[] image) {
        return Objects.requireNonNull(GroupsMessage.decode(Unpooled.wrappedBuffer(image), 0, image.length));
    }

    private static byte[] encode(GroupsMessage message) {
        ByteBuf out = Unpooled.buffer();
        message.write(out);
        byte[] image = new byte[out.readableBytes()];
        out.readBytes(image);
        return image;
    }
}
