package org.flushspread.simulation;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.function.Function;
import org.flushspread.config.Timers;

/**
 * What one seed switches on, and how strong: a random subset of all faults with random intensity, so that rare combinations are not
 * drowned by common ones.
 *
 * @param daemons 1..127
 * @param segments 1..daemons
 * @param clientsPerDaemon clients that live at each daemon
 * @param groups group names in use
 * @param timers of all daemons
 * @param accelerated AcceleratedRing
 * @param loss probability that a datagram is lost, per link
 * @param duplication probability that it arrives twice
 * @param jitter mean of the random part of the delay, nanoseconds
 * @param reordering probability of an extra delay of up to {@code 20 * jitter}
 * @param receiveBuffer bytes a socket holds
 * @param turnCost nanoseconds a turn occupies its host
 * @param sendEvery mean nanoseconds between the messages of one client
 * @param bursts a client sends up to this many messages at once
 * @param maxBody bytes of a message body at the most
 * @param churnEvery mean nanoseconds between joins, leaves, disconnects of one client
 * @param partitionEvery mean nanoseconds between changes of connectivity, 0 for never
 * @param crashEvery mean nanoseconds between crashes of a daemon, 0 for never
 * @param pauseEvery mean nanoseconds between pauses of a host, 0 for never
 * @param maxPause nanoseconds
 * @param oneWay some cuts are one-way
 * @param flapping cuts come and go quickly
 * @param clockJumps wall clocks jump
 * @param slowClients some clients read slowly or stall
 * @param corruption probability that a datagram is damaged; properties other than robustness are then not checked
 * @param chaos nanoseconds of faults
 * @param reloadEvery mean nanoseconds between reloads of some or all daemons, 0 for never
 * @param nanosPerByte time a byte takes on the wire; 8 is 1 Gbit/s
 * @param interrupts nanoseconds in which arriving datagrams gather into one run, 0 for none
 * @param asymmetric some directions of some links are much slower
 * @param stragglers probability that a datagram is late by up to a beat, as one that lay in a queue somewhere
 * @param ambush probability that a fault follows at once when a daemon loses its token or installs a membership; a tenth of it for
 *     each FORM token
 * @param haste share of these faults that strike while a datagram is on its way; a partition leaves the daemon alone then, and what it sent is lost
 * @param lastWordsEvery mean nanoseconds between losses of a daemon whose last packets some get late and the others never ({@link LastWords}),
 *     0 for never
 * @param lateTokens probability that a token lies in a queue until its receiver is in another ring
 * @param shortMemoryEvery mean nanoseconds between failing allocations of some daemon, 0 for never
 * @param longTurns probability that the work of a turn takes up to twice the token timeout
 * @param stopEvery mean nanoseconds between orderly stops of a daemon of a ring that stands whole, 0 for never; nobody may lose a token
 *     by a timeout then
 * @param ring5Addresses addresses of each segment in a ring of Spread 5, each of which is a broadcast of its own; 0 for a ring of Spread 4
 * @param elsewhere in a ring of Spread 4, the first hosts, so many, speak from an address that the configuration does not have
 * @param attackEvery mean nanoseconds between what an attacker sends into a sealed ring, 0 for a ring that is not sealed
 * @param rightsEvery mean nanoseconds between access files that come into force at a daemon and shut some of its clients out, or out of some
 *     groups; 0 for never
 */
