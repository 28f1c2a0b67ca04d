package org.flushspread.flush.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.flushspread.flush.StateMachine;
import org.flushspread.flush.linearizability.Model;
import org.flushspread.flush.replica.SimulatedReplicas.Figures;
import org.jspecify.annotations.Nullable;

/**
 * Runs a state machine in simulated groups, where members crash, lose their disks' last writes, are parted, hang, come late and get the state
 * of others: each seed is another story, and the same one each time. Replica, store and sessions are those that ship.
 *
 * <pre>{@code ReplicaSimulation.of(MyMachine::new, MyWorkload::new).seeds(10_000).run();}</pre>
 *
 * <p>What is checked of each seed: members with the same log have saved the same bytes and given the same results, whether they have applied the
 * log, replayed it from disk or loaded the state of another; a state that is loaded and saved is the same; what a {@code Snapshotter} froze
 * does not change; users were answered what the one log says, in an order that fits the time, each command of a session once; reads saw all
 * that had ended before they began; and what {@link #invariant}, {@link #atEnd} and {@link #model} say.
 *
 * <p>With the system property {@value #REPLAY} a test runs one seed alone: that of a failure, as the failure prints it. One thread; a
 * simulation may run once or more.
 *
 * @param <S> state machine
 * @param <C> command
 * @param <R> result
 */
public final class ReplicaSimulation<S extends StateMachine<C, R>, C, R> {
    /** The property that names the one seed to be run. */
    public static final String REPLAY = "replica.simulation.seed";

    private static final int SEEDS = 1_000;
    private static final int RINGS = 50;
    /** Seeds at the begin that take their time. */
    private static final int CAREFUL = 3;

    private final Checks<S, C, R> checks;
    private final boolean sessions;
    private int seeds = SEEDS;
    private long first = 1;
    private int ringsEvery = RINGS;
    private @Nullable Duration limit;
    private @Nullable Replay replay;

    /**
     * What was run.
     *
     * @param seeds as many
     * @param figures of all of them
     * @param took as long
     */
    public record Result(int seeds, Figures figures, Duration took) {
        @Override
        public String toString() {
            double seconds = took.toNanos() / 1e9;
            return String.format(
                    "%d seeds in %.1f s (%.0f a second): %d commands, %d of them completed, %d uncertain, %d reads; %d views, %d crashes,"
                            + " %d snapshots and transfers",
                    seeds,
                    seconds,
                    seeds / Math.max(seconds, 0.001),
                    figures.commands(),
                    figures.completed(),
                    figures.uncertain(),
                    figures.reads(),
                    figures.views(),
                    figures.crashes(),
                    figures.transfers());
        }
    }

    private ReplicaSimulation(Checks<S, C, R> checks) {
        this.checks = checks;
        this.sessions = checks.newMachine().answers() != null;
        Checks.codec(checks.newWorkload());
        String asked = System.getProperty(REPLAY);
        this.replay = asked == null ? null : Replay.parse(asked);
    }

    /**
     * @param machine makes a state machine with nothing in it, another one each time
     * @param workload makes what draws its commands
     */
    public static <S extends StateMachine<C, R>, C, R> ReplicaSimulation<S, C, R> of(
            Supplier<S> machine, Supplier<? extends Workload<C>> workload) {
        return new ReplicaSimulation<>(new Checks<>(
                Objects.requireNonNull(machine, "no supplier of state machines is given"),
                Objects.requireNonNull(workload, "no supplier of workloads is given")));
    }

    /** How many seeds are run; 1,000 if nothing is said. */
    public ReplicaSimulation<S, C, R> seeds(int count) {
        if (count < 1) {
            throw new IllegalArgumentException(count + " seeds are none");
        }
        seeds = count;
        return this;
    }

    /** The first seed; 1 if nothing is said. A nightly run may go on where the last one ended. */
    public ReplicaSimulation<S, C, R> from(long seed) {
        first = seed;
        return this;
    }

    /** Begins no seed after this time, but the first. */
    public ReplicaSimulation<S, C, R> within(Duration time) {
        Objects.requireNonNull(time, "the time within which to run is null");
        if (time.isZero() || time.isNegative()) {
            throw new IllegalArgumentException("within " + time + " no seed can be run");
        }
        limit = time;
        return this;
    }

