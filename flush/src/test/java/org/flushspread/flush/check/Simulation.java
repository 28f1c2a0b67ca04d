package org.flushspread.flush.check;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.flushspread.flush.check.SimulatedSpread.Client;
import org.flushspread.flush.check.SimulatedSpread.Daemon;
import org.flushspread.flush.check.SimulatedSpread.Entry;
import org.flushspread.flush.kernel.Cause;
import org.flushspread.flush.kernel.FlushDispatcher;
import org.flushspread.flush.kernel.FlushOutput;
import org.flushspread.flush.kernel.FlushService;
import org.flushspread.flush.kernel.GroupEvent;
import org.flushspread.flush.kernel.MembershipState;
import org.flushspread.flush.kernel.Outgoing;
import org.flushspread.flush.kernel.ViewState;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * Members with a random application on a simulated Spread, all from one seed: joins, leaves, crashes, partitions, merges, messages of each
 * service, members that read and flush late. Everything they do goes to the checkers.
 */
public final class Simulation {
    /** Makes the flush layer of one connection. */
    @FunctionalInterface
    public interface Layers {
        FlushDispatcher create(String self, FlushOutput output);
    }

    /**
     * What may happen.
     *
     * @param network whether daemons part and meet
     * @param overtaking percent of messages that are RELIABLE or UNRELIABLE, and of packets that arrive before their turn
     * @param hanging whether members stop and wake up, and strangers join
     * @param churning whether members leave and join all the time, and daemons part while they do
     */
    public record Menu(
            int daemons,
            int members,
            int groups,
            int steps,
            boolean network,
            int overtaking,
            boolean hanging,
            boolean churning) {
        public Menu(int daemons, int members, int groups, int steps, boolean network, int overtaking) {
            this(daemons, members, groups, steps, network, overtaking, false, false);
        }

        public Menu(int daemons, int members, int groups, int steps, boolean network, int overtaking, boolean hanging) {
            this(daemons, members, groups, steps, network, overtaking, hanging, false);
        }
    }

    /** What a member of these simulations may take for its consent. */
    public static final long PATIENCE = 400_000_000L;

    private static final long STEP = 5_000_000L;

    private static final int[] SERVICES = {
        ServiceType.FIFO_MESS,
        ServiceType.CAUSAL_MESS,
        ServiceType.AGREED_MESS,
        ServiceType.SAFE_MESS,
        ServiceType.RELIABLE_MESS,
        ServiceType.UNRELIABLE_MESS
    };

    private final Random random;
    private final Menu menu;
    private final Layers layers;
    private final SimulatedSpread spread;
    private final Checkers checkers = new Checkers();
    private final List<Member> members = new ArrayList<>();
    private final Set<Daemon> crashed = new java.util.HashSet<>();
    private final List<String> groups = new ArrayList<>();
    private int names;
    private int messages;
    private long now = 1;
    private final List<FlushDispatcher> everybody = new ArrayList<>();

    public Simulation(long seed, Menu menu, Layers layers) {
        this.random = new Random(seed);
        this.menu = menu;
        this.layers = layers;
        this.spread = new SimulatedSpread(random, menu.daemons(), menu.overtaking());
        for (int i = 0; i < menu.groups(); i++) {
            groups.add("g" + i);
        }
    }

    /** A figure of all flush layers that took part, to prove that something happened. */
    public long total(java.util.function.ToLongFunction<org.flushspread.flush.kernel.FlushCounters> figure) {
        return everybody.stream()
                .mapToLong(each -> figure.applyAsLong(each.counters()))
                .sum();
    }

    /** Runs until the steps are used up and everything has come to rest. */
    public Checkers run() {
        for (int i = 0; i < menu.members(); i++) {
            connect();
        }
        for (int i = 0; i < menu.steps(); i++) {
            step();
        }
        settle();
        return checkers;
    }

    private void connect() {
        List<Daemon> alive = new ArrayList<>(spread.daemons());
        alive.removeAll(crashed);
        Daemon daemon = alive.get(random.nextInt(alive.size()));
        members.add(new Member("#m" + names++ + "#d" + daemon.index, daemon));
    }

