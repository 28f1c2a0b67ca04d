package org.flushspread.flush.check;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;

/**
 * Daemons in memory with extended virtual synchrony as the C daemons give it (groups-protocol 3, 6 and 7): one log per ring, delivery in
 * its order, SAFE only when everybody has it, RELIABLE and UNRELIABLE before their turn, recovery with a transitional signal when daemons
 * are lost, network views with virtual synchrony sets. What a client sends waits at its daemon and may reach a later ring.
 */
final class SimulatedSpread {
    /** Where a daemon puts what its client is to get. */
    interface Mailbox {
        void membership(String group, int cause, ViewId id, List<String> members, List<String> vsSet);

        void transition(String group);

        void selfLeave(String group);

        void message(Entry entry);
    }

    /** A message of a client on its way. */
    static final class Entry {
        final Client from;
        final int type;
        final List<String> groups;
        final short messType;
        final byte[] body;
        private int incarnation;

        Entry(Client from, int type, List<String> groups, short messType, byte[] body) {
            this.from = from;
            this.type = type;
            this.groups = groups;
            this.messType = messType;
            this.body = body;
        }

        boolean overtakes() {
            return (type & (ServiceType.RELIABLE_MESS | ServiceType.UNRELIABLE_MESS)) != 0;
        }
    }

    /** A session. */
    static final class Client {
        final String name;
        final Daemon daemon;
        final Mailbox mailbox;
        boolean gone;

        Client(String name, Daemon daemon, Mailbox mailbox) {
            this.name = name;
            this.daemon = daemon;
            this.mailbox = mailbox;
        }
    }

    static final class Daemon {
        final int index;
        private Ring ring;
        private final List<Entry> outbox = new ArrayList<>();
        private final List<Client> clients = new ArrayList<>();
        private BitSet received = new BitSet();
        private BitSet early = new BitSet();
        private int delivered;
        private TreeMap<String, Group> groups = new TreeMap<>();

        Daemon(int index, Ring ring) {
            this.index = index;
            this.ring = ring;
        }
    }

    private static final class Ring {
        final MembershipId id;
        final List<Daemon> daemons = new ArrayList<>();
        final List<Entry> log = new ArrayList<>();

        Ring(MembershipId id) {
            this.id = id;
        }
    }

    private static final class Member {
        final Client client;

        Member(Client client) {
            this.client = client;
        }
    }

    /** What a daemon knows of a group; daemons that move together know the same. */
    private static final class Group {
        final String name;
        GroupId id;
        int incarnation;
        boolean changed;
        /** By daemon index and then name, which is the order of every member list. */
        final TreeMap<String, Member> members = new TreeMap<>();

        Group(String name, GroupId id, int incarnation) {
            this.name = name;
            this.id = id;
            this.incarnation = incarnation;
        }

        Group copy() {
            Group copy = new Group(name, id, incarnation);
            copy.changed = changed;
            copy.members.putAll(members);
            return copy;
        }

        static String key(Client client) {
            return client.daemon.index + " " + client.name;
        }

        List<String> names() {
            return names(members.values());
        }

        static List<String> names(Collection<Member> members) {
            List<String> names = new ArrayList<>();
            members.forEach(each -> names.add(each.client.name));
            return names;
        }

        ViewId view() {
            return new ViewId(id, incarnation);
        }

        void step() {
            id = new GroupId(id.membershipId(), id.index() + 1);
        }
    }

    private final Random random;
    private final int haste;
    private final List<Daemon> daemons = new ArrayList<>();
    private int ids = 1;
    private int incarnations;
    /** Who came along while a daemon is in its transitional period; otherwise null. */
    private @Nullable List<Daemon> along;

    private MembershipId transitional = new MembershipId(0, 0);

    /** @param haste percent of packets that arrive before their turn */
    SimulatedSpread(Random random, int count, int haste) {
        this.random = random;
        this.haste = haste;
        Ring ring = new Ring(newId());
        for (int i = 0; i < count; i++) {
            Daemon daemon = new Daemon(i, ring);
            daemons.add(daemon);
            ring.daemons.add(daemon);
        }
    }

    private MembershipId newId() {
        return new MembershipId(0x7f000001, ids++);
    }

    List<Daemon> daemons() {
        return daemons;
    }

    Client connect(String name, Daemon daemon, Mailbox mailbox) {
        Client client = new Client(name, daemon, mailbox);
        daemon.clients.add(client);
        return client;
    }

    void send(Entry entry) {
        entry.from.daemon.outbox.add(entry);
    }

