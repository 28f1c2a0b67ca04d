package org.flushspread.simulation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.flushspread.config.Configuration;
import org.flushspread.kernel.Event;
import org.flushspread.kernel.KernelSettings;
import org.flushspread.simulation.evs.DaemonLife;
import org.flushspread.simulation.evs.Property;
import org.flushspread.simulation.evs.RingWatch;
import org.flushspread.simulation.trace.ClientEvent;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;

/** Collects what all daemons and clients saw, and asks the checkers. */
final class Judge implements Watch, ClientWatch {
    /** The water mark, and what a read and the disconnects of all sessions may add to it. */
    private static final int MAX_WAITING = KernelSettings.DEFAULTS.waterMark() + 500;
    /** Messages after which clients rest: it bounds the memory of a run. */
    private static final long ENOUGH = 150_000;

    private final World world;
    private final Swarm swarm;
    private final List<Host> hosts;
    private final List<SimulatedClient> clients;
    private final DaemonLife.Rings rings = new DaemonLife.Rings();
    private final RingWatch.Rings traffic = new RingWatch.Rings();
    private final List<DaemonLife> lives = new ArrayList<>();
    private final Map<Host, DaemonLife> current = new HashMap<>();
    private final Map<Integer, Map<Name, List<Name>>> views = new HashMap<>();
    private final Map<Integer, Set<Long>> received = new HashMap<>();
    private final GroupTraces groups;
    private BiConsumer<Host, Event> daemonListener = (host, event) -> {};
    private BiConsumer<SimulatedClient, ClientEvent> clientListener = (client, event) -> {};
    private long viewChanges;
    private long messages;

    Judge(World world, Swarm swarm, List<Host> hosts, List<SimulatedClient> clients, Configuration configuration) {
        this.world = world;
        this.swarm = swarm;
        this.hosts = hosts;
        this.clients = clients;
        this.groups = new GroupTraces(
                name -> Objects.requireNonNull(configuration.byName(name)).index(), swarm.reloadEvery() > 0);
    }

    /** Lets somebody else see what daemons report and what clients see. */
    void listen(BiConsumer<Host, Event> daemon, BiConsumer<SimulatedClient, ClientEvent> client) {
        daemonListener = daemon;
        clientListener = client;
    }

    long viewChanges() {
        return viewChanges;
    }

    long messages() {
        return messages;
    }

    private boolean isDamaged() {
        return swarm.corruption() > 0;
    }

    @Override
    public void started(Host host) {
        if (isDamaged()) {
            // Damaged datagrams that still look right may do anything but throw or leak.
            return;
        }
        DaemonLife life =
                new DaemonLife(host.me().name() + "." + host.life(), host.me().id(), rings);
        lives.add(life);
        current.put(host, life);
        groups.started(host);
        host.probe(new RingWatch(
                life, traffic, () -> host.configuration().options().personalWindow()));
    }

    @Override
    public void crashed(Host host) {
        DaemonLife life = current.remove(host);
        if (life != null) {
            life.crashed();
        }
    }

    @Override
    public void released(Host host, long bytes) {
        if (bytes != 0) {
            throw new Violation("no leak", host.me().name() + " kept " + bytes + " bytes of buffers after its end");
        }
    }

    @Override
    public void turned(Host host) {
        if (host.waitingMessages() > MAX_WAITING) {
            throw new Violation(
                    "queues within limits", host.me().name() + " has " + host.waitingMessages() + " messages waiting");
        }
    }

    @Override
    public void reported(Host host, Event event) {
        daemonListener.accept(host, event);
        if (event instanceof Event.MembershipInstalled installed) {
            viewChanges++;
            if (!isDamaged()) {
                groups.regular(host, installed.membership());
            }
        } else if (event instanceof Event.MembershipTransitional transitional && !isDamaged()) {
            groups.transitional(host, transitional.membership());
        }
    }

    @Override
    public boolean hasSeenEnough() {
        return messages > ENOUGH;
    }

    private void observe(SimulatedClient client, ClientEvent event) {
        world.log(() -> "client " + client + " " + event);
        clientListener.accept(client, event);
        if (!isDamaged()) {
            groups.observe(client, event);
        }
    }

    @Override
    public void connected(SimulatedClient client) {
        views.put(client.incarnation(), new HashMap<>());
        received.put(client.incarnation(), new HashSet<>());
        observe(client, new ClientEvent.Connected(client.privateGroup(), client.wantsMembership()));
    }

    @Override
    public void joins(SimulatedClient client, Name group) {
        observe(client, new ClientEvent.JoinCalled(group));
    }

    @Override
    public void leaves(SimulatedClient client, Name group) {
        observe(client, new ClientEvent.LeaveCalled(group));
    }

