package org.flushspread.examples;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.HostResolver;
import org.flushspread.daemon.DaemonOptions;
import org.flushspread.daemon.DaemonStartException;
import org.flushspread.embedded.EmbeddedDaemon;
import org.flushspread.examples.KeyValueStore.Command;
import org.flushspread.flush.ReplicatedStateMachine;
import org.flushspread.flush.replica.Quorum;
import org.flushspread.flush.replica.Role;
import org.flushspread.wire.MonitorPackets;

/** Three daemons, five members of a replicated store, and what can happen to them: the program {@code scripts/demo}. */
@picocli.CommandLine.Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Runs three daemons and five members of a replicated key-value store through a leave, the death of a daemon,"
                        + " a partition and a merge, and compares the states at the end. Needs no input and no file.")
public final class Demo implements Callable<Integer> {
    private static final int FIRST_PORT = 21_000;
    private static final int LAST_PORT = 21_900;
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Map<String, Integer> HOMES =
            new TreeMap<>(Map.of("ann", 0, "bob", 0, "cid", 1, "dee", 1, "eve", 2));

    @picocli.CommandLine.Option(
            names = "--page",
            description = "Run slowly, with the live page of daemon d1 open for looking at.")
    private boolean page;

    @picocli.CommandLine.Option(
            names = "--pause",
            paramLabel = "SECONDS",
            defaultValue = "8",
            description = "With --page: time to look at each step. Default: ${DEFAULT-VALUE}.")
    private int pause;

    private final long start = System.nanoTime();
    private final EmbeddedDaemon[] daemons = new EmbeddedDaemon[3];
    private final Map<String, ReplicatedStateMachine<KeyValueStore, Command, Optional<String>>> members =
            new TreeMap<>();
    private Configuration configuration = Configuration.local();
    private int commands;

    public static void main(String[] args) {
        System.exit(Example.run(new Demo(), args));
    }

    @Override
    public Integer call() throws Exception {
        try {
            story();
            return 0;
        } catch (IllegalStateException e) {
            System.out.println("This did not hold: " + e.getMessage());
            return 1;
        } finally {
            members.values().forEach(ReplicatedStateMachine::close);
            for (EmbeddedDaemon each : daemons) {
                if (each != null) {
                    each.close();
                }
            }
        }
    }

    private void story() throws Exception {
        startDaemons();
        until("three daemons form one ring", () -> daemons[0].membership().size() == 3);
        tell("three daemons form one ring: " + daemons[0].membership());
        for (String name : HOMES.keySet()) {
            join(name);
        }
        until(
                "all five members are in the primary component",
                () -> primaries(5).size() == 5);
        tell("five members hold one store: " + primaries(5));
        submitFromAll(100);
        sameState();

        leave("bob");
        until(
                "four members go on without bob",
                () -> primaries(4).equals(new TreeSet<>(List.of("ann", "cid", "dee", "eve"))));
        tell("bob left; the store goes on with " + primaries(4));

        daemons[2].close();
        leave("eve");
        until(
                "three members go on without eve's daemon",
                () -> primaries(3).equals(new TreeSet<>(List.of("ann", "cid", "dee")))
                        && daemons[0].membership().size() == 2);
        tell("daemon d3 died, and eve with it; the store goes on with " + primaries(3));
        submitFromAll(50);

        startDaemon(2);
        join("bob");
        join("eve");
        until("bob and eve have caught up", () -> primaries(5).size() == 5);
        tell("d3 is back; bob and eve joined with nothing and have caught up");
        sameState();

        partition((short) 0, (short) 1, (short) 1);
        until(
                "the majority goes on and the minority stops",
                () -> primaries(3).equals(new TreeSet<>(List.of("cid", "dee", "eve"))));
        tell("the network parted d1 from d2 and d3: " + primaries(3) + " go on, ann and bob only read");
        member("cid").submit(new Command("written", "while apart")).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        commands++;

        partition((short) 0, (short) 0, (short) 0);
        until("all are together again", () -> primaries(5).size() == 5);
        tell("the network is whole again, and so is the store");
        submitFromAll(20);
        sameState();
        summary();
        if (page) {
            System.out.println("The daemons go on until you press Enter.");
            int typed;
            do {
                typed = System.in.read();
            } while (typed >= ' ');
        }
    }

    private void startDaemons() throws IOException {
        for (int port = FIRST_PORT; port < LAST_PORT; port += 10) {
            configuration = Configuration.parse(text(port), "demo.conf", HostResolver.LOCALHOST_ONLY);
            try {
                for (int i = 0; i < daemons.length; i++) {
                    startDaemon(i);
                }
                if (page) {
                    openPage();
                }
                return;
            } catch (DaemonStartException taken) {
                for (int i = 0; i < daemons.length; i++) {
                    if (daemons[i] != null) {
                        daemons[i].close();
                    }
                }
            }
        }
        throw new IllegalStateException("no free ports between " + FIRST_PORT + " and " + LAST_PORT);
    }

