package org.flushspread.kernel.groups;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.groups.Cluster.Component;
import org.flushspread.simulation.check.GroupChecks;
import org.flushspread.simulation.trace.ClientEvent;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clients join, leave, send and die at random while daemons split, merge, and split again in the middle of exchanges; every property of
 * groups holds in what they see.
 */
@Tag("once")
class RandomClusterTest {
    private static final int DAEMONS = 5;
    private static final String[] GROUPS = {"a", "b", "c", "d"};

    private static int cascades;
    private static int views;

    private final List<String> violations = new ArrayList<>();
    private final Set<MembershipId> exchangedIn = new HashSet<>();
    private final Map<String, Integer> incarnations = new HashMap<>();
    private final Map<Node, Map<String, TestSession>> clients = new HashMap<>();
    private final Map<String, Set<String>> wanted = new TreeMap<>();
    private final Cluster cluster = new Cluster(DAEMONS);
    private final GroupChecks checks = GroupChecks.all(
            name -> Objects.requireNonNull(cluster.configuration().byName(name)).index(),
            id -> !exchangedIn.contains(id),
            (property, detail) -> violations.add(property + ": " + detail));
    private Random random = new Random(0);
    private int time = 1000;
    private int nextIncarnation = 1;
    private int nextName;

    static IntStream seeds() {
        return IntStream.rangeClosed(1, Integer.getInteger("groups.seeds", 30));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyPropertyHolds(int seed) {
        random = new Random(seed);
        exchangedIn.add(Cluster.membershipId(1, time));
        List<Component> components = new ArrayList<>(List.of(cluster.start(time)));
        for (Node each : cluster.nodes) {
            clients.put(each, new TreeMap<>());
        }
        for (int round = 0; round < 60; round++) {
            for (Component each : components) {
                busy(each, random.nextInt(12));
            }
            components = change(components, false);
        }
        components = change(components, true);
        assertThat(components).hasSize(1);
        busy(components.get(0), 0);
        checks.finished(true);

        assertThat(violations).isEmpty();
        assertSameStateEverywhere(components.get(0));
        for (Node each : cluster.nodes) {
            for (Reason reason : Reason.values()) {
                assertThat(each.refused(reason)).as(reason.name()).isZero();
            }
        }
        cluster.assertNothingLeaked();
    }

    @AfterAll
    static void thereWasSomethingToSee() {
        assertThat(views).isGreaterThan(1000);
        assertThat(cascades).isGreaterThan(10);
    }

    /** Requests, then as much of the ring as it takes to serve them. */
    private void busy(Component in, int requests) {
        for (int i = 0; i < requests; i++) {
            request(in);
        }
        // Unless the next change is to come in the middle of an exchange.
        if (requests % 2 == 0 || in.nodes.get(0).groups.stateNumber() == 1) {
            in.run();
        }
    }

    private void request(Component in) {
        Node node = in.nodes.get(random.nextInt(in.nodes.size()));
        Map<String, TestSession> here = Objects.requireNonNull(clients.get(node));
        if (here.size() < 3 && random.nextInt(3) == 0) {
            connect(node, here);
            return;
        }
        if (here.isEmpty()) {
            return;
        }
        List<String> names = new ArrayList<>(here.keySet());
        String name = names.get(random.nextInt(names.size()));
        int client = Objects.requireNonNull(incarnations.get(name));
        String group = GROUPS[random.nextInt(GROUPS.length)];
        Set<String> mine = wanted.computeIfAbsent(name, n -> new HashSet<>());
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> {
                checks.observe(client, new ClientEvent.JoinCalled(Name.of(group)));
                mine.add(group);
                node.request(Node.join(name, group));
            }
            case 3 -> {
                checks.observe(client, new ClientEvent.LeaveCalled(Name.of(group)));
                mine.remove(group);
                node.request(Node.leave(name, group));
            }
            case 4 -> {
                boolean clean = random.nextBoolean();
                Objects.requireNonNull(here.remove(name)).listener(image -> {});
                checks.observe(client, clean ? new ClientEvent.Disconnected() : new ClientEvent.Crashed());
                wanted.remove(name);
                node.request(clean ? Node.kill(name) : Node.crashed(name));
            }
            default -> {
                int service = random.nextBoolean() ? ServiceType.SAFE_MESS : ServiceType.FIFO_MESS;
                byte[] id = new byte[8];
                Unpooled.wrappedBuffer(id).setLong(0, random.nextLong());
                node.request(Node.image(service, name, id, group, GROUPS[random.nextInt(GROUPS.length)]));
            }
        }
    }

    private void connect(Node node, Map<String, TestSession> here) {
        boolean membership = random.nextInt(6) != 0;
        TestSession session = node.connect("c" + nextName++, membership);
        int client = nextIncarnation++;
        checks.observe(client, new ClientEvent.Connected(session.privateGroup(), membership));
        incarnations.put(session.name(), client);
        here.put(session.name(), session);
        session.listener(image -> {
            var in = Unpooled.wrappedBuffer(image);
            long id = image.length >= 8 ? in.getLong(image.length - 8) : 0;
            ClientEvent event = Objects.requireNonNull(ClientEvent.received(in, 0, id));
            if (event instanceof ClientEvent.View) {
                views++;
            }
            checks.observe(client, event);
        });
    }