    @Override
    public void sends(SimulatedClient client, int id, int service, List<Name> to) {
        observe(client, new ClientEvent.Sent((long) client.incarnation() << 32 | id, service, to));
    }

    @Override
    public void received(SimulatedClient client, byte[] image) {
        messages++;
        if (isDamaged()) {
            return;
        }
        var in = Unpooled.wrappedBuffer(image);
        long id = image.length >= MessageHeader.LENGTH + 8 ? in.getLong(body(in)) : 0;
        ClientEvent event = ClientEvent.received(in, 0, id);
        if (event == null) {
            throw new Violation("messages to clients can be read", client + " got " + ByteBufUtil.hexDump(image));
        }
        if (event instanceof ClientEvent.Delivered
                && !Objects.requireNonNull(received.get(client.incarnation())).add(id)) {
            throw new Violation(
                    "P9 at most once", client + " received message " + (id >>> 32) + ":" + (int) id + " twice");
        }
        observe(client, event);
        Map<Name, List<Name>> seen = Objects.requireNonNull(views.get(client.incarnation()));
        if (event instanceof ClientEvent.View view) {
            seen.put(view.group(), view.members());
        } else if (event instanceof ClientEvent.SelfLeave leave) {
            seen.remove(leave.group());
        }
    }

    private static int body(ByteBuf in) {
        boolean little = ByteOrderTag.isLittleEndian(in, 0);
        int at = MessageHeader.LENGTH + MessageHeader.numGroups(in, 0, little) * Name.SLOT;
        return Math.min(at, in.writerIndex() - 8);
    }

    @Override
    public void ended(SimulatedClient client, End how) {
        views.remove(client.incarnation());
        received.remove(client.incarnation());
        observe(
                client,
                switch (how) {
                    case DISCONNECTED -> new ClientEvent.Disconnected();
                    case CRASHED -> new ClientEvent.Crashed();
                    case CLOSED_BY_DAEMON -> new ClientEvent.Closed();
                });
    }

    /** Everything is healed and had time: one membership of all, one view per group, and messages reach everybody. */
    void liveness() {
        if (isDamaged()) {
            return;
        }
        for (Property each : Property.all()) {
            each.check(lives, rings);
        }
        int all = hosts.size();
        for (Host host : hosts) {
            @Nullable DaemonLife life = current.get(host);
            var regular = life == null ? null : life.regular();
            if (regular == null || regular.size() != all) {
                throw new Violation(
                        "P22 no stall",
                        host.me().name() + " is in " + (regular == null ? "no membership" : regular)
                                + " long after healing");
            }
        }
        groupsAgree();
        messagesArrive();
        for (Property each : Property.all()) {
            each.check(lives, rings);
        }
        groups.finished();
    }

    private void groupsAgree() {
        Map<Name, Set<Name>> expected = new HashMap<>();
        for (SimulatedClient each : clients) {
            if (!each.isUp()) {
                throw new Violation("P22 no stall", each + " could not connect long after healing");
            }
            for (String group : each.wanted()) {
                expected.computeIfAbsent(Name.of(group), g -> new HashSet<>()).add(each.privateGroup());
            }
        }
        for (SimulatedClient each : clients) {
            if (!each.wantsMembership()) {
                continue;
            }
            for (String group : each.wanted()) {
                Name name = Name.of(group);
                List<Name> view =
                        views.getOrDefault(each.incarnation(), Map.of()).get(name);
                if (view == null || !expected.get(name).equals(new HashSet<>(view))) {
                    throw new Violation(
                            "groups agree after healing",
                            each + " sees " + view + " in " + group + ", members are " + expected.get(name));
                }
            }
        }
    }

    private void messagesArrive() {
        Map<SimulatedClient, Integer> last = new HashMap<>();
        for (SimulatedClient each : clients) {
            for (String group : each.wanted()) {
                each.send(ServiceType.SAFE_MESS, List.of(Name.of(group)), 100);
            }
            last.put(each, each.lastId());
        }
        world.run(5 * Swarm.SECOND);
        for (SimulatedClient sender : clients) {
            int id = last.get(sender);
            List<String> groups = new ArrayList<>(sender.wanted());
            for (int i = 0; i < groups.size(); i++) {
                long message = (long) sender.incarnation() << 32 | (id - groups.size() + 1 + i);
                for (SimulatedClient receiver : clients) {
                    if (receiver.wanted().contains(groups.get(i))
                            && !received.getOrDefault(receiver.incarnation(), Set.of())
                                    .contains(message)) {
                        throw new Violation(
                                "messages arrive after healing",
                                receiver + " never got the last message of " + sender + " to " + groups.get(i));
                    }
                }
            }
        }
    }
}