    private void step() {
        now += STEP;
        int choice = random.nextInt(1000);
        if (menu.hanging() && random.nextInt(200) == 0) {
            hang();
            return;
        }
        if (choice < (menu.churning() ? 12 : 4) && menu.network()) {
            reconfigure();
        } else if (choice > 3 && choice < 8 && members.size() > 1) {
            members.get(random.nextInt(members.size())).crash();
            if (random.nextBoolean()) {
                connect();
            }
        } else if (choice < 250) {
            spread.append();
        } else if (choice < 500) {
            spread.transmit();
        } else if (choice < 750) {
            members.get(random.nextInt(members.size())).read();
        } else {
            members.get(random.nextInt(members.size())).act();
        }
    }

    /** Somebody stops, or wakes up, or a stranger comes or goes. */
    private void hang() {
        Member member = members.get(random.nextInt(members.size()));
        if (random.nextInt(4) == 0) {
            Member stranger = null;
            for (Member each : members) {
                stranger = each.stranger ? each : stranger;
            }
            if (stranger == null && members.size() < menu.members() + 2) {
                connect();
                members.get(members.size() - 1).stranger = true;
            } else if (stranger != null) {
                stranger.actAsStranger();
            }
        } else if (!member.stranger) {
            member.frozen = !member.frozen || random.nextInt(3) == 0;
        }
    }

    private void reconfigure() {
        if (menu.churning()) {
            // Much is on its way when daemons lose each other.
            for (int i = 0; i < 30; i++) {
                members.get(random.nextInt(members.size())).act();
                spread.append();
                if (random.nextInt(4) > 0) {
                    spread.transmit();
                }
            }
        }
        int[] components = new int[menu.daemons()];
        int parts = 1 + random.nextInt(menu.daemons());
        for (Daemon daemon : spread.daemons()) {
            components[daemon.index] = crashed.contains(daemon) ? -1 - daemon.index : random.nextInt(parts);
        }
        if (random.nextInt(12) == 0 && crashed.size() < menu.daemons() - 1) {
            Daemon daemon = spread.daemons().get(random.nextInt(menu.daemons()));
            for (Member member : new ArrayList<>(members)) {
                if (member.client.daemon == daemon) {
                    member.crash();
                }
            }
            crashed.add(daemon);
            components[daemon.index] = -1 - daemon.index;
            if (members.isEmpty()) {
                connect();
            }
        }
        spread.reconfigure(components);
    }

    private void settle() {
        if (menu.network() && random.nextInt(3) > 0) {
            int[] components = new int[menu.daemons()];
            crashed.forEach(each -> components[each.index] = -1 - each.index);
            spread.reconfigure(components);
        }
        rest();
        Set<String> absent = new TreeSet<>();
        members.stream().filter(each -> each.frozen || each.stranger).forEach(each -> absent.add(each.name));
        if (!absent.isEmpty()) {
            checkers.add(new TraceEvent.Rest(memberships(), absent));
            members.forEach(each -> each.frozen = false);
            rest();
        }
        Set<String> strangers = new TreeSet<>();
        members.stream().filter(each -> each.stranger).forEach(each -> strangers.add(each.name));
        checkers.add(new TraceEvent.Quiet(memberships(), strangers));
        checkers.end();
    }

    private void rest() {
        boolean more = true;
        int rounds = 0;
        int idle = 0;
        while (more || (menu.hanging() && ++idle < 100)) {
            more = false;
            while (spread.append() || spread.transmit()) {
                more = true;
            }
            for (Member member : members) {
                more |= member.settle();
            }
            if (!more) {
                // Nothing moves but the clock.
                now += PATIENCE / 4;
                for (Member member : members) {
                    member.tick();
                }
            }
            if (++rounds > 100_000) {
                throw new AssertionError("no rest");
            }
        }
        if (!spread.isIdle()) {
            throw new AssertionError("messages are stuck in the simulated daemons");
        }
    }

    private Map<String, TraceEvent.SpreadMembership> memberships() {
        Map<String, TraceEvent.SpreadMembership> now = new TreeMap<>();
        for (Member member : members) {
            for (String group : member.frozen || member.stranger ? List.<String>of() : groups) {
                List<String> list = new ArrayList<>();
                ViewId id = spread.membership(member.client, group, list);
                if (id != null) {
                    now.put(
                            TraceEvent.Quiet.key(member.name, group),
                            new TraceEvent.SpreadMembership(member.name, group, id, list));
                }
            }
        }
        return now;
    }

