package org.flushspread.simulation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.flushspread.config.Configuration;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.Reason;
import org.flushspread.simulation.evs.DaemonLife;
import org.flushspread.simulation.evs.EvsChecks;
import org.flushspread.simulation.evs.GroupIds;
import org.flushspread.simulation.trace.ClientEvent;
import org.flushspread.simulation.trace.Excuses;
import org.flushspread.simulation.trace.MessageSet;
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
    private final Excuses excuses = new Excuses();
    private final EvsChecks evs = new EvsChecks(excuses);
    private final Map<Host, DaemonLife> current = new HashMap<>();
    /** The last life of each daemon: of one that crashed, clients still read what it wrote. */
    private final Map<Host, DaemonLife> lifeBehind = new HashMap<>();

    private final Map<SimulatedClient, Map<Name, List<Name>>> views = new HashMap<>();
    private final Map<SimulatedClient, MessageSet> received = new HashMap<>();
    private final Map<Host, DaemonMembership> memberships = new HashMap<>();
    /** Who has no reason to lose its token before its next membership: one of its ring leaves in order, and all else is well. */
    private final Set<Host> undisturbed = new HashSet<>();

    private final GroupTraces groups;
    private Consumer<Host> changeListener = host -> {};
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
                name -> Objects.requireNonNull(configuration.byName(name)).index(),
                new GroupIds(evs.lives()),
                swarm.reloadEvery() > 0,
                excuses);
    }

    Excuses excuses() {
        return excuses;
    }

    /** Lets somebody else see what daemons report and what clients see. */
    void listen(BiConsumer<Host, Event> daemon, BiConsumer<SimulatedClient, ClientEvent> client) {
        daemonListener = daemon;
        clientListener = client;
    }

    /** Tells when a daemon loses its token or installs a membership. */
    void onChange(Consumer<Host> listener) {
        changeListener = listener;
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
        Spectator spectator = world.spectator();
        if (spectator != null) {
            spectator.started(host);
        }
        if (isDamaged()) {
            // Damaged datagrams that still look right may do anything but throw or leak.
            return;
        }
        DaemonLife life = evs.started(
                host.me().name() + "." + host.life(),
                host.me().id(),
                () -> host.configuration().options().personalWindow());
        current.put(host, life);
        lifeBehind.put(host, life);
        groups.started(host);
        host.probe(life);
    }

    @Override
    public void crashed(Host host) {
        Spectator spectator = world.spectator();
        if (spectator != null) {
            spectator.ended(host);
        }
        memberships.remove(host);
        undisturbed.remove(host);
        current.remove(host);
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
        Spectator spectator = world.spectator();
        if (spectator != null) {
            spectator.reported(host, event);
        }
        if (event instanceof Event.Refused refused && !isDamaged()) {
            HonestPeers.check(host, refused, swarm.attackEvery() > 0);
        }
        if (event instanceof Event.TokenLost lost) {
            changeListener.accept(host);
            if (undisturbed.contains(host)) {
                throw new Violation(
                        "who leaves in order costs the others no ring",
                        host.me().name() + " gave up the token: " + lost.why());
            }
            if (lost.why() == Reason.TOKEN_TIMEOUT && host.hasUnread()) {
                throw new Violation(
                        "sockets before timers",
                        host.me().name() + " gave up the token while datagrams waited in its sockets");
            }
        }
        if (event instanceof Event.MembershipInstalled installed) {
            viewChanges++;
            undisturbed.remove(host);
            memberships.put(host, installed.membership());
            changeListener.accept(host);
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
        if (world.logging()) {
            world.log(() -> "client " + client + " " + event);
        }
        clientListener.accept(client, event);
        Spectator spectator = world.spectator();
        if (spectator != null) {
            spectator.told(client, event);
        }
        if (!isDamaged()) {
            groups.observe(client, event);
        }
    }

    @Override
    public void connected(SimulatedClient client) {
        views.put(client, new HashMap<>());
        DaemonLife life = lifeBehind.get(client.host());
        if (life != null) {
            groups.connected(client, life);
        }
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
        if (event == null || (event instanceof ClientEvent.Delivered && id == 0)) {
            throw new Violation("messages to clients can be read", client + " got " + ByteBufUtil.hexDump(image));
        }
        if (event instanceof ClientEvent.Delivered && !received(client).add(id)) {
            throw new Violation(
                    "P9 at most once", client + " received message " + (id >>> 32) + ":" + (int) id + " twice");
        }
        observe(client, event);
        Map<Name, List<Name>> seen = Objects.requireNonNull(views.get(client));
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
        views.remove(client);
        received.remove(client);
        observe(
                client,
                switch (how) {
                    case DISCONNECTED -> new ClientEvent.Disconnected();
                    case CRASHED -> new ClientEvent.Crashed();
                    case CLOSED_BY_DAEMON -> new ClientEvent.Closed();
                });
    }

    /** True if the last membership of every daemon is that of all on its side, and of nobody else. */
    boolean isDivided(int[] side) {
        for (Host each : hosts) {
            DaemonMembership membership = memberships.get(each);
            for (Host other : hosts) {
                boolean together = side[each.number()] == side[other.number()];
                if (membership == null || membership.contains(other.me().id()) != together) {
                    return false;
                }
            }
        }
        return true;
    }

    /** True once everything is as it must be some time after healing: one membership of all, everybody connected, one view per group. */
    boolean isSettled() {
        for (Host each : hosts) {
            DaemonMembership membership = memberships.get(each);
            if (membership == null || membership.size() != hosts.size()) {
                return false;
            }
        }
        return isDamaged() || clients.stream().allMatch(SimulatedClient::isUp) && disagreement() == null;
    }

    /** True if all daemons are up and in one ring; from now on one of them leaves it, and nothing else happens. */
    boolean isOneRingThatIsLeft() {
        DaemonMembership one = memberships.get(hosts.get(0));
        boolean whole = one != null
                && hosts.stream().allMatch(each -> {
                    DaemonMembership own = memberships.get(each);
                    return own != null && own.id().equals(one.id()) && each.isInRing(hosts.size());
                });
        if (whole) {
            undisturbed.addAll(hosts);
        }
        return whole;
    }

    /** Whoever is about to leave is ended now. */
    void heals() {
        undisturbed.clear();
    }

    /**
     * Everything is healed. Within some time all daemons must be in one membership, each group in one view, and messages must reach
     * everybody. Goes on until that is so, to give most of the time to faults.
     *
     * @param limit nanoseconds for what must have happened
     * @param backlog nanoseconds more, for what clients sent before
     * @param patient takes all of the limit, to see that what has settled stays so
     */
    void liveness(long limit, long backlog, boolean patient) {
        long step = swarm.timers().gather().toNanos() / 2;
        // Five seconds at the least: a full window of large messages takes its time on a slow wire.
        long patience = Math.max(step, 100 * Swarm.MILLI);
        long end = world.now() + limit + backlog;
        if (patient) {
            world.run(limit);
        }
        Map<SimulatedClient, Integer> last;
        int rounds = 0;
        do {
            rounds++;
            // A ring that was lost just now shows after its token timer only.
            int calm = 0;
            while (calm < 4 && world.now() < end) {
                world.run(step);
                calm = isSettled() ? calm + 1 : 0;
            }
            if (isDamaged()) {
                return;
            }
            last = sendEverywhere();
            for (int i = 0; i < 50 && missing(last) != null; i++) {
                world.run(patience);
            }
            world.run(step);
            // Twice at least: messages of a round that began while a join was still on its way are not owed to the
            // joiner.
        } while ((missing(last) != null || !isSettled()) && (world.now() < end || rounds < 2));
        oneMembership();
        for (SimulatedClient each : clients) {
            if (!each.isUp()) {
                throw new Violation("P22 no stall", each + " could not connect long after healing");
            }
        }
        String disagreement = disagreement();
        if (disagreement != null) {
            throw new Violation("groups agree after healing", disagreement);
        }
        String missing = missing(last);
        if (missing != null) {
            throw new Violation("messages arrive after healing", missing);
        }
    }

    /** The traces of clients are complete. */
    void finished(boolean settled) {
        if (!isDamaged()) {
            groups.finished(settled);
        }
    }

    private void oneMembership() {
        for (Host host : hosts) {
            @Nullable DaemonLife life = current.get(host);
            var regular = life == null ? null : life.regular();
            if (regular == null || regular.size() != hosts.size()) {
                throw new Violation(
                        "P22 no stall",
                        host.me().name() + " is in " + (regular == null ? "no membership" : regular)
                                + " long after healing");
            }
        }
    }

    /** Where a client sees others than the members of a group, or null. */
    private @Nullable String disagreement() {
        Map<Name, Set<Name>> expected = new HashMap<>();
        for (SimulatedClient each : clients) {
            for (Name group : each.wanted()) {
                expected.computeIfAbsent(group, g -> new HashSet<>()).add(each.privateGroup());
            }
        }
        for (SimulatedClient each : clients) {
            if (!each.wantsMembership()) {
                continue;
            }
            Map<Name, List<Name>> seen = views.getOrDefault(each, Map.of());
            if (!each.wanted().containsAll(seen.keySet())) {
                return each + " is in " + seen.keySet() + " and wants to be in " + each.wanted() + " only";
            }
            for (Name group : each.wanted()) {
                List<Name> view = seen.get(group);
                Set<Name> members = Objects.requireNonNull(expected.get(group));
                if (view == null || view.size() != members.size() || !members.containsAll(view)) {
                    return each + " sees " + view + " in " + group + ", members are " + members;
                }
            }
        }
        return null;
    }

    private Map<SimulatedClient, Integer> sendEverywhere() {
        Map<SimulatedClient, Integer> last = new HashMap<>();
        for (SimulatedClient each : clients) {
            for (Name group : each.wanted()) {
                each.send(ServiceType.SAFE_MESS, List.of(group), 100);
            }
            last.put(each, each.lastId());
        }
        return last;
    }

    /** A last message that somebody has not got, or null. */
    private @Nullable String missing(Map<SimulatedClient, Integer> last) {
        for (SimulatedClient sender : clients) {
            int id = last.get(sender) - sender.wanted().size();
            for (Name group : sender.wanted()) {
                id++;
                for (SimulatedClient receiver : clients) {
                    if (receiver.wanted().contains(group)
                            && !received(receiver).contains((long) sender.incarnation() << 32 | id)) {
                        return receiver + " never got the last message of " + sender + " to " + group;
                    }
                }
            }
        }
        return null;
    }

    private MessageSet received(SimulatedClient client) {
        return received.computeIfAbsent(client, each -> new MessageSet());
    }
}
