package org.flushspread.flush.replica;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.flushspread.flush.store.StoreException;
import org.flushspread.kernel.base.InvariantViolation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/** Runs of the simulation that say what failed instead of throwing, for replicas that are broken on purpose. */
public final class BrokenReplicas {
    /** A run takes a few milliseconds, and some broken rules take thousands of them. */
    private static final int RUNS_PER_SEED = 30;

    private BrokenReplicas() {}

    /** All that can happen to members. */
    public static @Nullable String run(long seed) {
        return run(seed, Simulation.Kind.ALL);
    }

    /** Persons who decide. */
    public static @Nullable String runWithPersons(long seed) {
        return run(seed, Simulation.Kind.PERSONS);
    }

    /** Persons who decide where attempts of unknown outcome are remembered, while the network parts and joins. */
    public static @Nullable String runWithHastyPersons(long seed) {
        return run(seed, Simulation.Kind.HASTY_PERSONS);
    }

    /** Reads without the log. */
    public static @Nullable String runWithReads(long seed) {
        return run(seed, Simulation.Kind.READS);
    }

    /** Time, timers, random numbers and sessions. */
    public static @Nullable String runWithContext(long seed) {
        return run(seed, Simulation.Kind.CONTEXT);
    }

    /** Quorums that are changed, and members that are replaced. */
    public static @Nullable String runWithQuorums(long seed) {
        return run(seed, Simulation.Kind.QUORUM);
    }

    /** Clients that are no members. */
    public static @Nullable String runWithClients(long seed) {
        return run(seed, Simulation.Kind.CLIENTS);
    }

    /** Members without a vote. */
    public static @Nullable String runWithObservers(long seed) {
        return run(seed, Simulation.Kind.OBSERVERS);
    }

    /** Commands that members cannot apply. */
    public static @Nullable String runWithPoison(long seed) {
        return run(seed, Simulation.Kind.POISON);
    }

    private static @Nullable String run(long seed, Simulation.Kind kind) {
        for (long each = seed * RUNS_PER_SEED; each < (seed + 1) * RUNS_PER_SEED; each++) {
            try {
                new Simulation(each, kind, new Counts()).run(kind.takesLong() ? 1800 : 900);
            } catch (Violation violation) {
                return violation.rule + "\trun " + each + ": " + violation.getMessage();
            } catch (InvariantViolation violation) {
                return "invariant of " + violation.rule() + "\trun " + each + ": " + violation.seen();
            }
        }
        return null;
    }

    /** One test, written as {@code Class#method}, of this package, or as {@code package.Class#method} of one beside it. */
    public static @Nullable String runTest(String test) {
        String[] names = test.split("#", 2);
        try {
            String here = BrokenReplicas.class.getPackageName();
            String from = names[0].contains(".") ? here.substring(0, here.lastIndexOf('.')) : here;
            Class<?> type = Class.forName(from + "." + names[0]);
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            Method method = type.getDeclaredMethod(names[1]);
            method.setAccessible(true);
            Object instance = constructor.newInstance();
            for (Method each : type.getDeclaredMethods()) {
                if (each.isAnnotationPresent(BeforeEach.class)) {
                    each.setAccessible(true);
                    each.invoke(instance);
                }
            }
            method.invoke(instance);
            return null;
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof AssertionError
                    || e.getCause() instanceof InvariantViolation
                    || e.getCause() instanceof StoreException) {
                return test + "\t" + e.getCause().getMessage();
            }
            throw new IllegalStateException(test, e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("no test is called " + test, e);
        }
    }
}
