package org.flushspread.kernel.membership;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.FakePorts;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.DeadlineKind;
import org.flushspread.kernel.base.MembershipState;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.Alive;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.Form1;
import org.flushspread.wire.Form2;
import org.flushspread.wire.Join;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.Refer;
import org.flushspread.wire.Representative;
import org.flushspread.wire.RingInfo;

/** One daemon whose peers are played by the test, with every state it can be put into. Names of daemons are letters. */
final class Bench {
    static final int EPOCH = 1000;

    final Configuration configuration;
    final FakePorts ports;
    final Node node;
    /** Sees every datagram that I receive. */
    Consumer<ByteBuf> tap = bytes -> {};

    private long now;

    Bench(Configuration configuration, String me) {
        this(configuration, me, new FakePorts());
        start();
        ports.takeSent();
    }

    /** I have not {@link #start started}. */
    Bench(Configuration configuration, String me, FakePorts ports) {
        this.configuration = configuration;
        this.ports = ports;
        node = new Node(configuration, daemon(me), ports, 0, EPOCH);
    }

    void start() {
        node.start();
    }

    /** Me in this state; the ring, where there is one, is of {@code members}. */
    static Bench in(MembershipState state, Configuration configuration, String me, String members) {
        Bench bench = new Bench(configuration, me);
        switch (state) {
            case SEG -> {}
            case OP -> bench.op(members);
            case REPRESENTED -> bench.represented(members.substring(0, 1));
            case GATHER -> bench.wait(500);
            case FORM -> bench.form(members);
            case EVS -> bench.evs(members);
        }
        assertState(bench, state);
        bench.ports.takeSent();
        return bench;
    }

    /** A ring leader that gathers with a live token. */
    static Bench gatherWithToken(Configuration configuration, String me, String members) {
        Bench bench = in(MembershipState.OP, configuration, me, members);
        bench.wait(0);
        bench.node.protocol.timeout(DeadlineKind.LOOKUP);
        assertState(bench, MembershipState.GATHER);
        bench.ports.takeSent();
        return bench;
    }

    private static void assertState(Bench bench, MembershipState state) {
        if (bench.node.state() != state) {
            throw new AssertionError("not in " + state + " but in " + bench.node.state());
        }
    }

    /** Puts me, in SEG, into a ring of these. */
    void op(String members) {
        ImmutableList.Builder<Daemon> list = ImmutableList.builder();
        for (String each : letters(members)) {
            list.add(daemon(each));
        }
        install(new DaemonMembership(
                new MembershipId(daemon(members.substring(0, 1)).id(), 990), list.build()));
    }

    /** From SEG to OP, by way of a ring of my own, whose installation becomes that of {@code membership}. */
    void install(DaemonMembership membership) {
        node.ring.keepsFirstToken = true;
        wait(1750);
        assertState(this, MembershipState.EVS);
        node.ring.keepsFirstToken = false;
        node.ring.force(membership);
    }

    private void represented(String rep) {
        join(rep, Representative.Type.SEG_REP, rep);
    }

    /** FORM1 of the first member, who has all others pending. */
    private void form(String members) {
        represented(members.substring(0, 1));
        receive(true, form1(members));
    }

    private void evs(String members) {
        form(members);
        receive(true, form2(members));
    }

    /** A FORM1 in which only {@code members} before me were visited. */
    ByteBuf form1(String members) {
        int at = members.indexOf(node.daemon.name());
        List<RingInfo> rings = new ArrayList<>();
        for (int id : ids(members.substring(0, at))) {
            rings.add(ring(id));
        }
        Daemon creator = daemon(members.substring(0, 1));
        return written(new Form1(
                daemon(members.substring(at - 1, at)).id(),
                new MembershipId(creator.id(), EPOCH),
                3333,
                ids(members.substring(0, at)),
                ids(members.substring(at)),
                List.of(rep(members.substring(0, 1), Representative.Type.SEG_REP)),
                1,
                rings));
    }

    /** A FORM1 in which all of {@code visited} were visited, and this representative is the next. */
    ByteBuf form1(String visited, Representative next) {
        String first = visited.substring(0, 1);
        return written(new Form1(
                daemon(visited.substring(visited.length() - 1)).id(),
                new MembershipId(daemon(first).id(), EPOCH),
                3333,
                ids(visited),
                List.of(),
                List.of(rep(first, Representative.Type.SEG_REP), next),
                1,
                ids(visited).stream().map(Bench::ring).toList()));
    }

