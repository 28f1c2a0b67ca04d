package org.flushspread.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.flushspread.config.AccessRules;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.daemon.seal.Envelope;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.simulation.trace.ClientEvent;
import org.jspecify.annotations.Nullable;

/** One seed, from the first daemon's start to the verdict: warm-up, chaos, healing, liveness, end. */
public final class Simulation {
    // Streams of single events begin here.
    private static final long EVENTS = 1L << 32;
    private static final long AMBUSHES = 2L << 32;
    private static final long FAILURES = 3L << 32;
    private static final long SEALS = 21;
    private static final long ATTACKS = 22;
    private static final long LAST_WORDS = 23;
    private static final long MAX_PACKET = 1472;
    private static final long LAST_WORDS_LAST = 10 * Swarm.MILLI;

    private final long seed;
    private final Swarm swarm;
    private final World world;
    private final Network network;
    private final Judge judge;
    private final List<Host> hosts = new ArrayList<>();
    private final List<SimulatedClient> clients = new ArrayList<>();
    private final long[] faults = new long[Faults.values().length];
    private final Chance chance;
    private final Configuration configuration;
    private final Plan plan;
    private int events;
    private int ambushes;
    private int failures;
    private boolean calm;
    private boolean applied;

    /**
     * @param log where each event is written as a line, or null
     */
    public Simulation(long seed, Swarm swarm, @Nullable Appendable log) {
        this(seed, swarm, Plan.all(), log);
    }

    /**
     * @param plan which fault events take place
     * @param log where each event is written as a line, or null
     */
    public Simulation(long seed, Swarm swarm, Plan plan, @Nullable Appendable log) {
        this.plan = plan;
        this.seed = seed;
        this.swarm = swarm;
        this.world = new World(log);
        this.chance = Chance.stream(seed, 2);
        this.network =
                new Network(world, swarm, Chance.stream(seed, 3), Chance.stream(seed, LAST_WORDS), hosts, plan, faults);
        this.configuration = Configurations.whole(swarm);
        this.judge = new Judge(world, swarm, hosts, clients, configuration);
        KernelSettings settings = swarm.attackEvery() == 0 ? KernelSettings.DEFAULTS : seal();
        var freeArrays = new HostMemory.FreeArrays();
        for (Daemon each : configuration.daemons()) {
            Chance turns = Chance.stream(seed, 100_000 + each.index());
            hosts.add(new Host(world, network, swarm, configuration, each, settings, judge, freeArrays, faults, turns));
        }
        int number = 0;
        for (Host host : hosts) {
            for (int i = 0; i < swarm.clientsPerDaemon(); i++) {
                number++;
                clients.add(new SimulatedClient(
                        world, swarm, Chance.stream(seed, 1000 + number), host, number, plan, judge, faults));
            }
        }
    }

    /** Seals the ring and lets somebody attack; what remains of packets then. */
    private KernelSettings seal() {
        Seals seals = new Seals(world, Chance.stream(seed, SEALS));
        Chance attacks = Chance.stream(seed, ATTACKS);
        int daemons = configuration.daemons().size();
        Attacker attacker =
                new Attacker(world, network, attacks, swarm.attackEvery(), daemons, faults, seals.newKeys());
        network.seal(seals, attacker);
        attacker.begin();
        return KernelSettings.DEFAULTS.withHeadroom(Envelope.OVERHEAD).withFullPackets(true);
    }

    /**
     * @param applications what each client does, in place of random things
     */
    public Simulation(
            long seed, Swarm swarm, @Nullable Appendable log, Function<SimulatedClient, Application> applications) {
        this(seed, swarm, log);
        applied = true;
        clients.forEach(each -> each.plugIn(applications.apply(each)));
    }

    public World world() {
        return world;
    }

    public Network network() {
        return network;
    }

    public int hosts() {
        return hosts.size();
    }

    public Host host(int number) {
        return hosts.get(number);
    }

    public SimulatedClient client(int number) {
        return clients.get(number);
    }

    /** Lets somebody see all that happens from here on. */
    public void spectate(Spectator spectator) {
        world.spectate(spectator);
    }

    /** Judges what a client with an application does and sees, as if it had none; bodies of its messages begin as theirs do. */
    public ClientWatch judge() {
        return judge;
    }

