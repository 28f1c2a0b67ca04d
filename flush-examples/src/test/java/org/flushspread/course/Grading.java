package org.flushspread.course;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.flushspread.course.check.Exercise;
import org.flushspread.course.world.BrokenPromise;
import org.flushspread.course.world.Level;
import org.jspecify.annotations.Nullable;

/** Runs a program level by level, until it breaks a promise, and says what it found. */
final class Grading {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Exercise exercise;
    private final Supplier<?> programs;
    private final String command;
    private final PrintWriter out;
    private final Duration patience;

    /** @param command that runs the same program again */
    Grading(Exercise exercise, Supplier<?> programs, String command, PrintWriter out) {
        this(exercise, programs, command, out, PATIENCE);
    }

    /** @param patience with one story */
    Grading(Exercise exercise, Supplier<?> programs, String command, PrintWriter out, Duration patience) {
        this.patience = patience;
        this.exercise = exercise;
        this.programs = programs;
        this.command = command;
        this.out = out;
    }

    /**
     * Runs.
     *
     * @param level 0 for all
     * @param seed 0 for the first {@code seeds}
     * @return false if a promise was broken
     */
    boolean run(int level, long seed, int seeds) {
        out.println("Exercise " + exercise.number() + ", " + exercise.title() + ":");
        int passed = 0;
        ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            Thread one = new Thread(task, "program");
            one.setDaemon(true); // it may never return
            return one;
        });
        try {
            for (Level each : Level.values()) {
                if (level != 0 && level != each.number()) {
                    continue;
                }
                if (!passes(thread, each, seed == 0 ? 1 : seed, seed == 0 ? seeds : 1)) {
                    return false;
                }
                passed++;
            }
        } finally {
            thread.shutdownNow();
        }
        out.println(
                passed == Level.values().length && seed == 0
                        ? "It has kept all its promises."
                        : "It has kept its promises.");
        return true;
    }

    private boolean passes(ExecutorService thread, Level level, long first, int count) {
        for (long seed = first; seed < first + count; seed++) {
            BrokenPromise broken = story(thread, level, seed);
            if (broken != null) {
                out.println("  level " + level + ": broken, in story " + seed);
                tell(level, seed, broken);
                return false;
            }
        }
        out.println("  level " + level + ": passed, " + count + (count == 1 ? " story" : " stories"));
        return true;
    }

    private @Nullable BrokenPromise story(ExecutorService thread, Level level, long seed) {
        Future<?> running = thread.submit(() -> exercise.check().run(programs, level, seed));
        try {
            running.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return null;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BrokenPromise broken) {
                return broken;
            }
            throw new IllegalStateException("the checker has failed at level " + level.number() + ", seed " + seed, e);
        } catch (TimeoutException e) {
            return new BrokenPromise(
                    "each method returns",
                    "a story that takes a second at the most has taken " + patience.toSeconds()
                            + ": the program waits for something, or loops",
                    List.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void tell(Level level, long seed, BrokenPromise broken) {
        out.println();
        out.println("What was promised:  " + broken.promise() + ".");
        out.println("What happened:      " + broken.getMessage());
        out.println("In which order:");
        broken.order().forEach(line -> out.println("  " + line));
        out.println("(a1 is server a in its first life, a2 in its second; times are the world's.)");
        out.println();
        out.println("To run this story again:");
        out.println("  " + command + " --level " + level.number() + " --seed " + seed);
    }
}
