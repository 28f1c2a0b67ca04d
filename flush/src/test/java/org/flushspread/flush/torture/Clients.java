package org.flushspread.flush.torture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.flushspread.Wait;
import org.flushspread.flush.linearizability.Operation;
import org.jspecify.annotations.Nullable;

/** Clients that write, read and change some cells, one thing after the other each, at members of their choice, until they are closed. */
final class Clients implements AutoCloseable {
    private static final int CELLS = 4;
    /** A cell has so many operations, then another takes its place: their order is looked for among all of them. */
    private static final int OPERATIONS = 80;

    private static final int PATIENCE_SECONDS = 4;
    private static final int PAUSE_MILLIS = 25;

    private final Machines machines;
    private final History history;
    private final AtomicLong values = new AtomicLong();
    private final AtomicLong[] operations = new AtomicLong[CELLS];
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    Clients(Machines machines, History history, int count, Random random) {
        this.machines = machines;
        this.history = history;
        for (int cell = 0; cell < CELLS; cell++) {
            operations[cell] = new AtomicLong();
        }
        for (int client = 0; client < count; client++) {
            int number = client;
            Random own = new Random(random.nextLong());
            Thread thread = new Thread(() -> run(number, own), "client " + client);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    /** Which key a cell has now. */
    private long key(int cell, long operation) {
        return cell + CELLS * (operation / OPERATIONS);
    }

    private void run(int client, Random random) {
        Map<Long, Long> known = new HashMap<>();
        while (!over) {
            int cell = random.nextInt(CELLS);
            long key = key(cell, operations[cell].getAndIncrement());
            Act.Kind kind = Act.Kind.values()[random.nextInt(Act.Kind.values().length)];
            long value = kind == Act.Kind.READ ? 0 : values.incrementAndGet();
            Act.Asked asked = new Act.Asked(kind, key, known.getOrDefault(key, 0L), value);
            Act done = act(client, chosen(random), asked);
            if (done != null && done.isKnown()) {
                boolean written = kind == Act.Kind.WRITE || kind == Act.Kind.CHANGE && done.found() == asked.old();
                known.put(key, written ? value : done.found());
            }
            Wait.pause(Duration.ofMillis(random.nextInt(PAUSE_MILLIS)));
        }
    }

    /** Mostly one that says it can answer; it may be wrong. */
    private Member chosen(Random random) {
        List<Member> all = machines.members();
        List<Member> primary = all.stream().filter(Member::isPrimary).toList();
        List<Member> from = primary.isEmpty() || random.nextInt(5) == 0 ? all : primary;
        return from.get(random.nextInt(from.size()));
    }

    /** Null if it has taken no effect. */
    private @Nullable Act act(int client, Member member, Act.Asked asked) {
        long begun = history.now();
        String answer = await(member.ask(asked.line()));
        boolean known = answer.startsWith("ok ");
        boolean harmless = answer.equals("no") || asked.kind() == Act.Kind.READ;
        if (!known && harmless) {
            return null;
        }
        long ended = known ? history.now() : Operation.NEVER;
        long found = known ? Long.parseLong(answer.substring("ok ".length())) : 0;
        Act act = new Act(client, member.name, begun, ended, asked, found);
        history.add(act);
        return act;
    }

    private static String await(CompletableFuture<String> answer) {
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return "late";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "late";
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All that have ended, when the last thing each asked for has. */
    @Override
    public void close() {
        over = true;
        for (Thread each : threads) {
            try {
                each.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Each member is asked for each cell of the last while, when all is quiet: what was answered is there. */
    void readAll() {
        for (int cell = 0; cell < CELLS; cell++) {
            long last = operations[cell].get();
            for (long operation = Math.max(0, last - 2 * OPERATIONS); operation <= last; operation += OPERATIONS) {
                for (Member member : machines.members()) {
                    act(-1, member, new Act.Asked(Act.Kind.READ, key(cell, operation), 0, 0));
                }
            }
        }
    }
}