    /** A client more at a daemon, which connects at once; a daemon that is down is tried again. */
    public SimulatedClient connect(int host, Application application) {
        int number = clients.size() + 1;
        SimulatedClient client = new SimulatedClient(
                world, swarm, Chance.stream(seed, 1000 + number), hosts.get(host), number, plan, judge, faults);
        applied = true;
        client.plugIn(application);
        clients.add(client);
        world.after(0, client::connect);
        return client;
    }

    /**
     * The traces of judged clients are complete, and all daemons end: for those who do not {@link #run}.
     *
     * @param settled true if all is whole and had time to come to rest, so that what is owed must have happened
     */
    public void end(boolean settled) {
        judge.finished(settled);
        finish();
    }

    void listen(BiConsumer<Host, Event> daemon, BiConsumer<SimulatedClient, ClientEvent> client) {
        judge.listen(daemon, client);
    }

    /** Starts one daemon and, the first time, its clients: for scenarios, which do not {@link #run}. */
    public void start(int number) {
        Host host = hosts.get(number);
        if (host.life() == 0) {
            clients.stream().filter(each -> each.host() == host).forEach(SimulatedClient::begin);
        }
        start(host);
    }

    /** Runs to the end. */
    public Verdict run() {
        try {
            chaos();
            heal();
            judge.finished(true);
            finish();
        } catch (RuntimeException | Error broken) {
            // a checker that the kernel called throws through the kernel
            for (Throwable each = broken; each != null; each = each.getCause()) {
                if (each instanceof Violation violation) {
                    return verdict(violation);
                }
                if (each instanceof InvariantViolation invariant) {
                    return verdict(new Violation("invariant of " + invariant.rule(), invariant.seen(), broken));
                }
            }
            return verdict(new Violation("no exception leaves the kernel", broken.toString(), broken));
        }
        return verdict(null);
    }

    private Verdict verdict(@Nullable Violation violation) {
        return new Verdict(
                seed,
                swarm,
                violation,
                world.fingerprint(),
                world.seconds(),
                world.steps(),
                judge.viewChanges(),
                judge.messages(),
                java.util.Arrays.stream(faults).boxed().toList(),
                judge.excuses());
    }

    private void chaos() {
        for (Host each : hosts) {
            world.after(chance.nextInt(3) == 0 ? chance.nextLong(3 * swarm.beat()) : 0, () -> start(each));
        }
        for (SimulatedClient each : clients) {
            each.begin();
        }
        repeat(swarm.crashEvery(), this::crash);
        repeat(swarm.stopEvery(), this::stop);
        repeat(swarm.pauseEvery(), this::pause);
        repeat(swarm.partitionEvery(), this::changeConnectivity);
        if (swarm.clockJumps()) {
            repeat(5 * swarm.beat(), event -> any(event).jumpClock(event.nextInt(7200) - 3600));
        }
        repeat(swarm.reloadEvery(), this::reload);
        repeat(swarm.shortMemoryEvery(), this::shortMemory);
        repeat(swarm.lastWordsEvery(), this::lastWords);
        repeat(swarm.rightsEvery(), this::rights);
        hosts.forEach(each -> each.onFailure(this::restartLater));
        judge.onChange(host -> {
            network.changed(host);
            ambush(host, swarm.ambush(), 20 * Swarm.MILLI);
        });
        // An attempt sends some twenty of them, and its recovery is over within a few milliseconds.
        network.onForm(host -> ambush(host, swarm.ambush() / 10, 3 * Swarm.MILLI));
        world.run(swarm.chaos());
    }

    /** A fault in the middle of forming a ring, of its recovery, or of the exchange behind it. */
    private void ambush(Host host, double probability, long soon) {
        if (calm || !chance.happens(probability)) {
            return;
        }
        int number = ++ambushes;
        Chance event = Chance.stream(seed, AMBUSHES + number);
        long delay = event.nextInt(4) == 0 ? event.nextLong(swarm.beat()) : event.nextLong(soon);
        boolean hasty = event.happens(swarm.haste());
        world.after(hasty ? event.nextLong(network.hop()) : delay, () -> {
            if (calm || !plan.happens("a" + number)) {
                return;
            }
            world.log(() -> "event  a" + number);
            faults[Faults.AMBUSH.ordinal()]++;
            switch (event.nextInt(6)) {
                case 0 -> crash(host, event);
                case 1 -> pause(event);
                default -> {
                    if (hasty) {
                        sever(host);
                    } else {
                        changeConnectivity(event);
                    }
                }
            }
        });
    }