    /**
     * Each so-manieth seed is run on simulated rings, where daemons, their network and the flush layers are simulated too, which takes twenty
     * times as long; 50 if nothing is said, 0 for none. The others are on a network that keeps the promises of the flush layer by design.
     */
    public ReplicaSimulation<S, C, R> ringsEvery(int seeds) {
        if (seeds < 0) {
            throw new IllegalArgumentException("each " + seeds + "th seed is none");
        }
        ringsEvery = seeds;
        return this;
    }

    /** What goes wrong; everything if nothing is said. With less no seed runs on simulated rings. */
    public ReplicaSimulation<S, C, R> faults(Faults kind) {
        checks.faults = Objects.requireNonNull(kind, "what is to go wrong is null");
        return this;
    }

    /**
     * Something that is true of each state behind each command, at each member.
     *
     * @param name its own, by which a report calls it
     */
    public ReplicaSimulation<S, C, R> invariant(String name, Predicate<? super S> holds) {
        Checks.add(checks.invariants, name, holds);
        return this;
    }

    /**
     * Something that is true of the states of all members when all is healed, and they have applied the same commands.
     *
     * @param name its own, by which a report calls it
     */
    public ReplicaSimulation<S, C, R> atEnd(String name, Predicate<? super List<S>> holds) {
        Checks.add(checks.atEnd, name, holds);
        return this;
    }

    /**
     * What the commands mean, one after the other, said in another way than the state machine does. An exception of {@code apply} is the answer
     * null to it.
     */
    public ReplicaSimulation<S, C, R> model(Model<?, C, R> sequential) {
        return model(sequential, command -> "");
    }

    /** @param key which part of the state a command touches: parts are checked on their own, which takes less time */
    public ReplicaSimulation<S, C, R> model(Model<?, C, R> sequential, Function<? super C, ?> key) {
        Objects.requireNonNull(sequential, "the model is null");
        Objects.requireNonNull(key, "the function that says which part of the model a command touches is null");
        if (checks.modelled != null) {
            throw new IllegalArgumentException("there is a model already: a simulation has one");
        }
        checks.modelled = new Checks.Modelled<>(sequential, key);
        return this;
    }

    /**
     * Runs one seed alone, as a failure prints it.
     *
     * @param seed {@code "17"}, or {@code "17/25"} for a quarter of its story
     */
    public ReplicaSimulation<S, C, R> replay(String seed) {
        replay = Replay.parse(Objects.requireNonNull(seed, "the seed to be run again is null"));
        return this;
    }

    /**
     * Runs the seeds, one behind the other, until one fails.
     *
     * @throws AssertionError which seed breaks what, the shortest story that was found for it, and how it is run again
     */
    public Result run() {
        long begun = System.nanoTime();
        Replay only = replay;
        Figures figures = new Figures(0, 0, 0, 0, 0, 0, 0);
        int count = only == null ? seeds : 1;
        int done = 0;
        boolean decoded = false;
        RuntimeException undecoded = null;
        while (done < count && (done == 0 || !isOver(begun))) {
            Replay next = only == null ? new Replay(first + done, Replay.WHOLE) : only;
            Run<S, C, R> run = new Run<>(checks, sessions, ringsEvery, next, done < CAREFUL);
            Throwable broken = run.broken();
            if (broken != null) {
                throw new Report<>(checks, sessions, ringsEvery).of(run, broken);
            }
            figures = figures.plus(run.figures());
            decoded |= run.trial.hasDecoded();
            undecoded = run.trial.undecoded() == null ? undecoded : run.trial.undecoded();
            done++;
        }
        Result result = new Result(done, figures, Duration.ofNanos(System.nanoTime() - begun));
        if (!decoded && undecoded != null) {
            throw new AssertionError(
                    "no command has reached the state machine, so nothing was tested: decode of the workload's codec threw "
                            + undecoded,
                    undecoded);
        }
        if (done > 10 && figures.completed() == 0) {
            throw new AssertionError("no command was completed, so nothing was tested: " + result);
        }
        return result;
    }

    private boolean isOver(long begun) {
        return limit != null && Duration.ofNanos(System.nanoTime() - begun).compareTo(limit) > 0;
    }
}
