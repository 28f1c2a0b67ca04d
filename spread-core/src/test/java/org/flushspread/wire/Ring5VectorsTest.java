package org.flushspread.wire;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.stream.StreamSupport;
import org.flushspread.Ring5Recordings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What daemons of C Spread 5.0.1 sent decodes to what was recorded, and encodes to the same bytes (spread5 2.1). */
class Ring5VectorsTest {
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
                    assertThat(tail(out)).isEqualTo(tail(in));
                }
                case "JOIN" -> {
                    Join join = requireNonNull(Join.read(in, 0, in.readableBytes()));
                    assertThat(join.members()).isEqualTo(members);
                    join.write(out, hash);
                    assertThat(out.readableBytes()).isEqualTo(in.readableBytes());
                    assertThat(Join.read(out, 0, out.readableBytes())).isEqualTo(join);
                }
                case "FORM1" -> {
                    Form1 form = requireNonNull(Form1.read(in, 0, in.readableBytes()));
                    assertThat(form.visited()).isEqualTo(members);
                    form.write(out, hash);
                    assertThat(out.readableBytes()).isEqualTo(in.readableBytes());
                    assertThat(Form1.read(out, 0, out.readableBytes())).isEqualTo(form);
                }
                case "FORM2" -> {
                    Form2 form = requireNonNull(Form2.read(in, 0, in.readableBytes()));
                    assertThat(form.visited()).isEqualTo(members);
                    form.write(out, hash);
                    assertThat(out.readableBytes()).isEqualTo(in.readableBytes());
                    assertThat(Form2.read(out, 0, out.readableBytes())).isEqualTo(form);
                }
                case "" -> assertThat(TokenHeader.confHash(in, 0, true)).isEqualTo(hash);
                default -> assertThat(PacketHeader.confHash(in, 0, true)).isEqualTo(hash);
            }
        }
    }

    /** Behind the fields that C leaves as they were. */
    private static ByteBuf tail(ByteBuf packet) {
        return packet.slice(PacketHeader.LENGTH, packet.readableBytes() - PacketHeader.LENGTH);
    }

    private static List<Integer> ids(Ring5Recordings recording, Ring5Recordings.Frame frame) {
        return StreamSupport.stream(frame.decoded().at("/members_info/members").spliterator(), false)
                .map(each -> requireNonNull(
                                recording.configuration().byName(each.asText().replaceAll("\\(.*", "")))
                        .id())
                .toList();
    }
}
