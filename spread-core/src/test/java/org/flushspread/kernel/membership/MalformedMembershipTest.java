package org.flushspread.kernel.membership;

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
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.flushspread.config.Configuration;
import org.flushspread.kernel.base.MembershipState;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.Form1;
import org.flushspread.wire.Form2;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.Representative;
import org.flushspread.wire.RingInfo;
import org.flushspread.wire.TokenHeader;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Membership-protocol 13.1: what makes a C daemon abort is refused by name and changes nothing. */
@Tag("once")
class MalformedMembershipTest {
    private static final Configuration ONE = TestConfigurations.oneSegment(4);
    private static final Path RECORDED = Path.of("../spec/vectors/membership/malformed.json");

    @TestFactory
    Stream<DynamicTest> recordedHostilePacketsAreRefusedInEveryState() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode each : new ObjectMapper().readTree(RECORDED.toFile()).path("cases")) {
            ByteBuf bytes = Unpooled.wrappedBuffer(
                    ByteBufUtil.decodeHexDump(each.path("hex").asText()));
            boolean token = each.path("dst_port").asInt() == 15001;
            String name = each.path("case").asText();
            boolean membership = name.startsWith("ALIVE")
                    || name.startsWith("JOIN")
                    || name.startsWith("REFER")
                    || name.startsWith("FORM");
            if (membership && bytes.readableBytes() >= TokenHeader.LENGTH) {
                tests.add(DynamicTest.dynamicTest(name, () -> refusedEverywhere(name, token, bytes)));
            }
        }
        assertThat(tests).hasSizeGreaterThan(15);
        return tests.stream();
    }

    private static void refusedEverywhere(String name, boolean token, ByteBuf bytes) {
        for (MembershipState state : MembershipState.values()) {
            Bench a = state == MembershipState.REPRESENTED
                            || state == MembershipState.FORM
                            || state == MembershipState.EVS
                    ? Bench.in(state, ONE, "d", "abd")
                    : Bench.in(state, ONE, "a", "acd");
            a.receive(token, bytes.duplicate());
            assertThat(a.state()).as("%s in %s", name, state).isEqualTo(state);
            assertThat(a.sent()).as("%s in %s", name, state).isEmpty();
            if (!token) {
                assertThat(refusals(a)).as("%s in %s", name, state).isEqualTo(1);
            }
        }
        Bench a = Bench.in(MembershipState.GATHER, ONE, "a", "a");
        a.receive(token, bytes.duplicate());
        assertThat(refusals(a)).as("%s in GATHER", name).isEqualTo(1);
    }

    private static long refusals(Bench bench) {
        long count = 0;
        for (Reason each : Reason.values()) {
            count += bench.refused(each);
        }
        return count;
    }

    private static final Form1 FORM1 = new Form1(
            id("a"),
            new MembershipId(id("a"), 5),
            3333,
            List.of(id("a")),
            List.of(id("b"), id("c")),
            List.of(new Representative(id("a"), Representative.Type.SEG_REP, 0)),
            1,
            List.of(Bench.ring(id("a"))));

    private static int id(String name) {
        return java.util.Objects.requireNonNull(ONE.byName(name)).id();
    }

    private static RingInfo ring(int aru, int highest, List<Integer> holes, int trans, Integer... procs) {
        return new RingInfo(new MembershipId(id("a"), -1), 0, aru, highest, holes, trans, List.of(procs));
    }

    @Test
    void theForm1OfTheseTestsIsValid() {
        Bench b = Bench.in(MembershipState.REPRESENTED, ONE, "b", "a");
        b.receive(true, b.written(FORM1));
        assertThat(b.state()).isEqualTo(MembershipState.FORM);
    }

    @TestFactory
    Stream<DynamicTest> aForm1ThatContradictsItselfOrTheConfigurationIsRefused() {
        Form1 f = FORM1;
        int a = id("a");
        return Stream.of(
                        form1("unknown member", f, List.of(a), List.of(id("b"), 77), f.reps(), 1, f.rings()),
                        form1("a member twice", f, List.of(a), List.of(id("b"), a), f.reps(), 1, f.rings()),
                        form1("nobody visited", f, List.of(), List.of(id("b")), f.reps(), 1, f.rings()),
                        form1("me visited", f, List.of(a, id("b")), List.of(), f.reps(), 1, f.rings()),
                        form1(
                                "unknown representative",
                                f,
                                f.visited(),
                                f.pending(),
                                List.of(new Representative(77, Representative.Type.SEG_REP, 0)),
                                1,
                                f.rings()),
                        form1(
                                "representative of a wrong segment",
                                f,
                                f.visited(),
                                f.pending(),
                                List.of(new Representative(a, Representative.Type.SEG_REP, 1)),
                                1,
                                f.rings()),
                        form1(
                                "potential representative",
                                f,
                                f.visited(),
                                f.pending(),
                                List.of(new Representative(a, Representative.Type.POTENTIAL, 0)),
                                1,
                                f.rings()),
                        form1("representative index 0", f, f.visited(), f.pending(), f.reps(), 0, f.rings()),
                        form1("representative index 2", f, f.visited(), f.pending(), f.reps(), 2, f.rings()),
                        form1("a ring twice", f, List.of(Bench.ring(a), Bench.ring(a))),
                        form1("negative aru", f, List.of(ring(-1, 0, List.of(), 1, a))),
                        form1("highest below aru", f, List.of(ring(5, 4, List.of(), 1, a))),
                        form1("highest above the fence", f, List.of(ring(1, 1, List.of(), 1, a))),
                        form1("huge highest", f, List.of(ring(0, Integer.MAX_VALUE, List.of(), 1, a))),
                        form1("a hole at aru", f, List.of(ring(0, 0, List.of(0), 1, a))),
                        form1("a hole above highest", f, List.of(ring(0, 0, List.of(1), 1, a))),
                        form1("a transitional member not visited", f, List.of(ring(0, 0, List.of(), 2, a, id("c")))),
                        form1("a transitional member twice", f, List.of(ring(0, 0, List.of(), 2, a, a))))
                .map(each -> DynamicTest.dynamicTest(each.name, () -> {
                    Bench b = Bench.in(MembershipState.REPRESENTED, ONE, "b", "a");
                    b.receive(true, b.written(each.form));
                    assertThat(b.state()).isEqualTo(MembershipState.REPRESENTED);
                    assertThat(b.refused(Reason.MALFORMED_FORM1)).isEqualTo(1);
                    assertThat(b.sent()).isEmpty();
                }));
    }

    private record Form1Case(String name, Form1 form) {}

    private static Form1Case form1(String name, Form1 f, List<RingInfo> rings) {
        return form1(name, f, f.visited(), f.pending(), f.reps(), 1, rings);
    }

    private static Form1Case form1(
            String name,
            Form1 f,
            List<Integer> visited,
            List<Integer> pending,
            List<Representative> reps,
            int next,
            List<RingInfo> rings) {
        return new Form1Case(name, new Form1(f.transmitter(), f.id(), f.fence(), visited, pending, reps, next, rings));
    }

    @TestFactory
    Stream<DynamicTest> aForm2ThatContradictsItselfOrTheConfigurationIsRefused() {
        int a = id("a");
        int b = id("b");
        int c = id("c");
        List<RingInfo> rings = List.of(Bench.ring(a), Bench.ring(b), Bench.ring(c));
        return Stream.of(
                        form2("I am not next", List.of(a), List.of(c, b), a, 3333, rings),
                        form2("I was visited", List.of(a, b), List.of(c), a, 3333, rings),
                        form2("nobody pending", List.of(a, b, c), List.of(), a, 3333, rings),
                        form2("members out of order", List.of(c), List.of(b, a), c, 3333, rings),
                        form2("unknown member", List.of(a), List.of(b, 77), a, 3333, rings),
                        form2("id of another", List.of(a), List.of(b, c), c, 3333, rings),
                        form2("low fence", List.of(a), List.of(b, c), a, 3332, rings),
                        form2("a stranger comes along", List.of(a), List.of(b), a, 3333, rings))
                .map(each -> DynamicTest.dynamicTest(each.name, () -> isRefused(each, Reason.MALFORMED_FORM2)));
    }

    /** A late copy of the FORM1 has visited me again, after I had gone on: its peers did nothing wrong. */
    @TestFactory
    Stream<DynamicTest> aForm2OfWhatILeftBehindIsNotExpected() {
        int a = id("a");
        int b = id("b");
        int c = id("c");
        List<RingInfo> rings = List.of(Bench.ring(a), Bench.ring(b), Bench.ring(c));
        return Stream.of(
                        form2("my ring missing", List.of(a), List.of(b, c), a, 3333, rings.subList(0, 1)),
                        form2(
                                "my ring without me",
                                List.of(a),
                                List.of(b, c),
                                a,
                                3333,
                                List.of(new RingInfo(new MembershipId(b, -1), 0, 0, 0, List.of(), 1, List.of(c)))))
                .map(each -> DynamicTest.dynamicTest(each.name, () -> isRefused(each, Reason.FORM_NOT_EXPECTED)));
    }

    @Test
    void aForm2WhoseFenceMyNumbersHavePassedIsNotExpected() {
        Bench b = Bench.in(MembershipState.FORM, ONE, "b", "abc");
        ByteBuf form2 = b.form2("abc");
        b.node.ring.highest = 1;
        b.receive(true, form2);
        assertThat(b.state()).isEqualTo(MembershipState.FORM);
        assertThat(b.refused(Reason.FORM_NOT_EXPECTED)).isEqualTo(1);
    }

    private static void isRefused(Form2Case each, Reason why) {
        Bench bench = Bench.in(MembershipState.FORM, ONE, "b", "abc");
        bench.receive(true, bench.written(each.form));
        assertThat(bench.state()).isEqualTo(MembershipState.FORM);
        assertThat(bench.refused(why)).isEqualTo(1);
        assertThat(bench.sent()).isEmpty();
    }

    private record Form2Case(String name, Form2 form) {}

    private static Form2Case form2(
            String name, List<Integer> visited, List<Integer> pending, int id, int fence, List<RingInfo> rings) {
        return new Form2Case(
                name,
                new Form2(
                        id("a"),
                        new MembershipId(id("a"), Bench.EPOCH),
                        fence,
                        visited,
                        pending,
                        new MembershipId(id, 1002),
                        rings));
    }

    @Test
    void trailingBytesOrAWrongLengthAreRefused() {
        Bench b = Bench.in(MembershipState.FORM, ONE, "b", "abc");
        ByteBuf longer = b.form2("abc");
        longer.setShortLE(TokenHeader.RTR_LENGTH, longer.getShortLE(TokenHeader.RTR_LENGTH) + 4);
        b.receive(true, longer.copy());
        b.receive(true, longer.writeInt(0));
        assertThat(b.state()).isEqualTo(MembershipState.FORM);
        assertThat(b.refused(Reason.MALFORMED_FORM2)).isEqualTo(2);
    }

    @Test
    void anAnswerToAForm1WithMoreRingsThanFitIsToPassItOnWithoutMe() {
        Configuration many = TestConfigurations.of(1, 24);
        Bench d = new Bench(many, "u");
        d.join("a", Representative.Type.SEG_REP, "");
        List<Integer> visited = new ArrayList<>();
        List<RingInfo> rings = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int id = many.daemons().get(i).id();
            visited.add(id);
            rings.add(Bench.ring(id));
        }
        d.sent();
        d.receive(
                true,
                d.written(new Form1(
                        visited.get(19),
                        new MembershipId(visited.get(0), 5),
                        3333,
                        visited,
                        d.ids("uv"),
                        List.of(d.rep("a", Representative.Type.SEG_REP)),
                        1,
                        rings)));
        assertThat(d.state()).isEqualTo(MembershipState.FORM);
        assertThat(d.sent())
                .hasSize(2)
                .allMatch(line -> line.startsWith("FORM1 -> v [a,b,c"))
                .allMatch(line -> line.contains("s,t]+[v]"));
    }

    @Test
    void aRingThatWouldMakeMoreThan127MembersLetsTheForm1Pass() {
        Configuration many = TestConfigurations.of(1, 128);
        Bench a = new Bench(many, "a");
        com.google.common.collect.ImmutableList<org.flushspread.config.Daemon> all = many.daemons();
        a.install(new org.flushspread.kernel.base.DaemonMembership(
                new MembershipId(all.get(0).id(), 9), all.subList(0, 127)));
        int stranger = all.get(127).id();
        a.join("d127", Representative.Type.SEG_REP, "");
        a.sent();
        a.receive(
                true,
                a.written(new Form1(
                        stranger,
                        new MembershipId(stranger, 5),
                        3333,
                        List.of(stranger),
                        List.of(),
                        List.of(a.rep("d127", Representative.Type.SEG_REP), a.rep("a", Representative.Type.RING_REP)),
                        1,
                        List.of(Bench.ring(stranger)))));
        assertThat(a.state()).isEqualTo(MembershipState.GATHER);
        assertThat(a.node.ring.tokenAlive()).isTrue();
        assertThat(a.sent()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(MembershipState.class)
    void noByteMakesTheProtocolThrowOrSendWhatAnotherHasToRefuse(MembershipState state) {
        SplittableRandom random = new SplittableRandom(state.number());
        Bench source = Bench.in(MembershipState.FORM, ONE, "b", "abc");
        List<ByteBuf> seeds = List.of(
                source.form1("abc"),
                source.form2("abc"),
                packet(bench -> bench.alive("a")),
                packet(bench -> bench.join("d", Representative.Type.SEG_REP, "c")),
                packet(bench -> bench.refer("d", "a", Representative.Type.RING_REP)));
        for (int i = 0; i < 3000; i++) {
            Bench b = Bench.in(state, ONE, "b", "abc");
            ByteBuf bytes = seeds.get(random.nextInt(seeds.size())).copy();
            for (int k = random.nextInt(4); k >= 0; k--) {
                int at = random.nextInt(bytes.readableBytes());
                bytes.setByte(
                        at, random.nextInt(3) == 0 ? random.nextInt(256) : bytes.getByte(at) ^ 1 << random.nextInt(8));
            }
            int length = random.nextInt(4) == 0
                    ? TokenHeader.LENGTH + random.nextInt(bytes.readableBytes() - TokenHeader.LENGTH + 1)
                    : bytes.readableBytes();
            boolean token = (bytes.getByte(1) & 0x30) != 0;
            b.receive(token, bytes.slice(0, length));
            b.sent();
        }
    }

    /** The bytes of a packet as {@link Bench} makes it. */
    private static ByteBuf packet(Consumer<Bench> maker) {
        ByteBuf[] made = new ByteBuf[1];
        Bench bench = new Bench(ONE, "b");
        bench.tap = bytes -> made[0] = bytes.copy();
        maker.accept(bench);
        return made[0];
    }
}