    /** One segment per daemon, so that all three can live on this host, and timers for a fast network. */
    private static String text(int port) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 3; i++) {
            text.append(String.format(
                    Locale.ROOT,
                    "Spread_Segment 127.0.%d.255:%d { d%d 127.0.%d.1 { 127.0.%d.1 } }%n",
                    i,
                    port,
                    i,
                    i,
                    i));
        }
        return text + """
                DangerousMonitor = yes
                AcceleratedRing = no
                SocketPortReuse = ON
                TokenTimeout = 250
                HurryTimeout = 100
                AliveTimeout = 50
                JoinTimeout = 50
                RepTimeout = 125
                SegTimeout = 100
                GatherTimeout = 250
                FormTimeout = 250
                LookupTimeout = 1000
                """;
    }

    private void startDaemon(int index) {
        DaemonOptions options = DaemonOptions.DEFAULTS.withSocketDirectory(Optional.empty());
        if (page && index == 0) {
            options = options.withAdmin(options.admin().withHttp(Optional.of(pageAddress())));
        }
        daemons[index] = EmbeddedDaemon.start(configuration, "d" + (index + 1), options);
    }

    /** Beside the ports of data and tokens. */
    private InetSocketAddress pageAddress() {
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), configuration.daemons().get(0).port() + 2);
    }

    /** Shows the page in the person's browser, where there is one. */
    private void openPage() {
        String url = "http://127.0.0.1:" + pageAddress().getPort() + "/";
        System.out.println("The live page: " + url);
        try {
            new ProcessBuilder("xdg-open", url)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException noBrowser) {
            System.out.println("Open it in a browser.");
        }
    }

    /** Time to look at the page, with something to see: commands from all that may submit them. */
    private void look() throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(pause).toNanos();
        while (System.nanoTime() - end < 0) {
            List<CompletableFuture<Optional<String>>> results = new ArrayList<>();
            members.forEach((name, member) -> {
                if (member.role() == Role.PRIMARY) {
                    results.add(member.submit(new Command("watched", name)));
                }
            });
            CompletableFuture.allOf(results.toArray(new CompletableFuture<?>[0]))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            commands += results.size();
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
        }
    }

    private static int home(String name) {
        return HOMES.getOrDefault(name, 0);
    }

    private ReplicatedStateMachine<KeyValueStore, Command, Optional<String>> member(String name) {
        return Objects.requireNonNull(members.get(name), name);
    }

    private void leave(String name) {
        member(name).close();
        members.remove(name);
    }

    private void join(String name) {
        Daemon home = configuration.daemons().get(home(name));
        members.put(
                name,
                ReplicatedStateMachine.join(
                        home.port() + "@" + home.address(),
                        "store",
                        new KeyValueStore(),
                        Command.CODEC,
                        options -> options.name(name).primary(Quorum.majorityOf(5))));
    }

    private void submitFromAll(int each) throws Exception {
        List<CompletableFuture<Optional<String>>> results = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            for (var member : members.entrySet()) {
                results.add(member.getValue().submit(new Command("key" + i % 40, member.getKey() + " " + i)));
            }
        }
        CompletableFuture.allOf(results.toArray(new CompletableFuture<?>[0]))
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        commands += results.size();
        tell(results.size() + " commands from " + members.keySet() + ", each applied by all in one order");
    }

    private TreeSet<String> primaries(int expected) {
        TreeSet<String> names = new TreeSet<>();
        members.forEach((name, member) -> {
            // Settled: everybody knows the same members, nobody still lists one that is gone.
            if (member.role() == Role.PRIMARY && member.status().members().size() == expected) {
                names.add(name);
            }
        });
        return names;
    }

    private TreeMap<String, String> digests() {
        TreeMap<String, String> digests = new TreeMap<>();
        members.forEach((name, member) -> digests.put(name, member.read(KeyValueStore::digest)));
        return digests;
    }

    private void sameState() throws Exception {
        until("all members have the same state", () -> new TreeSet<>(digests().values()).size() == 1);
        tell("the same state at all: " + digests().firstEntry().getValue());
    }

    /** Tells each daemon which component it is in, as the monitor program does. */
    private void partition(short... components) throws IOException {
        short[] all = new short[configuration.daemons().size()];
        System.arraycopy(components, 0, all, 0, all.length);
        try (DatagramSocket socket = new DatagramSocket()) {
            for (Daemon each : configuration.daemons()) {
                ByteBuf packet = Unpooled.buffer();
                MonitorPackets.writePartition(
                        packet,
                        configuration.ring().monitor(each, each.id(), configuration.hash()),
                        socket.getLocalPort(),
                        all);
                byte[] bytes = new byte[packet.readableBytes()];
                packet.readBytes(bytes);
                socket.send(new DatagramPacket(
                        bytes,
                        bytes.length,
                        InetAddress.getByAddress(each.address().octets()),
                        each.port()));
            }
        }
    }

    private void summary() {
        System.out.println();
        System.out.printf("%-8s %-8s %-10s %-18s%n", "member", "daemon", "role", "digest of its state");
        digests()
                .forEach((name, digest) -> System.out.printf(
                        "%-8s %-8s %-10s %-18s%n",
                        name, "d" + (home(name) + 1), member(name).role(), digest));
        System.out.printf("%n%d commands, all states equal. %.1f s.%n", commands, seconds());
    }

    private void tell(String line) throws Exception {
        System.out.printf("%6.2f s  %s%n", seconds(), line);
        if (page) {
            look();
        }
    }

    private double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    private static void until(String what, BooleanSupplier holds) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(what + " (waited " + PATIENCE.toSeconds() + " s)");
            }
            java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
        }
    }
}
