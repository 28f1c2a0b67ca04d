package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.flushspread.client.Service;
import org.flushspread.flush.store.SimulatedDisk;
import org.jspecify.annotations.Nullable;

/**
 * Some members of a replicated state machine, everything that can happen to them, from one seed.
 *
 * <p>One class because a seed is the order in which its methods draw from one source of chance, which is followed more easily in one file.
 * What persons do is in {@link Persons}.
 */
final class Simulation {
    /** Which faults there are. */
    enum Kind {
        /** All that a member must live with. */
        ALL,
        /** Above all persons who decide, where that matters most: in memory, and with primaries that shrink. */
        PERSONS,
        /** The same, and they decide where attempts of unknown outcome are remembered, while the network parts and joins. */
        HASTY_PERSONS,
        /** Commands that no member can apply, or one member cannot, and persons who have them skipped. */
        POISON,
        /** Reads, and commands that are withdrawn; no persons. */
        READS,
        /** Commands use the agreed time, timers, random numbers and sessions. */
        CONTEXT,
        /** The number of members is changed, and members are replaced for ever. */
        QUORUM,
        /** Members without a vote, which may have had one or get one; with reads, with poison or with persons. */
        OBSERVERS,
        /** Clients that are no members, beside all of {@link #CONTEXT}. */
        CLIENTS,
        /** All but persons and poison, with a state machine of somebody else, which may use its context. */
        FOREIGN,
        /** Moreover disks that say that they have written what they have not. */
        LYING_DISKS;

        /** True if more has to happen in a run until something can go wrong. */
        boolean takesLong() {
            return this == QUORUM || this == CLIENTS;
        }
    }

    private final Random random;
    private final FlushNetwork network;
    private final Observers observers;
    final Member[] members;
    final SimulatedDisk[] disks;
    private final int[] lives;
    private final ReplicaSettings settings;
    private final boolean durable;
    private final boolean lyingDisks;
    private final boolean poisoning;
    private final boolean reading;
    /** Commands use what members agree on beside their state. */
    private final boolean contextual;

    /** What the members replicate is somebody's own. */
    private final boolean foreign;

    private final SimulatedMachine.Factory machines;

    /** A place whose member begins when the others have been at work; -1 for none. */
    private int late = -1;

    /** Persons change the number of members. */
    private final boolean resizing;
    /** Places where no member runs: not yet, or not any more. */
    final boolean[] empty;

    /** Places whose member observes; as at the start, in the end. */
    private final boolean[] observing;

    private final int voters;
    private final ObserversFollow following = new ObserversFollow();
    private final SessionUser[] users;
    /** Those who are no members; null for none. */
    private final @Nullable SimulatedClients clients;

    /** How far the clock of each member is from the right time, which {@link #now} is. */
    private final long[] skews;

    private long now = 1_000_000;
    /** Members are excluded; perhaps without reading what came before. */
    private boolean excluding;

    private boolean forgetful;
    /** Persons call bootstrap() where there is no primary. */
    private final boolean founding;

    private final Persons persons;
    /** The network often parts just when members vote, or when a person has decided. */
    private final boolean ambushing;
    /** In the other worlds an attempt follows closely on the state, and what happens to it is of more kinds. */
    private final boolean hasLatePieces;

    /** A member whose machine stands still; -1 for none. */
    private int asleep = -1;

    private int sleepsFor;
    private int cutIn;
    private final Counts counts;
    private long commands;
    private int faultsPerMille;
    private boolean dies = true;
    private boolean parts = true;

    Simulation(long seed, Kind kind, Counts counts) {
        this(seed, kind, counts, null, true);
    }

