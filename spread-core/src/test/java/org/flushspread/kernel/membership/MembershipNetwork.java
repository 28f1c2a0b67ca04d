package org.flushspread.kernel.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.FakePorts;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.MembershipState;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.Route;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.TokenHeader;

/** Daemons on a network in memory with virtual time. What holds of every run is checked at every installation. */
final class MembershipNetwork {
    private static final long LATENCY = Duration.ofNanos(100_000).toNanos();
    /** The address of a host that is nobody's. */
    private static final int ELSEWHERE = 0x0a0a0a0a;

    private static final int EPOCH = 1_795_306_978;

    private record Flying(long at, long order, int source, int to, boolean token, ByteBuf bytes)
            implements Comparable<Flying> {
        @Override
        public int compareTo(Flying other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    final Configuration configuration;
    /** By index of their daemons; an impostor stands behind them. */
    Node[] nodes;

    /** Whether daemons see where packets come from. */
    boolean sources;

    private final boolean[][] cut;
    private final PriorityQueue<Flying> flying = new PriorityQueue<>();
    private final SplittableRandom random;
    private final Map<MembershipId, List<String>> known = new HashMap<>();
    /** Every membership packet sent, as {@link Lines} writes it, behind the name of its sender. */
    final List<String> lines = new ArrayList<>();

    private long now;
    private long order;
    /** Of a thousand datagrams, how many get lost. */
    int loss;
    /** What a datagram takes that is no token. */
    Duration latency = Duration.ofNanos(LATENCY);
    /** Drops a datagram when it tells so. */
    Filter filter = (from, to, token, bytes) -> false;

    /** Decides whether a datagram is lost. */
    interface Filter {
        boolean drops(int from, int to, boolean token, byte[] bytes);
    }

    MembershipNetwork(Configuration configuration, long seed) {
        this.configuration = configuration;
        nodes = new Node[configuration.daemons().size()];
        cut = new boolean[nodes.length + 1][nodes.length + 1];
        random = new SplittableRandom(seed);
    }

    void start(int... indexes) {
        for (int index : indexes) {
            Daemon daemon = configuration.daemons().get(index);
            nodes[index] = new Node(configuration, daemon, new Outlet(index, daemon.id()), now, seconds());
            nodes[index].start();
        }
    }

    void startAll() {
        for (int i = 0; i < impostor(); i++) {
            start(i);
        }
    }

    /**
     * Starts a C daemon under the name of this one on a host that is not its own. It does not step back, which ours would not do either if
     * a token had ever found it.
     */
    void startImpostorOfC(int of) {
        startImpostor(of);
        nodes[impostor()].protocol.formToken(
                Unpooled.wrappedBuffer(new byte[TokenHeader.LENGTH]), 0, TokenHeader.LENGTH);
    }

    /** Starts this daemon on its host; its packets come from an address of that host that the configuration does not have. */
    void startElsewhere(int index) {
        Daemon daemon = configuration.daemons().get(index);
        nodes[index] = new Node(configuration, daemon, new Outlet(index, ELSEWHERE), now, seconds());
        nodes[index].start();
    }

    /** Starts another daemon under the name of this one: it hears what goes to the segment, for nobody else finds it. */
    void startImpostor(int of) {
        nodes = Arrays.copyOf(nodes, impostor() + 1);
        nodes[impostor()] =
                new Node(configuration, configuration.daemons().get(of), new Outlet(of, ELSEWHERE), now, seconds());
        nodes[impostor()].start();
    }

    private boolean hasImpostor() {
        return nodes.length > impostor();
    }

    private int impostor() {
        return configuration.daemons().size();
    }

    void crash(int index) {
        nodes[index] = null;
    }

    /** Cuts one direction. */
    void cut(int from, int to) {
        cut[from][to] = true;
    }

    /** Daemons with different numbers do not reach each other. */
    void partition(int... component) {
        for (int from = 0; from < impostor(); from++) {
            for (int to = 0; to < impostor(); to++) {
                cut[from][to] = component[from] != component[to];
            }
        }
    }

    void heal() {
        partition(new int[impostor()]);
    }

    /** Lets time pass. */
    void run(Duration time) {
        long end = now + time.toNanos();
        while (true) {
            long next = end;
            for (Node each : nodes) {
                if (each != null && each.context.deadlines().any()) {
                    next = Math.min(next, each.context.deadlines().next());
                }
            }
            Flying first = flying.peek();
            if (first != null && first.at <= next) {
                flying.poll();
                now = first.at;
                deliver(first);
            } else if (next < end) {
                now = Math.max(now, next);
                for (int i = 0; i < nodes.length; i++) {
                    if (nodes[i] != null) {
                        int before = nodes[i].installed.size();
                        nodes[i].advance(now, seconds());
                        check(nodes[i], before);
                    }
                }
            } else {
                now = end;
                return;
            }
        }
    }

    /** All running daemons listed are in one ring of exactly them. */
    void expectRing(int... indexes) {
        List<String> names = java.util.Arrays.stream(indexes)
                .mapToObj(i -> configuration.daemons().get(i).name())
                .toList();
        for (int index : indexes) {
            assertThat(nodes[index].members())
                    .as("members at %s", nodes[index].daemon)
                    .isEqualTo(names);
            assertThat(nodes[index].state()).isIn(MembershipState.OP, MembershipState.GATHER);
            assertThat(nodes[index].ring.tokenAlive()).isTrue();
            assertThat(nodes[index].protocol.regular().id())
                    .isEqualTo(nodes[indexes[0]].protocol.regular().id());
        }
    }

    /** True if all running daemons agree on a ring of exactly them. */
    boolean isWhole() {
        MembershipId id = null;
        int running = 0;
        for (Node each : nodes) {
            running += each == null ? 0 : 1;
        }
        for (Node each : nodes) {
            if (each != null) {
                DaemonMembership ring = each.protocol.regular();
                if (!each.ring.tokenAlive() || ring.size() != running || (id != null && !id.equals(ring.id()))) {
                    return false;
                }
                id = ring.id();
            }
        }
        return true;
    }

    Duration time() {
        return Duration.ofNanos(now);
    }

    /** No daemon ever sent what another had to refuse; two under one name can make a FORM token that contradicts itself. */
    void expectNothingMalformed() {
        if (hasImpostor()) {
            return;
        }
        for (Node each : nodes) {
            if (each != null) {
                for (Reason why : List.of(
                        Reason.MALFORMED_ALIVE,
                        Reason.MALFORMED_JOIN,
                        Reason.MALFORMED_REFER,
                        Reason.MALFORMED_FORM1,
                        Reason.MALFORMED_FORM2,
                        Reason.OTHER_SEGMENT)) {
                    assertThat(each.context.counters().refused(why))
                            .as("%s", why)
                            .isZero();
                }
            }
        }
    }

    private void deliver(Flying datagram) {
        Node to = nodes[datagram.to];
        if (to != null) {
            int before = to.installed.size();
            to.advance(now, seconds());
            ByteBuf bytes = datagram.bytes.duplicate();
            to.receive(datagram.token, bytes, sources ? IpAddress.ipv4(datagram.source) : null);
            check(to, before);
        }
    }

    /** P2, P4 and P5 of membership-protocol 12. */
    private void check(Node node, int before) {
        if (hasImpostor() && node == nodes[impostor()]) {
            // Whoever has an id twice has ids of rings twice.
            return;
        }
        for (int i = before; i < node.installed.size(); i++) {
            DaemonMembership now = node.installed.get(i);
            List<String> members = now.members().stream().map(Daemon::name).toList();
            assertThat(members).contains(node.daemon.name());
            assertThat(known.computeIfAbsent(now.id(), id -> members)).isEqualTo(members);
            for (int k = 0; k < i; k++) {
                DaemonMembership earlier = node.installed.get(k);
                if (earlier.id().procId() == now.id().procId()) {
                    assertThat(earlier.id().time()).isLessThan(now.id().time());
                }
            }
        }
    }

    private int seconds() {
        return EPOCH + (int) Duration.ofNanos(now).toSeconds();
    }

    private final class Outlet extends FakePorts {
        private final int from;
        private final int source;

        Outlet(int from, int source) {
            this.from = from;
            this.source = source;
        }

        @Override
        public void send(Route to, ByteBuf datagram) {
            String line = Lines.of(configuration, to, datagram);
            if (line != null) {
                lines.add(configuration.daemons().get(from).name() + " " + line);
            }
            byte[] bytes = ByteBufUtil.getBytes(datagram);
            if (to.kind() == Route.Kind.SEGMENT) {
                configuration.segments().get(to.index()).daemons().forEach(d -> fly(d.index(), false, bytes));
                if (hasImpostor()) {
                    fly(impostor(), false, bytes);
                }
            } else {
                fly(to.index(), to.kind() == Route.Kind.TOKEN, bytes);
            }
        }

        @Override
        public void reply(IpAddress address, int port, ByteBuf datagram) {
            for (Daemon each : configuration.daemons()) {
                if (each.address().equals(address)) {
                    fly(each.index(), false, ByteBufUtil.getBytes(datagram));
                }
            }
        }

        private void fly(int to, boolean token, byte[] bytes) {
            if (!cut[from][to]
                    && !filter.drops(from, to, token, bytes)
                    && (loss == 0 || random.nextInt(1000) >= loss)) {
                flying.add(new Flying(
                        now + (token ? LATENCY : latency.toNanos()),
                        order++,
                        source,
                        to,
                        token,
                        Unpooled.wrappedBuffer(bytes)));
            }
        }
    }
}
