package org.flushspread.course.world;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.flushspread.course.api.Program;
import org.flushspread.flush.View;
import org.flushspread.simulation.Chance;
import org.flushspread.simulation.Profile;
import org.flushspread.simulation.Simulation;
import org.flushspread.simulation.Swarm;
import org.jspecify.annotations.Nullable;

/**
 * Three servers on a simulated ring, from one seed: daemons, group layer and connections are those that ship, network and time are not. At
 * each time one server at the most is dead or cut off, and before the next fault all are together again: so a majority always remembers.
 *
 * @param <P> what the programs of this exercise can do
 */
public final class GroupWorld<P extends Program> {
    private static final int SERVERS = 3;
    private static final long MILLI = 1_000_000L;
    private static final long PATIENCE = 20_000 * MILLI;
    private static final int EPISODES = 3;

    private final Level level;
    private final Story story;
    private final Chance chance;
    private final Simulation simulation;
    private final List<Server<P>> servers = new ArrayList<>();
    private final GroupJudge<P> judge;
    private boolean working;
    private @Nullable Server<P> running;

    /** Makes the judge of a run. */
    public interface Judges<P extends Program> {
        GroupJudge<P> create(GroupWorld<P> world, Chance chance);
    }

    public GroupWorld(long seed, Level level, Supplier<P> programs, Judges<P> judges) {
        this.level = level;
        this.story = new Story();
        this.chance = Chance.stream(seed, 700 + level.number());
        Swarm swarm = Swarm.draw(1, SERVERS, Profile.CALM)
                .with(Swarm.SHORT)
                .with("segments", 1)
                .with("ring5Addresses", 0)
                .with("elsewhere", 0)
                .with("clientsPerDaemon", 1)
                .with("groups", 1)
                .with("receiveBuffer", 1 << 20)
                .with("jitter", 50_000)
                .with("turnCost", 5_000)
                .with("loss", level.parts() ? 0.05 : 0);
        this.simulation = new Simulation(seed * 8 + level.number(), swarm, null, client -> {
            Server<P> server = new Server<>(this, servers.size(), programs, chance.nextLong(4_000) - 2_000);
            servers.add(server);
            return server;
        });
        story.begin(simulation.world());
        this.judge = judges.create(this, Chance.stream(seed, 800));
        servers.forEach(each -> each.watch(judge));
    }

    public Story story() {
        return story;
    }

    public List<Server<P>> servers() {
        return servers;
    }

    public void after(Duration delay, Runnable what) {
        simulation.world().after(delay.toNanos(), what);
    }

    /** The server whose program is being called. */
    public Server<P> running() {
        return Objects.requireNonNull(running, "no program is being called");
    }

    void running(@Nullable Server<P> now) {
        running = now;
    }

    long millis() {
        return simulation.world().now() / MILLI;
    }

    /** Equal for runs in which the same happened. */
    public long fingerprint() {
        return simulation.world().fingerprint();
    }

    /**
     * From the first start to the last look.
     *
     * @throws BrokenPromise if a program did not hold what it promised
     */
    public void run() {
        try {
            play();
        } catch (BrokenPromise broken) {
            throw broken;
        } catch (RuntimeException
                | Error thrown) { // all that a learner's program may throw when it is asked for what it has
            throw new BrokenPromise(
                    "a program can be asked at any time for what it has, and never answers null",
                    "asked, it has thrown or has answered null, which led to " + thrown + placeOf(thrown),
                    story.lines());
        }
    }

    private static String placeOf(Throwable thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        return trace.length == 0 ? "" : " at " + trace[0];
    }

    private void play() {
        working = true;
        for (Server<P> each : servers) {
            simulation.start(each.number());
            workLater(each);
            run(chance.nextLong(500));
        }
        together();
        run(500);
        for (int i = level == Level.CALM ? EPISODES : 0; i < EPISODES; i++) {
            episode();
            together();
            run(chance.nextLong(400));
        }
        working = false;
        simulation.network().calm();
        together();
        run(300);
        judge.lastWords();
        run(700);
        judge.end();
        servers.forEach(each -> simulation.host(each.number()).crash());
    }

    private void run(long millis) {
        simulation.world().run(millis * MILLI);
    }

    private void workLater(Server<P> server) {
        simulation.world().after(chance.around(60 * MILLI), () -> {
            work(server);
            if (working) {
                workLater(server);
            }
        });
    }

    private void work(Server<P> server) {
        if (working && server.program() != null) {
            judge.work(server);
            judge.look(server);
        }
    }

    // ---- faults

    private void episode() {
        Server<P> victim = servers.get(chance.nextInt(SERVERS));
        int faults = level == Level.EVERYTHING ? 1 + chance.nextInt(3) : 1;
        for (int i = 0; i < faults; i++) {
            boolean parts = level.parts() && (!level.crashes() || chance.nextBoolean());
            if (parts) {
                cutOff(victim);
            } else {
                kill(victim);
            }
            run(50 + chance.nextLong(level == Level.EVERYTHING && i < faults - 1 ? 300 : 900));
        }
        heal(victim);
    }

    private void kill(Server<P> victim) {
        victim.crash();
        if (chance.nextInt(3) == 0) {
            story.outline("", "the machine of server " + letter(victim) + " stops");
            simulation.host(victim.number()).crash();
        }
    }

    /** Often it hears for a while when nobody hears it any more. */
    private void cutOff(Server<P> victim) {
        story.outline("", "server " + letter(victim) + " is cut off from the others");
        if (chance.nextInt(3) > 0) {
            // What its user does just now may reach nobody, and its own machine does not know of it.
            work(victim);
            simulation.world().run(chance.nextLong(MILLI / 4));
            for (int other = 0; other < SERVERS; other++) {
                if (other != victim.number()) {
                    simulation.network().cut(victim.number(), other, true);
                }
            }
            run(chance.nextLong(30));
        }
        int[] sides = new int[SERVERS];
        sides[victim.number()] = 1;
        simulation.network().partition(sides);
    }

    private void heal(Server<P> victim) {
        story.outline("", "server " + letter(victim) + " is well again");
        simulation.network().partition(new int[SERVERS]);
        victim.restart();
        if (!simulation.host(victim.number()).isUp()) {
            simulation.start(victim.number());
        }
    }

    private static String letter(Server<?> server) {
        return String.valueOf((char) ('a' + server.number()));
    }

    // ---- peace

    /** Runs until all are in one view, and for a moment more. */
    private void together() {
        until(() -> {
            for (Server<P> each : servers) {
                View view = each.view();
                View first = servers.get(0).view();
                if (view == null
                        || first == null
                        || each.isBetweenViews()
                        || view.members().size() < SERVERS
                        || !view.id().equals(first.id())) {
                    return false;
                }
            }
            return true;
        });
        run(200);
    }

    private void until(BooleanSupplier condition) {
        long end = simulation.world().now() + PATIENCE;
        while (!condition.getAsBoolean()) {
            if (simulation.world().now() > end) {
                throw new BrokenPromise(
                        "a member answers each flush request",
                        "the servers are well, and have not come together for "
                                + Objects.toString(PATIENCE / MILLI / 1000) + " seconds. A program that calls"
                                + " defer() on a flush request has to flush later.",
                        story.lines());
            }
            run(10);
        }
    }
}