    /**
     * @param foreign makes the state machines of {@link Kind#FOREIGN}
     * @param sessions false if these know none
     */
    Simulation(long seed, Kind kind, Counts counts, SimulatedMachine.@Nullable Factory foreign, boolean sessions) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L + 17);
        random.nextLong();
        this.counts = counts;
        this.lyingDisks = kind == Kind.LYING_DISKS;
        this.network = new FlushNetwork(random);
        this.foreign = kind == Kind.FOREIGN;
        boolean withPersons = kind == Kind.PERSONS || kind == Kind.HASTY_PERSONS;
        boolean withObservers = kind == Kind.OBSERVERS;
        reading = kind == Kind.READS || this.foreign || withObservers && seed % 3 == 0;
        excluding = withObservers && seed % 4 == 0;
        resizing = kind == Kind.QUORUM;
        contextual = kind == Kind.CONTEXT || resizing || kind == Kind.CLIENTS || this.foreign;
        machines = foreign == null ? member -> new ListMachine(contextual) : foreign;
        observers = new Observers(Service.SAFE, counts, reading, this.foreign);
        int size = withPersons
                ? 3 + random.nextInt(2)
                : resizing ? 3 : withObservers ? 1 + random.nextInt(4) : 2 + random.nextInt(4);
        int places = resizing ? size + 2 : withObservers ? size + 1 + random.nextInt(2) : size;
        voters = withObservers ? size : places;
        observing = new boolean[places];
        Arrays.fill(observing, voters, places, true);
        poisoning = kind == Kind.POISON || withObservers && seed % 3 == 1;
        durable = poisoning || random.nextBoolean() && !withPersons;
        settings = ReplicaSettingsOf.drawn(random, withPersons ? 0 : size, durable, Service.SAFE, resizing);
        founding = withPersons || withObservers && seed % 3 == 2 || !reading && !contextual && random.nextInt(3) == 0;
        ambushing = withPersons || random.nextBoolean();
        hasLatePieces = seed % 4 == 0;
        persons = new Persons(this, random, network, observers, counts, founding, ambushing, places);
        if (kind == Kind.HASTY_PERSONS) {
            persons.hasty();
        }
        members = new Member[places];
        disks = new SimulatedDisk[places];
        lives = new int[places];
        skews = new long[places];
        empty = new boolean[places];
        if (resizing) {
            observers.all().add(new QuorumsAreKept());
        }
        users = new SessionUser[contextual && sessions ? 3 : 0];
        for (int i = 0; i < users.length; i++) {
            users[i] = new SessionUser(i, () -> ++commands);
        }
        clients = kind == Kind.CLIENTS
                ? new SimulatedClients(seed, members, counts, observers.time, () -> ++commands)
                : null;
        faultsPerMille = 1 + random.nextInt(30);
        for (int i = 0; i < size; i++) {
            start(i, random.nextInt(3) == 0 ? random.nextInt(2) : 0);
        }
        for (int i = size; i < places; i++) {
            start(i, 0);
            if (resizing) {
                leave(i);
            }
        }
        if (this.foreign) {
            excluding = random.nextInt(3) == 0;
            late = size > 2 && random.nextInt(3) == 0 ? size - 1 : -1;
            if (late >= 0) {
                leave(late);
            }
        }
        observers.all().add(following);
        counts.seeds++;
    }

    /**
     * Members hang and are excluded, besides all else.
     *
     * @param forget who wakes up does not read what was delivered before it was excluded
     */
    Simulation hanging(boolean forget) {
        excluding = true;
        forgetful = forget;
        return this;
    }

    /**
     * Less than everything goes wrong. What is drawn stays the same, and some of it is not done.
     *
     * @param dying members crash, lose their connections and get errors of their disks
     * @param parting the network parts, members hang, and clocks jump
     */
    void limit(boolean dying, boolean parting) {
        dies = dying;
        parts = parting;
        if (!parting) {
            network.partition(port -> 0);
        }
    }

    /** One more who sees everything. */
    void watch(Observer observer) {
        observers.all().add(observer);
    }

    // ---- the run

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
        }
        heal();
        for (Member member : members) {
            submit(member);
        }
        settle();
        List<Member> running = new ArrayList<>();
        for (int at = 0; at < members.length; at++) {
            if (!empty[at] && !isReplaced(members[at].id)) {
                (observing[at] ? following.present : running).add(members[at]);
            }
        }
        observers.end(running);
        if (clients != null) {
            clients.end();
        }
        counts.done += contextual && !foreign ? members[0].list().done.size() : 0;
    }

    private void step() {
        now++;
        if (clients != null) {
            clients.step(now);
        }
        if (resizing && faultsPerMille > 0 && random.nextInt(25) == 0) {
            persons.resize(random.nextInt(members.length));
            return;
        }
        if (late >= 0 && empty[late] && random.nextInt(200) == 0) {
            empty[late] = false;
        }
        if (asleep >= 0 && --sleepsFor <= 0) {
            wake();
        }
        int what = random.nextInt(1000);
        if (cutIn > 0 && --cutIn == 0) {
            cut();
        } else if (persons.decide()) {
            return;
        } else if (what < faultsPerMille) {
            fault();
        } else if (what < 100) {
            submit(members[random.nextInt(members.length)]);
        } else if (what < 130) {
            int component = random.nextInt(3);
            if (network.install(component)) {
                counts.views++;
            }
        } else {
            work(random.nextInt(members.length), what);
        }
    }

    private void work(int at, int what) {
        Member member = members[at];
        FlushNetwork.Port port = port(member);
        if (at == asleep || empty[at]) {
            return;
        }
        if (port != null && what < 300) {
            network.receive(port);
        } else if (member.dead || port == null) {
            revive(at);
        } else {
            if (poisoning && random.nextInt(20) == 0) {
                persons.haveSkipped(at);
            }
            guarded(at, () -> {
                if (what < 400) {
                    network.requestFlush(port);
                } else {
                    network.receive(port);
                    network.deliver(port);
                }
                letTimePass(member);
                if (random.nextInt(3) != 0) {
                    member.replica.endOfTurn();
                }
            });
        }
    }

    private boolean letTimePass(Member member) {
        if (!contextual) {
            return false;
        }
        observers.time.said(member);
        return member.users.letTimePass();
    }

    /** Runs a step of a member, which may die in it or ask to join again. */
    void guarded(int at, Runnable step) {
        Member member = members[at];
        try {
            step.run();
            member.replica.audit();
        } catch (Member.Crash crash) {
            counts.poisoned += crash.poison ? 1 : 0;
            die(at);
            return;
        }
        if (member.rejoin) {
            member.rejoin = false;
            disconnect(at);
        }
        if (member.voted) {
            member.voted = false;
            persons.voted(at);
            ambush();
        }
        if (member.saved) {
            member.saved = false;
            if (faultsPerMille > 0) {
                persons.stateIsSaved();
            }
        }
    }

    void ambush() {
        if (ambushing && parts && faultsPerMille > 0 && cutIn == 0 && random.nextInt(3) == 0) {
            cutIn = 1 + random.nextInt(40);
        }
    }

    private void submit(Member member) {
        int at = List.of(members).indexOf(member);
        if (!member.dead && at != asleep) {
            guarded(at, () -> {
                if (contextual && random.nextInt(3) != 0) {
                    observers.time.said(member);
                    for (SessionUser user : users) {
                        user.act(random, member);
                    }
                    return;
                }
                if (reading && random.nextInt(2) == 0) {
                    read(member);
                }
                if (reading && random.nextInt(10) == 0) {
                    member.users.withdrawOne(random.nextBoolean());
                }
                // Nothing more is poisoned once all is to be healed.
                if (poisoning && faultsPerMille > 0 && random.nextInt(8) == 0) {
                    long prey = random.nextInt(members.length + 2);
                    member.users.submit(++commands | (prey < members.length ? prey + 2 : 1) << Member.POISON_SHIFT, 0);
                } else {
                    member.users.submit(++commands, random.nextInt(4) == 0 ? random.nextInt(60) : 0);
                }
                if (random.nextBoolean()) {
                    member.replica.endOfTurn();
                }
            });
        }
    }

    private void read(Member member) {
        if (random.nextInt(4) != 0) {
            member.users.read();
            return;
        }
        // Perhaps with a token of another member.
        Member other = members[random.nextInt(members.length)];
        boolean same = !other.dead && other.replica.lineage().equals(member.replica.lineage());
        member.users.readBehind(same ? other.replica.confirmed() : 0);
    }

    static FlushNetwork.@Nullable Port port(Member member) {
        return (FlushNetwork.Port) member.link();
    }

    // ---- faults

    private void fault() {
        int at = random.nextInt(members.length);
        Member member = members[at];
        FlushNetwork.Port its = port(member);
        if (!dies || !parts) {
            fewerFaults(at);
            return;
        }
        if (excluding && random.nextInt(2) == 0) {
            if (!member.dead && its != null && network.exclude(its, forgetful)) {
                counts.excluded++;
            }
            return;
        }
        if (contextual && random.nextInt(4) == 0) {
            skews[at] = random.nextInt(400) - 200;
            return;
        }
        if (reading && random.nextInt(4) == 0) {
            fallAsleep(at);
            return;
        }
        switch (random.nextInt(founding ? 12 : 8)) {
            case 0, 1 -> network.partition(port -> random.nextInt(2));
            case 2 -> network.partition(port -> 0);
            case 3 -> network.partition(port -> port.place == at ? 2 : 0);
            case 4 -> {
                if (!member.dead) {
                    die(at);
                }
            }
            case 5 -> {
                SimulatedDisk disk = disks[at];
                if (disk != null && random.nextBoolean()) {
                    disk.failSoon(random);
                } else if (random.nextInt(3) == 0) {
                    member.damagesAPiece = true;
                } else {
                    member.crashIn = 1 + random.nextInt(20);
                }
            }
            case 6 -> {
                if (!member.dead && port(member) != null) {
                    disconnect(at);
                }
            }
            case 7 -> {
                for (FlushNetwork.Port port : List.copyOf(network.ports())) {
                    network.notice(port);
                }
            }
            default -> persons.found(at);
        }
    }

    private void fewerFaults(int at) {
        int what = random.nextInt(8);
        if (parts && what < 4) {
            network.partition(port -> what == 3 ? port.place == at ? 2 : 0 : what == 2 ? 0 : random.nextInt(2));
        } else if (dies && what < 6 && !members[at].dead) {
            die(at);
        } else if (dies && what == 6 && !members[at].dead && port(members[at]) != null) {
            disconnect(at);
        }
    }

    /** The machine of a member stops and is parted from the others, who go on without it. */
    private void fallAsleep(int at) {
        asleep = at;
        sleepsFor = 100 + random.nextInt(400);
        network.partition(port -> port.place == at ? 2 : 0);
    }

    /** It goes on, knows of nothing, and is asked at once. */
    private void wake() {
        int at = asleep;
        asleep = -1;
        Member member = members[at];
        FlushNetwork.Port port = port(member);
        if (member.dead || port == null) {
            return;
        }
        guarded(at, () -> {
            member.users.read();
            member.replica.endOfTurn();
            for (int i = 0; i < 4; i++) {
                network.receive(port);
                network.deliver(port);
            }
        });
    }

    /** The network parts somehow, or leaves one member alone, where a person may soon decide. */
    private void cut() {
        if (random.nextBoolean()) {
            network.partition(port -> random.nextInt(2));
            return;
        }
        int alone = random.nextInt(members.length);
        network.partition(port -> port.place == alone ? 2 : 0);
        persons.isAlone(alone);
    }

    /** For ever, unless another one takes its place. */
    void leave(int at) {
        FlushNetwork.@Nullable Port port = port(members[at]);
        if (!members[at].dead) {
            die(at);
        }
        if (port != null && network.ports().contains(port)) {
            network.notice(port);
        }
        empty[at] = true;
        disks[at] = null;
    }

    private boolean isReplaced(MemberId who) {
        for (Member member : members) {
            if (!member.dead && member.charter().retired().contains(who)) {
                return true;
            }
        }
        return false;
    }

    private void die(int at) {
        Member member = members[at];
        counts.crashes++;
        FlushNetwork.Port port = port(member);
        if (port != null) {
            network.die(port);
        }
        member.crashNow(random);
        if (random.nextInt(3) == 0 && port != null) {
            network.notice(port);
        }
    }

    void disconnect(int at) {
        Member member = members[at];
        FlushNetwork.Port port = port(member);
        if (port != null) {
            network.die(port);
            member.everDisconnected |= !durable;
            member.disconnect();
        }
    }

    private void revive(int at) {
        Member member = members[at];
        if (empty[at] || random.nextInt(10) != 0) {
            return;
        }
        FlushNetwork.Port old = port(member);
        for (FlushNetwork.Port port : List.copyOf(network.ports())) {
            if (port.place == at && (old == port || random.nextBoolean())) {
                network.notice(port);
            }
        }
        int drawn = random.nextInt(2);
        // where all else has been healed, or nothing parts
        int component = !parts || faultsPerMille == 0 && voters < members.length ? 0 : drawn;
        if (member.dead) {
            start(at, component);
        } else {
            reconnect(at, component);
        }
    }

    private void start(int at, int component) {
        int life = ++lives[at];
        SimulatedDisk disk = null;
        if (durable) {
            SimulatedDisk before = disks[at];
            disk = before == null || random.nextInt(40) == 0 ? new SimulatedDisk() : before;
            if (lyingDisks) {
                disk.lie();
            }
            disks[at] = disk;
        }
        boolean founder = settings.quorum().members() == 0 && at == 0 && life == 1;
        mayChangeSides(at);
        ReplicaSettings own =
                observing[at] ? ReplicaSettingsOf.observer(settings) : ReplicaSettingsOf.founder(settings, founder);
        MemberId fresh = new MemberId("m" + at, at + 1, life);
        members[at] = new Member(
                "m" + at + "." + life,
                at,
                fresh,
                disk,
                own,
                observers.all(),
                machines.create("m" + at + "." + life),
                contextual ? () -> now + skews[at] : null);
        members[at].hasLatePieces = hasLatePieces;
        reconnect(at, component);
    }

    /** A member becomes an observer by being started again, or the other way round; there are never too many with a vote. */
    private void mayChangeSides(int at) {
        if (voters == members.length || lives[at] == 1) {
            return;
        }
        int voting = 0;
        for (boolean each : observing) {
            voting += each ? 0 : 1;
        }
        boolean may = observing[at] ? voting < voters || settings.quorum().members() == 0 : voting > 1;
        if (faultsPerMille == 0) {
            observing[at] = at >= voters;
        } else if (may && random.nextBoolean()) {
            observing[at] = !observing[at];
            counts.changedSides++;
        }
    }

    private void reconnect(int at, int component) {
        String name = "#m" + at + "#d" + ++lives[at];
        Member member = members[at];
        member.connect(network.join(name, at, member, component));
    }

    // ---- healing

    private void heal() {
        faultsPerMille = 0;
        if (clients != null) {
            clients.heal();
        }
        asleep = -1;
        if (late >= 0) {
            empty[late] = false;
        }
        cutIn = 0;
        persons.rest();
        for (int at = 0; at < members.length; at++) {
            if (observing[at] != at >= voters && !members[at].dead) {
                die(at);
            }
        }
        for (int round = 0; round < 3; round++) {
            for (int at = 0; at < members.length; at++) {
                members[at].crashIn = -1;
                SimulatedDisk disk = disks[at];
                if (disk != null) {
                    disk.mend();
                }
                while (!empty[at] && (members[at].dead || port(members[at]) == null)) {
                    revive(at);
                }
            }
            for (FlushNetwork.Port port : List.copyOf(network.ports())) {
                network.notice(port);
            }
            network.partition(port -> 0);
            settle();
        }
    }

    /** Until nothing moves any more. */
    private void settle() {
        int idle = 0;
        for (int i = 0; idle < 40; i++) {
            now++;
            boolean moved = network.install(0);
            moved |= clients != null && clients.settle(now);
            for (FlushNetwork.Port port : List.copyOf(network.ports())) {
                moved |= network.notice(port);
            }
            for (int at = 0; at < members.length; at++) {
                moved |= drain(at);
            }
            idle = moved ? 0 : idle + 1;
            if (i > 20_000) {
                throw new Violation("HealedMembersGoOn", "no end of events");
            }
        }
    }

    private boolean drain(int at) {
        Member member = members[at];
        FlushNetwork.@Nullable Port port = port(member);
        if (empty[at]) {
            return false;
        }
        if (member.dead || port == null) {
            revive(at);
            return true;
        }
        boolean[] moved = new boolean[1];
        persons.haveSkipped(at);
        guarded(at, () -> {
            moved[0] |= network.receive(port);
            moved[0] |= network.deliver(port);
            moved[0] |= random.nextInt(4) == 0 && network.requestFlush(port);
            moved[0] |= letTimePass(member);
            member.replica.endOfTurn();
        });
        return moved[0];
    }
}