    /** One connection, its flush layer and its application. */
    private final class Member implements SimulatedSpread.Mailbox, FlushOutput {
        final String name;
        final Client client;
        final FlushDispatcher layer;
        final Deque<Runnable> inbox = new ArrayDeque<>();
        final Map<String, Map<GroupId, ViewId>> ids = new HashMap<>();
        final Set<String> requested = new TreeSet<>();
        /** Just got a view: many applications speak first thing then, and that is what overtakes. */
        boolean entered;
        /** A process that is stopped. */
        boolean frozen;
        /** A plain client that reads and says nothing. */
        boolean stranger;

        Member(String name, Daemon daemon) {
            this.name = name;
            this.client = spread.connect(name, daemon, this);
            this.layer = layers.create(name, this);
            everybody.add(layer);
        }

        // -- the daemon's side

        @Override
        public void membership(String group, int cause, ViewId id, List<String> list, List<String> vsSet) {
            inbox.add(() -> {
                ids.computeIfAbsent(group, each -> new HashMap<>()).put(id.id(), id);
                checkers.add(new TraceEvent.SpreadMembership(name, group, id, list));
                layer.membership(group, Cause.of(cause), id.id(), list, vsSet, now);
            });
        }

        @Override
        public void transition(String group) {
            inbox.add(() -> layer.transition(group));
        }

        @Override
        public void selfLeave(String group) {
            inbox.add(() -> layer.selfLeave(group));
        }

        @Override
        public void message(Entry entry) {
            inbox.add(() -> layer.data(
                    entry.type, entry.from.name, entry.groups, entry.messType, true, ByteBuffer.wrap(entry.body)));
        }

        // -- the layer's side

        @Override
        public void send(Outgoing message) {
            if ((message.type() & ServiceType.LEAVE_MESS) != 0) {
                put(message, new byte[0]);
                return;
            }
            if (message.messType() == FlushService.FLUSH_OK) {
                int at = message.trailer().remaining() - GroupId.LENGTH;
                GroupId id = GroupId.read(
                        io.netty.buffer.Unpooled.wrappedBuffer(message.trailer().duplicate()), at, true);
                checkers.add(new TraceEvent.Consents(
                        name, message.groups().get(0), view(message.groups().get(0), id)));
            }
            put(message, new byte[0]);
        }

        private void put(Outgoing message, byte[] body) {
            byte[] all = new byte[body.length + message.trailer().remaining()];
            ByteBuffer.wrap(all).put(body).put(message.trailer().duplicate());
            spread.send(new Entry(client, message.type(), message.groups(), message.messType(), all));
        }

        private ViewId view(String group, GroupId id) {
            ViewId known = ids.getOrDefault(group, Map.of()).get(ViewId.membership(id));
            return new ViewId(id, known == null ? -1 : known.incarnation());
        }

        @Override
        public void event(GroupEvent event) {
            String group = event.group();
            if (event instanceof GroupEvent.Data data) {
                boolean subgroup = FlushService.isSubgroup(data.service());
                List<String> receivers =
                        subgroup ? data.groups().subList(0, data.groups().size() - 1) : null;
                checkers.add(new TraceEvent.Delivers(
                        name,
                        group,
                        data.body().duplicate().getInt(),
                        data.sender(),
                        data.service(),
                        data.messType(),
                        receivers));
            } else if (event instanceof GroupEvent.View view) {
                requested.remove(group);
                entered = true;
                checkers.add(new TraceEvent.Installs(
                        name,
                        group,
                        view(group, view.id()).without(view.excluded()),
                        view.members(),
                        view.myIndex(),
                        view.cause().bit(),
                        view.transitional()));
            } else if (event instanceof GroupEvent.FlushRequest) {
                requested.add(group);
                checkers.add(new TraceEvent.FlushRequest(name, group));
            } else if (event instanceof GroupEvent.Transition) {
                checkers.add(new TraceEvent.Transition(name, group));
            } else if (event instanceof GroupEvent.Excluded) {
                requested.remove(group);
                checkers.add(new TraceEvent.Excluded(name, group));
            } else if (event instanceof GroupEvent.SelfLeave) {
                requested.remove(group);
                ids.remove(group);
                checkers.add(new TraceEvent.SelfLeave(name, group));
            }
        }

        // -- the application

        void tick() {
            if (!frozen && !stranger) {
                layer.tick(now);
            }
        }