    /** A daemon goes whose last packets the network still carries when the others form a ring without it. */
    private void lastWords(Chance event) {
        Host speaker = any(event);
        network.lastWords().begin(speaker.number());
        world.log(() -> "late   data of " + speaker.me().name());
        world.after(event.nextLong(LAST_WORDS_LAST), () -> {
            network.lastWords().end(speaker.number());
            if (calm) {
                return;
            }
            if (event.nextInt(4) == 0) {
                crash(speaker, event);
            } else {
                sever(speaker);
                world.after(swarm.beat() / 2 + event.around(swarm.beat()), () -> {
                    if (!calm) {
                        network.partition(new int[hosts.size()]);
                    }
                });
            }
        });
    }

    private void sever(Host host) {
        faults[Faults.PARTITION.ordinal()]++;
        network.sever(host.number());
        world.change(() -> "sever  " + host.me().name());
    }

    private void shortMemory(Chance event) {
        any(event)
                .shortMemory(
                        event.nextInt(event.nextInt(4) == 0 ? 3 : 200),
                        event.nextInt(4) == 0 ? 1 + event.nextInt(20) : 1);
    }

    /** Some clients of a daemon may not connect, and some groups may not be joined, until another file says otherwise. */
    private void rights(Chance event) {
        StringBuilder lines = new StringBuilder();
        for (int i = event.nextInt(3); i > 0; i--) {
            lines.append("deny connect name c")
                    .append(1 + event.nextInt(clients.size() + 1))
                    .append('\n');
        }
        for (int i = event.nextInt(3); i > 0; i--) {
            lines.append("deny join group g")
                    .append(event.nextInt(swarm.groups()))
                    .append('\n');
        }
        any(event).access(AccessRules.parse(lines + "default allow\n", "access"));
    }

    private void pause(Chance event) {
        any(event).pause(event.around(swarm.maxPause()) + 1);
    }

    /** Another file for all daemons, or only for some of them. */
    private void reload(Chance event) {
        Configuration next = Configurations.changed(swarm, event);
        boolean all = event.nextBoolean();
        for (Host each : hosts) {
            if (all || event.nextBoolean()) {
                world.after(event.nextLong(swarm.beat() / 2), () -> {
                    if (!calm) {
                        each.reload(next);
                    }
                });
            }
        }
    }

    private void start(Host host) {
        if (!host.isUp()) {
            host.start(chance.nextLong());
        }
    }

    private Host any(Chance event) {
        return hosts.get(event.nextInt(hosts.size()));
    }

    private void repeat(long every, Consumer<Chance> what) {
        if (every == 0) {
            return;
        }
        world.after(chance.around(every) + Swarm.MILLI, () -> {
            if (!calm) {
                int number = ++events;
                if (plan.happens("e" + number)) {
                    world.log(() -> "event  e" + number);
                    what.accept(Chance.stream(seed, EVENTS + number));
                }
                repeat(every, what);
            }
        });
    }

    private void crash(Chance event) {
        crash(any(event), event);
    }

    private void crash(Host victim, Chance event) {
        if (!victim.isUp()) {
            return;
        }
        if (event.nextBoolean()) {
            faults[Faults.DAEMON_STOP.ordinal()]++;
            victim.stop(event.nextInt(4) == 0 ? event.nextLong(swarm.beat() / 10) : swarm.beat());
        } else {
            faults[Faults.DAEMON_CRASH.ordinal()]++;
            victim.crash();
        }
        restartLater(victim, event);
    }

    /** A daemon of a ring that stands whole is stopped in order, with all the time it needs. */
    private void stop(Chance event) {
        Host victim = any(event);
        if (judge.isOneRingThatIsLeft()) {
            faults[Faults.DAEMON_STOP.ordinal()]++;
            victim.stop(20 * swarm.beat());
            restartLater(victim, event);
        }
    }