public record Swarm(
        int daemons,
        int segments,
        int clientsPerDaemon,
        int groups,
        Timers timers,
        boolean accelerated,
        double loss,
        double duplication,
        long jitter,
        double reordering,
        int receiveBuffer,
        long turnCost,
        long sendEvery,
        int bursts,
        int maxBody,
        long churnEvery,
        long partitionEvery,
        long crashEvery,
        long pauseEvery,
        long maxPause,
        boolean oneWay,
        boolean flapping,
        boolean clockJumps,
        boolean slowClients,
        double corruption,
        long chaos,
        long reloadEvery,
        long nanosPerByte,
        long interrupts,
        boolean asymmetric,
        double stragglers,
        double ambush,
        double haste,
        long lastWordsEvery,
        double lateTokens,
        long shortMemoryEvery,
        double longTurns,
        long stopEvery,
        int ring5Addresses,
        int elsewhere,
        long attackEvery,
        long rightsEvery) {
    private static final int RING = 19;
    private static final int ELSEWHERE = 20;
    static final long MICRO = 1_000L;
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000_000_000L;

    /** The default timers divided by five: more membership changes in the same time, the same proportions. */
    public static final Timers QUICK = Timers.ofMillis(250, 100, 50, 50, 125, 100, 250, 250, 6000);

    /** The default timers divided by 25: most seeds live short and hectic lives. */
    public static final Timers SHORT = Timers.ofMillis(50, 20, 10, 10, 25, 20, 50, 50, 1200);

    /** Draws everything from the seed; {@code fixedDaemons} of 0 leaves their number to chance as well. */
    public static Swarm draw(long seed, int fixedDaemons) {
        Chance random = Chance.stream(seed, 1);
        int daemons = fixedDaemons > 0 ? fixedDaemons : drawDaemons(random);
        boolean large = daemons > 12;
        // Not both: the views of a hundred clients in hundreds of groups each are millions, and say nothing new.
        boolean manyGroups = random.nextInt(200) == 0 && !large;
        int segments = random.nextInt(3) == 0 ? 1 + random.nextInt(Math.min(daemons, 20)) : 1;
        Timers timers = drawTimers(random, large);
        long beat = beat(timers);
        long sendEvery = (large || manyGroups ? beat : beat / 20) << random.nextInt(4);
        boolean hugeMessages = !large && random.nextInt(20) == 0;
        return new Swarm(
                daemons,
                segments,
                large ? random.nextInt(2) : manyGroups ? 1 : random.nextInt(4),
                manyGroups ? 3000 : 1 + random.nextInt(random.nextInt(8) == 0 ? 200 : 5),
                timers,
                random.nextBoolean(),
                random.pick(0, 0, 0.001, 0.01, 0.05, 0.15),
                random.pick(0, 0, 0.001, 0.05),
                random.pickLong(1, 20, 100, 500) * MICRO,
                random.pick(0, 0, 0.01, 0.1),
                (int) random.pickLong(20_000, 65_536, 212_992, 1 << 20),
                random.pickLong(1, 5, 50) * MICRO,
                sendEvery,
                random.nextInt(5) == 0 ? 40 : 3,
                hugeMessages ? 100_000 : (int) random.pickLong(40, 200, 1400, 1400, 8_000),
                random.nextInt(4) == 0 ? 0 : random.pickLong(1, 3, 10) * beat,
                random.nextInt(3) == 0 ? 0 : random.pickLong(1, 2, 5, 15) * beat,
                random.nextInt(2) == 0 ? 0 : random.pickLong(2, 5, 15) * beat,
                random.nextInt(3) != 0 ? 0 : random.pickLong(1, 3, 10) * beat,
                random.pickLong(20, 200, 1000, 4000) * (beat / 1000),
                random.nextInt(4) == 0,
                random.nextInt(5) == 0,
                random.nextInt(4) == 0,
                random.nextInt(3) == 0,
                random.nextInt(25) == 0 ? random.pick(0.001, 0.05) : 0,
                (timers == Timers.LAN ? 15 + random.nextInt(30) : 8 + random.nextInt(12)) * beat,
                random.nextInt(8) == 0 ? random.pickLong(2, 6) * beat : 0,
                random.pickLong(1, 8, 8, 80),
                random.nextInt(4) == 0 ? random.pickLong(50, 500) * MICRO : 0,
                random.nextInt(4) == 0,
                random.pick(0, 0, 0.0002, 0.005),
                random.pick(0, 0, 0.03, 0.2),
                0,
                0,
                0,
                0,
                0,
                0,
                // A stream of its own: what a seed is otherwise stays what it was.
                (int) Chance.stream(seed, RING).pickLong(0, 0, 0, 0, 1, 1, 2, 3),
                (int) Chance.stream(seed, ELSEWHERE).pickLong(0, 0, 0, 0, 0, 1, 2, daemons),
                0,
                0);
    }

    private static Timers drawTimers(Chance random, boolean large) {
        int kind = random.nextInt(100);
        return kind < 2 ? Timers.LAN : kind < 15 || large ? QUICK : SHORT;
    }

    /** The pulse of this world, nanoseconds: about what a ring needs to form. Rates and durations of faults are drawn in it. */
    public long beat() {
        return beat(timers);
    }

    private static long beat(Timers timers) {
        return Math.min(SECOND, 4 * timers.token().toNanos());
    }

    /** The same in a world of one kind. */
    public static Swarm draw(long seed, int fixedDaemons, Profile profile) {
        Chance random = Chance.stream(seed, 4);
        int daemons = fixedDaemons > 0
                ? fixedDaemons
                : switch (profile) {
                    case LARGE -> 20 + random.nextInt(45);
                    case RECOVERY, LAST_WORDS, LATE_TOKENS -> 3 + random.nextInt(3);
                    default -> 0;
                };
        Swarm swarm = draw(seed, daemons);
        return switch (profile) {
            case SWARM, LARGE -> swarm;
            case RELOAD -> swarm.with("reloadEvery", random.pickLong(2, 6) * swarm.beat());
            case CALM -> swarm.calm();
            case CHURN -> swarm.calm().with("churnEvery", swarm.beat() / 5).with("crashEvery", 10 * swarm.beat());
            case PARTITION -> swarm.calm().with("partitionEvery", swarm.beat()).with("churnEvery", 2 * swarm.beat());
            case LOSS -> swarm.calm().with("loss", 0.15).with("reordering", 0.1).with("churnEvery", 3 * swarm.beat());
            case RECOVERY ->
                swarm.with("ambush", 1)
                        .with("loss", random.pick(0.05, 0.15))
                        .with("sendEvery", swarm.beat() / 20)
                        .with("bursts", 10)
                        .with("churnEvery", 3 * swarm.beat())
                        .without("partitionEvery")
                        .without("crashEvery")
                        .without("pauseEvery")
                        .without("reloadEvery")
                        .without("corruption");
            case LAST_WORDS ->
                swarm.calm()
                        .with(SHORT)
                        .with("lastWordsEvery", 2 * beat(SHORT))
                        .with("ambush", random.pick(0.1, 0.3))
                        .with("haste", 0.5)
                        .with("loss", random.pick(0, 0.01, 0.05))
                        .with("stragglers", random.pick(0, 0.005, 0.02))
                        .with("clientsPerDaemon", 1 + random.nextInt(2))
                        .with("sendEvery", beat(SHORT) / 20)
                        .with("bursts", 3)
                        .with("maxBody", 200)
                        .with("churnEvery", 5 * beat(SHORT))
                        .without("elsewhere");
            case LATE_TOKENS ->
                swarm.calm()
                        .with(SHORT)
                        .with("lateTokens", random.pick(0.02, 0.1))
                        .with("partitionEvery", 2 * beat(SHORT))
                        .with("sendEvery", beat(SHORT) / 20)
                        .with("maxBody", 200)
                        .without("elsewhere");
            case MEMORY ->
                swarm.without("corruption")
                        .with("shortMemoryEvery", random.pickLong(1, 3, 10) * swarm.beat() / 10)
                        .with("maxBody", random.pick(200, 8_000, 100_000));
            case SLOW -> swarm.with("longTurns", random.pick(0.0005, 0.005, 0.02));
            case STOPS ->
                swarm.calm()
                        .with("stopEvery", 2 * swarm.beat())
                        .with("churnEvery", 3 * swarm.beat())
                        // what a full buffer drops is a loss, too
                        .with("receiveBuffer", 1 << 20)
                        .with("nanosPerByte", 1);
            case SEALED ->
                swarm.without("corruption")
                        // what is lost is what the attacker holds back
                        .with("loss", random.pick(0.01, 0.05, 0.15))
                        .with("attackEvery", random.pickLong(1, 4, 20) * swarm.beat() / 100);
            case RIGHTS ->
                swarm.without("corruption").with("rightsEvery", random.pickLong(1, 3, 10) * swarm.beat() / 5);
            case CORRUPTION -> swarm.with("corruption", random.pick(0.001, 0.01, 0.05));
        };
    }

    /** Without any fault. */
    private Swarm calm() {
        Swarm calm = this;
        for (String each : FAULTS) {
            calm = calm.without(each);
        }
        return calm;
    }

    /** What can be switched off, one after the other, to find a shorter story. */
    public static final List<String> FAULTS = List.of(
            "corruption",
            "reloadEvery",
            "clockJumps",
            "slowClients",
            "pauseEvery",
            "crashEvery",
            "partitionEvery",
            "oneWay",
            "flapping",
            "duplication",
            "reordering",
            "loss",
            "churnEvery",
            "interrupts",
            "asymmetric",
            "stragglers",
            "ambush",
            "haste",
            "lastWordsEvery",
            "rightsEvery",
            "lateTokens",
            "shortMemoryEvery",
            "longTurns",
            "stopEvery",
            "accelerated");

    /** The same with one component, named as in the constructor, switched off. */
    public Swarm without(String component) {
        return with(component, 0);
    }

    /** The same with another value of one component. Booleans are on unless the value is 0. */
    public Swarm with(String component, double value) {
        return replaced(component, type -> convert(type, value));
    }

    /** The same with other timers. */
    public Swarm with(Timers other) {
        return replaced("timers", type -> other);
    }

    private Swarm replaced(String component, Function<Class<?>, Object> value) {
        RecordComponent[] components = Swarm.class.getRecordComponents();
        Object[] values = new Object[components.length];
        Class<?>[] types = new Class<?>[components.length];
        boolean known = false;
        try {
            for (int i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                values[i] = components[i].getAccessor().invoke(this);
                if (components[i].getName().equals(component)) {
                    known = true;
                    values[i] = value.apply(types[i]);
                }
            }
            if (!known) {
                throw new IllegalArgumentException("no setting is called " + component);
            }
            return Swarm.class.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object convert(Class<?> type, double value) {
        if (type == boolean.class) {
            return value != 0;
        }
        if (type == int.class) {
            return (int) value;
        }
        if (type == long.class) {
            return (long) value;
        }
        if (type == double.class) {
            return value;
        }
        throw new IllegalArgumentException("settings of type " + type + " cannot be set");
    }

    private static int drawDaemons(Chance random) {
        int kind = random.nextInt(1000);
        if (kind < 50) {
            return 1;
        }
        if (kind < 930) {
            return 2 + random.nextInt(4);
        }
        if (kind < 990) {
            return 6 + random.nextInt(7);
        }
        return kind < 999 ? 13 + random.nextInt(20) : 33 + random.nextInt(95);
    }
}