    /**
     * A change of daemon membership: old rings fall apart, each part delivers what its transitional membership still brings, and new rings
     * form of parts. In some of them the exchange stops half way: the next change meets them there.
     */
    private List<Component> change(List<Component> old, boolean heal) {
        time += 10;
        List<Component> parts = new ArrayList<>();
        for (Component each : old) {
            parts.addAll(heal ? List.of(each) : split(each));
        }
        for (Component each : old) {
            inFlight(each, parts);
        }
        List<List<Component>> rings = new ArrayList<>();
        Collections.shuffle(parts, random);
        for (Component each : parts) {
            if (rings.isEmpty() || (!heal && random.nextInt(3) == 0)) {
                rings.add(new ArrayList<>());
            }
            rings.get(heal ? 0 : random.nextInt(rings.size())).add(each);
        }
        rings.removeIf(List::isEmpty);
        List<Component> next = new ArrayList<>();
        for (List<Component> each : rings) {
            Component ring = cluster.whole(each.toArray(Component[]::new));
            if (each.size() > 1 || ring.nodes.get(0).groups.stateNumber() == 4) {
                exchangedIn.add(Cluster.membershipId(number(ring.nodes.get(0)), time));
            }
            ring.regular(time);
            if (heal || random.nextInt(3) != 0) {
                ring.run();
            } else {
                some(ring);
            }
            next.add(ring);
        }
        return next;
    }

    /** Half an exchange: some of what is queued, in order, at all. */
    private void some(Component ring) {
        for (int i = random.nextInt(4); i > 0; i--) {
            Node.Queued next = ring.nodes.get(random.nextInt(ring.nodes.size())).take();
            if (next != null) {
                ring.deliver(next.image());
            }
        }
    }

    private List<Component> split(Component whole) {
        List<List<Node>> parts = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        int pieces = 1 + random.nextInt(3);
        for (Node each : whole.nodes) {
            parts.get(random.nextInt(pieces)).add(each);
        }
        return parts.stream()
                .filter(part -> !part.isEmpty())
                .map(part -> new Component(cluster, part))
                .toList();
    }

    /**
     * The end of an old ring: some last messages, which each part of it sees up to a point of its own before, and the rest of them after
     * its transitional membership.
     */
    private void inFlight(Component ring, List<Component> parts) {
        for (int i = random.nextInt(6); i > 0; i--) {
            request(ring);
        }
        List<byte[]> last = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            Node.Queued next = ring.nodes.get(random.nextInt(ring.nodes.size())).take();
            if (next != null) {
                last.add(next.image());
            }
        }
        for (Component each : parts) {
            if (ring.nodes.contains(each.nodes.get(0))) {
                boolean whole = each.nodes.size() == ring.nodes.size();
                // SAFE messages before the signal in one part are known to be in all others.
                int before = last.isEmpty() || whole ? last.size() : firstSafe(last);
                last.subList(0, before).forEach(each::deliver);
                for (Node node : each.nodes) {
                    if (node.groups.stateNumber() == 3) {
                        cascades++;
                        Objects.requireNonNull(clients.get(node))
                                .keySet()
                                .forEach(name -> checks.observe(
                                        Objects.requireNonNull(incarnations.get(name)), new ClientEvent.Cascade()));
                    }
                }
                each.transitional(time - 1 - number(each.nodes.get(0)));
                last.subList(before, last.size()).forEach(each::deliver);
            }
        }
    }

    private int firstSafe(List<byte[]> images) {
        int first = 0;
        while (first < images.size() && (images.get(first)[0] & ServiceType.SAFE_MESS) == 0) {
            first++;
        }
        return random.nextInt(first + 1);
    }

    private static int number(Node node) {
        return node.daemon().index() + 1;
    }

    /** A newcomer at each daemon finds the clients that want to be in each group, and earlier newcomers. */
    private void assertSameStateEverywhere(Component all) {
        Map<String, Set<String>> expected = new TreeMap<>();
        wanted.forEach((client, groups) -> groups.forEach(
                group -> expected.computeIfAbsent(group, g -> new TreeSet<>()).add(client)));
        for (Node each : all.nodes) {
            assertThat(each.groups.count()).isEqualTo(expected.size());
        }
        for (Node each : all.nodes) {
            TestSession newcomer = each.connect("new");
            expected.forEach((group, members) -> {
                all.deliver(Node.join(newcomer.name(), group));
                members.add(newcomer.name());
                var view = (ClientEvent.View) Objects.requireNonNull(
                        ClientEvent.received(Unpooled.wrappedBuffer(newcomer.images.remove(0)), 0, 0));
                assertThat(view.members().stream().map(Name::toString)).containsExactlyInAnyOrderElementsOf(members);
            });
            all.deliver(Node.kill(newcomer.name()));
            expected.values().forEach(members -> members.remove(newcomer.name()));
        }
    }
}
