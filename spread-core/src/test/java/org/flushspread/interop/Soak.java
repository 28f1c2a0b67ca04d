package org.flushspread.interop;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.flushspread.config.RingVersion;
import org.flushspread.interop.Namespaces.Cast;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program {@code scripts/soak}: daemon processes on real sockets, faults of all kinds for as long as it takes, and the promises to clients. */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Rings of daemon processes lose datagrams, links, and daemons while clients send; in the end of each round all is healed, "
                    + "and what clients saw must break no promise (groups-protocol 10, membership-protocol 12).",
            "With root and the ip and tc commands each daemon has a network namespace, and links are cut, split and lossy; without, "
                    + "daemons meet on 127.x, are split by the monitor's partitions, killed, stopped and paused.",
            "Faults are drawn from a seed, but real time is not: a round begun with its own seed does not repeat exactly. The simulator does (scripts/simulate)."
        })
public final class Soak implements Callable<Integer> {
    private static final int MOST_DAEMONS = 5;

    @Option(names = "--minutes", paramLabel = "N", description = "Time of all rounds (default: ${DEFAULT-VALUE}).")
    private double minutes = 10;

    @Option(
            names = "--kinds",
            paramLabel = "LETTERS",
            description =
                    "J (ours) or C for each daemon, in the order of the configuration, as in JCJ; j (ours) or 5 in a ring of Spread 5, as in "
                            + "j5j; at most 9. C needs SPREAD_C_HOME, 5 needs SPREAD5_C_HOME and root (default: drawn anew in each "
                            + "round, of C only what is installed).")
    private @Nullable String kinds;

    @Option(
            names = "--round",
            paramLabel = "SECONDS",
            description = "Time of faults in a round (default: ${DEFAULT-VALUE}).")
    private int round = 60;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Where the first round is drawn from (default: the time of day).")
    private long seed = System.currentTimeMillis() / 1000;

    private int unsound;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Soak()).execute(arguments));
    }

    @Override
    public Integer call() {
        if (kinds != null && !kinds.matches("[JC]{2,9}|[j5]{2,9}")) {
            System.err.println("soak: --kinds has 2 to 9 letters J or C, or j or 5, not '" + kinds + "'");
            return 2;
        }
        for (Kind c : List.of(Kind.C, Kind.C5)) {
            if (kinds != null
                    && kinds.indexOf(c.letter()) >= 0
                    && !c.installed().isInstalled()) {
                System.err.println("soak: " + c.installed().variable() + " does not name an installed C Spread "
                        + c.installed().version() + ", so there is no daemon of kind " + c.letter());
                return 2;
            }
        }
        long end = System.nanoTime() + (long) (minutes * 60e9);
        int rounds = 0;
        do {
            play(++rounds);
            // Short enough to be typed again.
            seed = new Random(seed).nextInt(1_000_000_000);
        } while (System.nanoTime() < end);
        System.out.println(rounds + " rounds, " + unsound + " unsound");
        return unsound == 0 ? 0 : 1;
    }

    private void play(int number) {
        Random random = new Random(seed);
        String letters = kinds != null ? kinds : drawKinds(random);
        boolean accelerated = random.nextBoolean();
        Net net = network(random, letters);
        String head = "round " + number + ": " + letters + (net instanceof Namespaces ? " in namespaces" : " on 127.x")
                + (accelerated ? " accelerated" : "") + " seed " + seed;
        // Not faster: a daemon that is started again within seconds may then repeat an id (membership-protocol 8).
        try (Ring ring = new Ring(letters, net, Timers.USUAL, accelerated)) {
            SoakFaults faults = new SoakFaults(ring, net, random);
            ring.form().populate().exchange(100);
            ring.expectCascades();
            long end = System.nanoTime() + Duration.ofSeconds(round).toNanos();
            while (System.nanoTime() < end) {
                Traffic traffic = ring.traffic();
                try {
                    faults.next();
                } finally {
                    traffic.close();
                }
            }
            faults.heal();
            ring.awaitRing(ring.nodes);
            ring.populate();
            ring.exchange(200);
            ring.requireSound();
            System.out.println(
                    head + ": sound; " + ring.traces.delivered() + " messages delivered; " + text(faults.counts()));
        } catch (RuntimeException | AssertionError e) {
            unsound++;
            System.out.println(head + ": UNSOUND\n" + e);
        }
    }

    private static String text(Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String drawKinds(Random random) {
        int size = 2 + random.nextInt(MOST_DAEMONS - 1);
        boolean five = random.nextBoolean();
        Kind ours = five ? Kind.JAVA5 : Kind.JAVA;
        Kind c = five ? Kind.C5 : Kind.C;
        boolean mixed = c.installed().isInstalled() && random.nextBoolean();
        StringBuilder kinds = new StringBuilder();
        for (int i = 0; i < size; i++) {
            kinds.append((mixed && random.nextBoolean() ? c : ours).letter());
        }
        return kinds.toString();
    }

    private static Net network(Random random, String letters) {
        int size = letters.length();
        int first = random.nextBoolean() ? size : 1 + random.nextInt(size);
        Cast cast = cast(random, Kind.of(letters.charAt(0)).ring);
        try {
            return first == size ? new Namespaces(cast, true, size) : new Namespaces(cast, true, first, size - first);
        } catch (TestAbortedException e) {
            return new Loopback(size);
        }
    }

    private static Cast cast(Random random, RingVersion ring) {
        if (ring == RingVersion.SPREAD5 && random.nextBoolean()) {
            return Cast.MULTICAST_IPV6;
        }
        return random.nextBoolean() ? Cast.MULTICAST : Cast.BROADCAST;
    }
}