    /** The session ends; what it sent before goes first. */
    void kill(Client client) {
        client.gone = true;
        client.daemon.outbox.add(new Entry(client, ServiceType.KILL_MESS, List.of(), (short) 0, new byte[0]));
    }

    // ---- steps, each possible at any time

    /** A daemon puts messages of its clients on the ring. */
    boolean append() {
        List<Daemon> waiting = new ArrayList<>();
        for (Daemon daemon : daemons) {
            if (!daemon.outbox.isEmpty()) {
                waiting.add(daemon);
            }
        }
        if (waiting.isEmpty()) {
            return false;
        }
        Daemon daemon = waiting.get(random.nextInt(waiting.size()));
        int count = 1 + random.nextInt(daemon.outbox.size());
        for (int i = 0; i < count; i++) {
            daemon.ring.log.add(daemon.outbox.remove(0));
            receive(daemon, daemon.ring.log.size() - 1);
        }
        return true;
    }

    /** A daemon receives one packet of the ring, not always the next one. */
    boolean transmit() {
        List<Daemon> behind = new ArrayList<>();
        for (Daemon daemon : daemons) {
            if (daemon.received.cardinality() < daemon.ring.log.size()) {
                behind.add(daemon);
            }
        }
        if (behind.isEmpty()) {
            return learn();
        }
        Daemon daemon = behind.get(random.nextInt(behind.size()));
        int at = daemon.received.nextClearBit(0);
        if (random.nextInt(100) < haste) {
            // A packet from far ahead, most likely the newest; the missing ones come later.
            int newest = daemon.received.previousClearBit(daemon.ring.log.size() - 1);
            at = random.nextBoolean() ? newest : daemon.received.nextClearBit(at + random.nextInt(newest - at + 1));
        }
        receive(daemon, at);
        for (Daemon other : daemon.ring.daemons) {
            // Some learn later than others that everybody has it.
            if (random.nextBoolean()) {
                deliverInOrder(other);
            }
        }
        return true;
    }

    /** All learn what everybody has; false if they knew. */
    private boolean learn() {
        boolean news = false;
        for (Daemon daemon : daemons) {
            int before = daemon.delivered;
            deliverInOrder(daemon);
            news |= daemon.delivered > before;
        }
        return news;
    }

    private void receive(Daemon daemon, int at) {
        daemon.received.set(at);
        Entry entry = daemon.ring.log.get(at);
        if (entry.overtakes()) {
            daemon.early.set(at);
            deliver(daemon, entry);
        }
        deliverInOrder(daemon);
    }

    private void deliverInOrder(Daemon daemon) {
        while (daemon.received.get(daemon.delivered)) {
            Entry entry = daemon.ring.log.get(daemon.delivered);
            if ((entry.type & ServiceType.SAFE_MESS) != 0 && !isStable(daemon.ring, daemon.delivered)) {
                return;
            }
            deliverNext(daemon);
        }
    }

    private static boolean isStable(Ring ring, int at) {
        for (Daemon daemon : ring.daemons) {
            if (daemon.received.nextClearBit(0) <= at) {
                return false;
            }
        }
        return true;
    }

    private void deliverNext(Daemon daemon) {
        int at = daemon.delivered++;
        if (!daemon.early.get(at)) {
            deliver(daemon, daemon.ring.log.get(at));
        }
    }

    boolean isIdle() {
        for (Daemon daemon : daemons) {
            if (!daemon.outbox.isEmpty() || daemon.delivered < daemon.ring.log.size()) {
                return false;
            }
        }
        return true;
    }

    // ---- groups-protocol 3.1

    private void deliver(Daemon daemon, Entry entry) {
        if ((entry.type & ServiceType.JOIN_MESS) != 0) {
            join(daemon, entry);
        } else if ((entry.type & ServiceType.LEAVE_MESS) != 0) {
            leave(daemon, entry.from, entry.groups.get(0), ServiceType.CAUSED_BY_LEAVE);
        } else if ((entry.type & ServiceType.KILL_MESS) != 0) {
            for (String group : new ArrayList<>(daemon.groups.keySet())) {
                leave(daemon, entry.from, group, ServiceType.CAUSED_BY_DISCONNECT);
            }
            daemon.clients.remove(entry.from);
        } else {
            data(daemon, entry);
        }
    }

