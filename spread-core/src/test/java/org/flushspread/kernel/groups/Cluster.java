package org.flushspread.kernel.groups;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.Interface;
import org.flushspread.config.Options;
import org.flushspread.config.RingVersion;
import org.flushspread.config.Segment;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.MembershipId;

/** Several daemons' groups over a fake ring: whoever is in a component gets every message of it in one order. */
final class Cluster {
    final List<Node> nodes = new ArrayList<>();
    final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final Configuration configuration;

    /** Daemons d1, d2, ... at 10.9.1.1, 10.9.2.1, ... */
    Cluster(int daemons) {
        configuration = configuration(daemons);
        for (Daemon each : configuration.daemons()) {
            nodes.add(new Node(configuration, each, allocator));
        }
    }

    static Configuration configuration(int daemons) {
        List<Segment> segments = new ArrayList<>();
        List<Daemon> all = new ArrayList<>();
        for (int i = 0; i < daemons; i++) {
            int id = id(i + 1);
            Daemon daemon = new Daemon(
                    "d" + (i + 1),
                    id,
                    IpAddress.ipv4(id),
                    i,
                    i,
                    15400,
                    ImmutableList.of(new Interface(IpAddress.ipv4(id), true, true, true, true)));
            all.add(daemon);
            segments.add(new Segment(i, ImmutableList.of(IpAddress.ipv4(id | 0xff)), 15400, ImmutableList.of(daemon)));
        }
        return new Configuration(
                RingVersion.SPREAD4, ImmutableList.copyOf(segments), ImmutableList.copyOf(all), 1, Options.DEFAULTS);
    }

    static int id(int number) {
        return 0x0a090001 | number << 8;
    }

    static MembershipId membershipId(int number, int time) {
        return new MembershipId(id(number), time);
    }

    Node node(int number) {
        return nodes.get(number - 1);
    }

    Configuration configuration() {
        return configuration;
    }

    DaemonMembership membership(int time, Integer... numbers) {
        List<Integer> sorted = Arrays.stream(numbers).sorted().toList();
        return new DaemonMembership(
                membershipId(sorted.get(0), time),
                sorted.stream().map(n -> configuration.daemons().get(n - 1)).collect(ImmutableList.toImmutableList()));
    }

    /** All daemons start and find each other. */
    Component start(int time) {
        return merge(
                time, nodes.stream().map(n -> new Component(this, List.of(n))).toArray(Component[]::new));
    }

    /** One new ring of some components; each of them has its transitional membership at {@code time} less one, by its first daemon. */
    Component merge(int time, Component... parts) {
        for (Component each : parts) {
            each.transitional(time - 1);
        }
        return install(time, parts);
    }

    /** R for components that have had their T; the exchange runs to its end. */
    Component install(int time, Component... parts) {
        Component whole = whole(parts);
        whole.regular(time);
        whole.run();
        return whole;
    }

    Component whole(Component... parts) {
        return new Component(
                this,
                Arrays.stream(parts)
                        .flatMap(p -> p.nodes.stream())
                        .sorted(Comparator.comparingInt(n -> n.daemon().index()))
                        .toList());
    }

    Component of(Integer... numbers) {
        return new Component(
                this, Arrays.stream(numbers).sorted().map(this::node).toList());
    }

    void assertNothingLeaked() {
        assertThat(allocator.metric().usedHeapMemory()).isZero();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    /** Daemons that share a ring. */
    static final class Component {
        final List<Node> nodes;
        private final Cluster cluster;

        Component(Cluster cluster, List<Node> nodes) {
            this.cluster = cluster;
            this.nodes = nodes;
        }

        Integer[] numbers() {
            return nodes.stream().map(n -> n.daemon().index() + 1).toArray(Integer[]::new);
        }

        void transitional(int time) {
            DaemonMembership membership = cluster.membership(time, numbers());
            nodes.forEach(each -> each.groups.transitional(membership));
        }

        void regular(int time) {
            DaemonMembership membership = cluster.membership(time, numbers());
            nodes.forEach(each -> each.groups.regular(membership));
        }

        /** A message in its place of the order, whatever waits in queues. */
        void deliver(byte[] image) {
            nodes.forEach(each -> each.deliver(image));
        }

        /** Sequences what the daemons have queued until nothing is left, one message of each in turn. */
        void run() {
            boolean any = true;
            while (any) {
                any = false;
                for (Node each : nodes) {
                    Node.Queued next = each.take();
                    if (next != null) {
                        any = true;
                        deliver(next.image());
                    }
                }
            }
        }

        /** As {@link #run}, for requests made here. */
        void request(Node at, byte[] image) {
            at.request(image);
            run();
        }
    }
}