    private void restartLater(Host victim) {
        restartLater(victim, Chance.stream(seed, FAILURES + ++failures));
    }

    private void restartLater(Host victim, Chance event) {
        world.after(swarm.beat() + event.around(2 * swarm.beat()), () -> {
            if (!victim.isUp()) {
                faults[Faults.DAEMON_RESTART.ordinal()]++;
                start(victim);
            }
        });
    }

    private void changeConnectivity(Chance event) {
        int daemons = hosts.size();
        int kind = event.nextInt(10);
        if (kind < 3) {
            faults[Faults.HEAL.ordinal()]++;
            network.partition(new int[daemons]);
            world.change(() -> "heal");
        } else if (kind < 8 || !swarm.oneWay()) {
            partition(event);
        } else {
            cutOneWay(event);
        }
        if (swarm.flapping() && event.nextBoolean()) {
            world.after(event.around(swarm.beat() / 10), () -> {
                if (!calm) {
                    network.partition(new int[daemons]);
                }
            });
        }
    }

    /** One direction of one link, or of all links of one host: it is deaf or mute. */
    private void cutOneWay(Chance event) {
        faults[Faults.ONE_WAY_CUT.ordinal()]++;
        int one = event.nextInt(hosts.size());
        int other = event.nextInt(hosts.size());
        boolean mute = event.nextBoolean();
        boolean whole = event.nextInt(3) == 0;
        for (int i = 0; i < hosts.size(); i++) {
            if (i != one && (whole || i == other)) {
                network.cut(mute ? one : i, mute ? i : one, true);
            }
        }
        world.change(() -> "cut    " + hosts.get(one).me().name() + (mute ? " -> " : " <- ")
                + (whole ? "all" : hosts.get(other).me().name()));
    }

    private void partition(Chance event) {
        faults[Faults.PARTITION.ordinal()]++;
        int[] side = new int[hosts.size()];
        int sides = 2 + event.nextInt(Math.max(1, Math.min(3, hosts.size() - 1)));
        boolean isolateOne = event.nextInt(3) == 0;
        int lonely = event.nextInt(side.length);
        for (int i = 0; i < side.length; i++) {
            side[i] = isolateOne ? (i == lonely ? 1 : 0) : event.nextInt(sides);
        }
        if (!isolateOne && event.nextInt(4) == 0) {
            faults[Faults.BRIDGE.ordinal()]++;
            side[lonely] = Network.BRIDGE;
        }
        network.partition(side);
        world.change(() -> "split  " + java.util.Arrays.toString(side));
    }

    /** Heals everything and demands progress. */
    private void heal() {
        calm = true;
        world.change(() -> "healing: all links whole, all daemons up");
        network.calm();
        judge.heals();
        for (Host each : hosts) {
            each.resume();
            start(each);
            if (swarm.rightsEvery() > 0) {
                each.access(null);
            }
            each.reload(configuration);
        }
        for (SimulatedClient each : clients) {
            each.calm();
        }
        // Lookups find what is apart, one after the other; then formation, and a failed attempt or two.
        long lookup = swarm.timers().lookup().toNanos();
        long gather = swarm.timers().gather().toNanos();
        // Those who speak from elsewhere may have left each other out for 8.5 lookups (membership-protocol 6.7).
        long lookups = swarm.elsewhere() > 0 ? 12 : 2;
        long limit = lookups * lookup + 12 * gather + hosts.size() / 10 * (4 * gather) + 10 * Swarm.SECOND;
        // What waits at all daemons crosses their wires first, a copy for each segment; every 20th message is a large
        // one.
        long message = MAX_PACKET + swarm.maxBody() / 20;
        long backlog =
                hosts.size() * KernelSettings.DEFAULTS.waterMark() * message * swarm.nanosPerByte() * swarm.segments();
        // Whoever plugged in applications judges them when all the time is over.
        judge.liveness(limit, backlog, applied || chance.nextInt(16) == 0);
        Chance reunited = Chance.stream(seed, 5);
        Reunion reunion = new Reunion(world, network, swarm, clients, judge);
        if (!applied && reunion.isPossible() && reunited.nextInt(8) == 0) {
            reunion.run(reunited);
        }
    }

    private void finish() {
        for (Host each : hosts) {
            each.crash();
        }
    }
}