    /** The FORM2 that follows {@link #form1}, as I get it. */
    ByteBuf form2(String members) {
        int at = members.indexOf(node.daemon.name());
        Daemon first = daemon(members.substring(0, 1));
        List<RingInfo> rings = new ArrayList<>();
        for (int id : ids(members)) {
            rings.add(id == node.daemon.id() ? node.ring.describe() : ring(id));
        }
        return written(new Form2(
                daemon(members.substring((at + members.length() - 1) % members.length())
                                .substring(0, 1))
                        .id(),
                new MembershipId(first.id(), EPOCH),
                3333,
                ids(members.substring(0, at)),
                ids(members.substring(at)),
                new MembershipId(first.id(), 1002),
                rings));
    }

    static RingInfo ring(int id) {
        return new RingInfo(new MembershipId(id, -1), 0, 0, 0, List.of(), 1, List.of(id));
    }

    void alive(String from) {
        ByteBuf out = Unpooled.buffer();
        new Alive(daemon(from).id(), ids(from)).write(out, configuration.hash());
        receive(false, out);
    }

    /** A JOIN of {@code from} that lists itself with {@code type}, then {@code others} as SEG_REPs. */
    void join(String from, Representative.Type type, String others) {
        List<Representative> reps = new ArrayList<>(List.of(rep(from, type)));
        for (String each : letters(others.replace(from, ""))) {
            reps.add(rep(each, Representative.Type.SEG_REP));
        }
        ByteBuf out = Unpooled.buffer();
        new Join(daemon(from).id(), List.of(), reps).write(out, configuration.hash());
        receive(false, out);
    }

    void refer(String from, String to, Representative.Type type) {
        ByteBuf out = Unpooled.buffer();
        new Refer(daemon(from).id(), daemon(to).id(), type).write(out, configuration.hash());
        receive(false, out);
    }

    /** A data packet of a ring I do not know. */
    void foreign(String from) {
        ByteBuf out = Unpooled.buffer().writeZero(PacketHeader.LENGTH + 4);
        out.setIntLE(PacketHeader.TYPE, PacketType.AGREED | PacketType.ROUTED | ByteOrderTag.LITTLE_ENDIAN);
        out.setIntLE(PacketHeader.TRANSMITTER, daemon(from).id());
        out.setIntLE(PacketHeader.PROC_ID, daemon(from).id());
        out.setShortLE(PacketHeader.DATA_LENGTH, 4);
        receive(false, out);
    }

    void receive(boolean token, ByteBuf datagram) {
        tap.accept(datagram);
        node.receive(token, datagram);
    }

    /** Lets {@code millis} pass, deadline by deadline. */
    void wait(int millis) {
        long end = now + Duration.ofMillis(millis).toNanos();
        while (node.context.deadlines().any() && node.context.deadlines().next() - end <= 0) {
            now = Math.max(now, node.context.deadlines().next());
            node.advance(now, EPOCH);
        }
        now = end;
        node.advance(now, EPOCH);
    }

    void fire(DeadlineKind kind) {
        node.context.cancel(kind);
        node.protocol.timeout(kind);
    }

    /** The membership packets sent since the last call. */
    List<String> sent() {
        List<String> lines = new ArrayList<>();
        for (FakePorts.Datagram each : ports.takeSent()) {
            String line = Lines.of(configuration, each.to(), each.buffer());
            if (line != null) {
                lines.add(line);
            }
        }
        return lines;
    }

    long refused(Reason why) {
        return node.context.counters().refused(why);
    }

    MembershipState state() {
        return node.state();
    }

    boolean armed(DeadlineKind kind) {
        return node.context.deadlines().isArmed(kind);
    }

    Daemon daemon(String name) {
        return requireNonNull(configuration.byName(name), name);
    }

    Representative rep(String name, Representative.Type type) {
        return new Representative(daemon(name).id(), type, daemon(name).segment());
    }

    List<Integer> ids(String names) {
        List<Integer> ids = new ArrayList<>();
        for (String each : letters(names)) {
            ids.add(daemon(each).id());
        }
        return ids;
    }

    private static List<String> letters(String names) {
        return names.chars().mapToObj(Character::toString).toList();
    }

    ByteBuf written(Form1 form) {
        ByteBuf out = Unpooled.buffer();
        form.write(out, configuration.hash());
        return out;
    }

    ByteBuf written(Form2 form) {
        ByteBuf out = Unpooled.buffer();
        form.write(out, configuration.hash());
        return out;
    }
}