        boolean read() {
            if (frozen) {
                return false;
            }
            Runnable next = inbox.poll();
            if (next == null) {
                tick();
                return false;
            }
            if (stranger) {
                return true;
            }
            next.run();
            if (layer.failure() != null) {
                throw new AssertionError(name + ": " + layer.failure());
            }
            if (entered && random.nextInt(100) < 30 + menu.overtaking()) {
                say(groups.get(random.nextInt(groups.size())));
            }
            entered = false;
            return true;
        }

        void actAsStranger() {
            String group = groups.get(random.nextInt(groups.size()));
            boolean in = spread.membership(client, group, new ArrayList<>()) != null;
            int type = in ? ServiceType.LEAVE_MESS : ServiceType.JOIN_MESS;
            spread.send(new Entry(client, type, List.of(group), (short) 0, new byte[0]));
        }

        void act() {
            if (frozen || stranger) {
                return;
            }
            if (random.nextInt(8) == 0) {
                // Some look at the clock first.
                tick();
            }
            String group = groups.get(random.nextInt(groups.size()));
            MembershipState state = layer.membershipState(group);
            int choice = random.nextInt(100);
            if (state == null) {
                if (choice < (menu.churning() ? 100 : 25) && !layer.isJoining(group)) {
                    checkers.add(new TraceEvent.Joins(name, group));
                    put(layer.join(group), new byte[0]);
                }
            } else if (requested.contains(group) && choice < 50) {
                flush(group);
            } else if (menu.hanging() && choice < 52) {
                layer.rollCall(group, random.nextInt(4) == 0 ? nameSomebody(group) : List.of());
            } else if (choice < 55) {
                if (state == MembershipState.JOINED && random.nextInt(menu.churning() ? 1 : 4) == 0) {
                    Outgoing leave = layer.leave(group);
                    if (leave.refusal() == null) {
                        checkers.add(new TraceEvent.Leaves(name, group));
                        put(leave, new byte[0]);
                    }
                }
            } else {
                say(group);
            }
        }

        private List<String> nameSomebody(String group) {
            List<String> some = receivers(group);
            return some == null ? List.of() : List.of(some.get(0));
        }

        private void flush(String group) {
            if (layer.membershipState(group) == MembershipState.LEAVING || !requested.remove(group)) {
                return;
            }
            // Noted first: the FLUSH_OK comes out of the call.
            if (layer.viewState(group) == ViewState.AUTHORIZE) {
                checkers.add(new TraceEvent.Flushes(name, group));
            }
            SpreadCode refusal = layer.flush(group);
            if (refusal != null) {
                throw new AssertionError(name + " cannot flush " + group + ": " + refusal);
            }
        }

        private void say(String group) {
            int service = SERVICES[random.nextInt(100) < menu.overtaking() ? 4 + random.nextInt(2) : random.nextInt(4)];
            if (random.nextInt(10) == 0) {
                service |= ServiceType.SELF_DISCARD;
            }
            int id = messages++;
            byte[] body = ByteBuffer.allocate(4).putInt(id).array();
            short type = (short) random.nextInt();
            type = type < FlushService.MIN_LEGAL_MESS_TYPE ? 0 : type;
            List<String> receivers = random.nextInt(4) == 0 ? receivers(group) : null;
            Outgoing message = receivers == null
                    ? layer.multicast(service, group, type, 1, 4)
                    : layer.subgroupcast(service, group, receivers, type, 1, 4);
            SpreadCode refusal = message.refusal();
            checkers.add(new TraceEvent.Sends(
                    name, group, id, service, type, receivers, refusal == null ? 0 : refusal.code()));
            if (refusal == null) {
                put(message, body);
            }
        }

        private @Nullable List<String> receivers(String group) {
            History.Stay stay = checkers.history().current(name, group);
            if (stay == null) {
                return null;
            }
            List<String> all = stay.view.members();
            List<String> some = new ArrayList<>();
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                some.add(all.get(random.nextInt(all.size())));
            }
            return some;
        }

        void crash() {
            members.remove(this);
            if (stranger) {
                spread.kill(client);
                return;
            }
            checkers.add(new TraceEvent.Ends(name));
            spread.kill(client);
        }

        /** Reads and answers everything; true if there was something. */
        boolean settle() {
            if (frozen) {
                return false;
            }
            boolean more = false;
            while (read()) {
                more = true;
            }
            for (String group : List.copyOf(requested)) {
                if (layer.membershipState(group) != MembershipState.LEAVING) {
                    flush(group);
                    more = true;
                }
            }
            return more;
        }
    }
}