    private void join(Daemon daemon, Entry entry) {
        String name = entry.groups.get(0);
        Group group = daemon.groups.get(name);
        if (group == null) {
            if (entry.incarnation == 0) {
                entry.incarnation = ++incarnations;
            }
            group = new Group(name, new GroupId(along == null ? daemon.ring.id : transitional, 0), entry.incarnation);
            daemon.groups.put(name, group);
        }
        if (group.members.putIfAbsent(Group.key(entry.from), new Member(entry.from)) != null) {
            return;
        }
        group.step();
        group.changed |= isLost(entry.from.daemon);
        if (group.changed) {
            heavyView(daemon, group, entry.from);
        } else {
            lightView(daemon, group, ServiceType.CAUSED_BY_JOIN, entry.from.name);
        }
    }

    private void leave(Daemon daemon, Client client, String name, int cause) {
        Group group = daemon.groups.get(name);
        if (group == null || group.members.remove(Group.key(client)) == null) {
            return;
        }
        if (client.daemon == daemon && cause == ServiceType.CAUSED_BY_LEAVE && !client.gone) {
            client.mailbox.selfLeave(name);
        }
        group.step();
        if (group.members.isEmpty()) {
            daemon.groups.remove(name);
        } else if (group.changed) {
            heavyView(daemon, group, null);
        } else {
            lightView(daemon, group, cause, client.name);
        }
    }

    private static void data(Daemon daemon, Entry entry) {
        for (Client client : daemon.clients) {
            boolean listed = entry.groups.contains(client.name);
            for (String name : entry.groups) {
                Group group = daemon.groups.get(name);
                listed |= group != null && group.members.containsKey(Group.key(client));
            }
            boolean own = client == entry.from && (entry.type & ServiceType.SELF_DISCARD) != 0;
            if (listed && !own && !client.gone) {
                client.mailbox.message(entry);
            }
        }
    }

    private boolean isLost(Daemon daemon) {
        List<Daemon> here = along;
        return here != null && !here.contains(daemon);
    }

    private static List<Client> local(Daemon daemon, Group group) {
        List<Client> clients = new ArrayList<>();
        for (Member member : group.members.values()) {
            if (member.client.daemon == daemon && !member.client.gone) {
                clients.add(member.client);
            }
        }
        return clients;
    }

    private static void lightView(Daemon daemon, Group group, int cause, String changed) {
        for (Client client : local(daemon, group)) {
            client.mailbox.membership(group.name, cause, group.view(), group.names(), List.of(changed));
        }
    }

    /** A network view inside the transitional period, and the signal again (groups-protocol 3.1, 4.2). */
    private void heavyView(Daemon daemon, Group group, @Nullable Client joiner) {
        List<String> here = new ArrayList<>();
        for (Member member : group.members.values()) {
            if (!isLost(member.client.daemon) && member.client != joiner) {
                here.add(member.client.name);
            }
        }
        for (Client client : local(daemon, group)) {
            List<String> set = client == joiner ? List.of(client.name) : here;
            client.mailbox.membership(group.name, ServiceType.CAUSED_BY_NETWORK, group.view(), group.names(), set);
            client.mailbox.transition(group.name);
        }
    }

    // ---- a new daemon membership (groups-protocol 6 and 7)

    /** New rings: daemons with the same number in {@code components} come together; a negative number is a daemon that crashed. */
    void reconfigure(int[] components) {
        Map<Integer, List<Part>> rings = new LinkedHashMap<>();
        Map<Ring, Map<Integer, List<Daemon>>> old = new LinkedHashMap<>();
        for (Daemon daemon : daemons) {
            old.computeIfAbsent(daemon.ring, each -> new LinkedHashMap<>())
                    .computeIfAbsent(components[daemon.index], each -> new ArrayList<>())
                    .add(daemon);
        }
        old.forEach((ring, parts) -> {
            List<BitSet> received = new ArrayList<>();
            ring.daemons.forEach(each -> received.add((BitSet) each.received.clone()));
            parts.forEach((component, part) ->
                    rings.computeIfAbsent(component, each -> new ArrayList<>()).add(new Part(part, ring, received)));
        });
        for (List<Part> parts : rings.values()) {
            boolean same = parts.size() == 1
                    && parts.get(0).daemons.size() == parts.get(0).ring.daemons.size();
            if (!same) {
                List<List<Daemon>> together = new ArrayList<>();
                for (Part part : parts) {
                    recover(part.daemons, part.ring, part.received);
                    together.add(part.daemons);
                }
                install(together);
            }
        }
    }

    /** Daemons that leave a ring together, and what each daemon of that ring had received. */
    private record Part(List<Daemon> daemons, Ring ring, List<BitSet> received) {}

