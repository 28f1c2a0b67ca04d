package org.flushspread.examples;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.flushspread.Wait;
import org.jspecify.annotations.Nullable;

/** Somebody who runs an example, types lines and reads what it prints. */
final class Person implements Console {
    private static final String END = "\u0000";

    private final BlockingQueue<String> typed = new LinkedBlockingQueue<>();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Integer> status = new CompletableFuture<>();
    private int read;

    /** Starts a program with this person at its console. */
    static Person run(Function<Supplier<Console>, Callable<Integer>> program, String... args) {
        Person person = new Person();
        Thread thread =
                new Thread(() -> person.status.complete(Example.run(program.apply(() -> person), args)), "example");
        thread.setDaemon(true);
        thread.start();
        return person;
    }

    void type(String line) {
        typed.add(line);
    }

    /** Waits for a line, after those that were waited for before, that contains all of this. */
    String sees(String... parts) {
        String[] found = {""};
        Wait.until(String.join(" ... ", parts) + "\nbut saw:\n" + String.join("\n", seen), () -> {
            while (read < seen.size()) {
                String line = seen.get(read++);
                if (List.of(parts).stream().allMatch(line::contains)) {
                    found[0] = line;
                    return true;
                }
            }
            return false;
        });
        return found[0];
    }

    List<String> everything() {
        return List.copyOf(seen);
    }

    int exitStatus() {
        try {
            return status.get(Wait.LONGEST.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("the program has not ended; it said:\n" + String.join("\n", seen), e);
        }
    }

    @Override
    public @Nullable String readLine() {
        try {
            String line = typed.take();
            return line.equals(END) ? null : line;
        } catch (InterruptedException e) {
            return null;
        }
    }

    @Override
    public void println(String line) {
        seen.addAll(line.lines().toList());
    }

    @Override
    public void close() {
        typed.add(END);
    }
}
