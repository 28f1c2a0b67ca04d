package org.flushspread.wire;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.stream.StreamSupport;
import org.flushspread.Ring5Recordings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What daemons of C Spread 5.0.1 sent decodes to what was recorded, and encodes to the same bytes (spread5 2.1). */
class Ring5VectorsTest {
    private static final int GROUPS = 0x00080000;
    private static final int REPRESENTATIVES = TokenHeader.LENGTH + MembersInfo.FIXED_LENGTH;

    private static List<Ring5Recordings> recordings() {
        return Ring5Recordings.all();
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void membershipPacketsAreThoseOfSpread4WithOtherIds(Ring5Recordings recording) {
        for (Ring5Recordings.Frame frame : recording.frames()) {
            ByteBuf in = Unpooled.wrappedBuffer(frame.bytes());
            ByteBuf out = Unpooled.buffer();
            int hash = recording.configuration().hash();
            List<Integer> members = ids(recording, frame);
            switch (frame.decoded().path("type_names").asText()) {
                case "ALIVE" -> {
                    Alive alive = requireNonNull(Alive.read(in, 0, in.readableBytes()));
                    assertThat(alive.members()).isEqualTo(members);
                    alive.write(out, hash);
                    assertThat(ByteBufUtil.hexDump(out)).isEqualTo(ByteBufUtil.hexDump(in));
                }
                case "JOIN" -> {
                    Join join = requireNonNull(Join.read(in, 0, in.readableBytes()));
                    assertThat(join.members()).isEqualTo(members);
                    join.write(out, hash);
                    // Nobody reads the index of a representative here; C leaves there what FORM1 left.
                    int index = PacketHeader.LENGTH + 4 + 4 * members.size() + 2;
                    ByteBuf copy = in.copy().setShort(index, 0);
                    assertThat(ByteBufUtil.hexDump(out)).isEqualTo(ByteBufUtil.hexDump(copy));
                }
                case "FORM1" -> {
                    Form1 form = requireNonNull(Form1.read(in, 0, in.readableBytes()));
                    assertThat(form.visited()).isEqualTo(members);
                    form.write(out, hash);
                    ByteBuf copy = in.copy();
                    clearMembers(copy, members.size() + form.pending().size());
                    clear(
                            copy,
                            REPRESENTATIVES
                                    + 4
                                    + Representative.LENGTH * form.reps().size(),
                            REPRESENTATIVES + RepsInfo.FIXED_LENGTH);
                    assertThat(ByteBufUtil.hexDump(out)).isEqualTo(ByteBufUtil.hexDump(copy));
                }
                case "FORM2" -> {
                    Form2 form = requireNonNull(Form2.read(in, 0, in.readableBytes()));
                    assertThat(form.visited()).isEqualTo(members);
                    form.write(out, hash);
                    ByteBuf copy = in.copy();
                    clearMembers(copy, members.size() + form.pending().size());
                    assertThat(ByteBufUtil.hexDump(out)).isEqualTo(ByteBufUtil.hexDump(copy));
                }
                case "" -> assertThat(TokenHeader.confHash(in, 0, true)).isEqualTo(hash);
                default -> assertThat(PacketHeader.confHash(in, 0, true)).isEqualTo(hash);
            }
        }
    }

    /** C leaves what was there before in places of its tables that it does not use. */
    private static void clearMembers(ByteBuf form, int used) {
        clear(form, TokenHeader.LENGTH + 4 + 4 * used, REPRESENTATIVES);
    }

    private static void clear(ByteBuf bytes, int from, int to) {
        bytes.setZero(from, to - from);
    }

    /** Each is alone in its packet, and whole. */
    @ParameterizedTest
    @MethodSource("recordings")
    void theStatesOfGroupsAreThoseOfSpread4WithOtherIds(Ring5Recordings recording) {
        int found = 0;
        for (Ring5Recordings.Frame frame : recording.frames()) {
            ByteBuf in = Unpooled.wrappedBuffer(frame.bytes());
            int length = in.readableBytes() - PacketHeader.LENGTH;
            boolean isData = frame.decoded().path("type_names").asText().startsWith("AGREED");
            if (isData && length > MessageHeader.LENGTH && (in.getIntLE(PacketHeader.LENGTH) & GROUPS) != 0) {
                found++;
                GroupsMessage message = requireNonNull(GroupsMessage.decode(in, PacketHeader.LENGTH, length));
                assertThat(recording.configuration().byName(message.daemon())).isNotNull();
                ByteBuf out = Unpooled.buffer();
                message.write(out);
                assertThat(ByteBufUtil.hexDump(out)).isEqualTo(ByteBufUtil.hexDump(in, PacketHeader.LENGTH, length));
            }
        }
        boolean formsARing =
                !recording.file().startsWith("02") && !recording.file().startsWith("03");
        assertThat(found >= 2).as("%d states", found).isEqualTo(formsARing);
    }

    private static List<Integer> ids(Ring5Recordings recording, Ring5Recordings.Frame frame) {
        return StreamSupport.stream(frame.decoded().at("/members_info/members").spliterator(), false)
                .map(each -> requireNonNull(
                                recording.configuration().byName(each.asText().replaceAll("\\(.*", "")))
                        .id())
                .toList();
    }
}