    /** The daemons of a part exchange what they have and deliver it, with the signal where others were lost. */
    private void recover(List<Daemon> part, Ring ring, List<BitSet> received) {
        BitSet union = new BitSet();
        int mostDelivered = 0;
        for (Daemon daemon : part) {
            union.or(daemon.received);
            mostDelivered = Math.max(mostDelivered, daemon.delivered);
        }
        boolean lost = part.size() < ring.daemons.size();
        int hole = Math.min(union.nextClearBit(0), ring.log.size());
        int cut = mostDelivered;
        while (cut < hole && (!lost || isCertain(ring, received, cut))) {
            cut++;
        }
        for (Daemon daemon : part) {
            while (daemon.delivered < cut) {
                deliverNext(daemon);
            }
        }
        if (lost) {
            along = part;
            transitional = newId();
            for (Daemon daemon : part) {
                for (Group group : daemon.groups.values()) {
                    boolean touched =
                            group.members.values().stream().anyMatch(each -> !part.contains(each.client.daemon));
                    if (touched) {
                        local(daemon, group).forEach(each -> each.mailbox.transition(group.name));
                        group.id = new GroupId(transitional, 1);
                        group.changed = true;
                    }
                }
            }
        }
        for (int at = cut; at < ring.log.size(); at++) {
            boolean kept = at < hole || part.contains(ring.log.get(at).from.daemon);
            for (Daemon daemon : part) {
                if (kept) {
                    deliverNext(daemon);
                } else {
                    daemon.delivered++;
                }
            }
        }
        along = null;
    }

    /** That all have a SAFE message, those who part may know, or not any more. */
    private boolean isCertain(Ring ring, List<BitSet> received, int at) {
        if ((ring.log.get(at).type & ServiceType.SAFE_MESS) == 0) {
            return true;
        }
        return received.stream().allMatch(each -> each.nextClearBit(0) > at) && random.nextBoolean();
    }

    private void install(List<List<Daemon>> parts) {
        Ring ring = new Ring(newId());
        TreeSet<String> names = new TreeSet<>();
        for (List<Daemon> part : parts) {
            names.addAll(part.get(0).groups.keySet());
            ring.daemons.addAll(part);
        }
        TreeMap<String, Group> merged = new TreeMap<>();
        Map<String, Map<Daemon, List<String>>> sets = new HashMap<>();
        for (String name : names) {
            merge(name, parts, ring, merged, sets);
        }
        for (Daemon daemon : ring.daemons) {
            daemon.ring = ring;
            daemon.received = new BitSet();
            daemon.early = new BitSet();
            daemon.delivered = 0;
            daemon.groups = new TreeMap<>();
            merged.forEach((name, group) -> daemon.groups.put(name, group.copy()));
            sets.forEach((name, byDaemon) -> {
                Group group = daemon.groups.get(name);
                if (group != null) {
                    for (Client client : local(daemon, group)) {
                        client.mailbox.membership(
                                name,
                                ServiceType.CAUSED_BY_NETWORK,
                                group.view(),
                                group.names(),
                                byDaemon.getOrDefault(daemon, List.of()));
                    }
                }
            });
        }
    }

    private void merge(
            String name,
            List<List<Daemon>> parts,
            Ring ring,
            Map<String, Group> merged,
            Map<String, Map<Daemon, List<String>>> sets) {
        Group result = null;
        boolean changed = false;
        Map<Daemon, List<String>> bySet = new HashMap<>();
        for (List<Daemon> part : parts) {
            Group theirs = part.get(0).groups.get(name);
            if (theirs == null) {
                continue;
            }
            TreeMap<String, Member> stay = new TreeMap<>(theirs.members);
            stay.values().removeIf(each -> !part.contains(each.client.daemon));
            if (stay.isEmpty()) {
                continue;
            }
            changed |= theirs.changed || result != null;
            for (Daemon daemon : part) {
                bySet.put(daemon, Group.names(stay.values()));
            }
            if (result == null) {
                result = new Group(name, theirs.id, theirs.incarnation);
            }
            result.members.putAll(stay);
        }
        if (result == null) {
            return;
        }
        merged.put(name, result);
        if (changed) {
            result.id = new GroupId(ring.id, 1);
            result.incarnation = ++incarnations;
            sets.put(name, bySet);
        }
    }

    /** The membership of a group as the daemon of a member knows it; null if the client is not a member. */
    @Nullable
    ViewId membership(Client client, String name, List<String> members) {
        Group group = client.daemon.groups.get(name);
        if (group == null || !group.members.containsKey(Group.key(client))) {
            return null;
        }
        members.addAll(group.names());
        return group.view();
    }
}
