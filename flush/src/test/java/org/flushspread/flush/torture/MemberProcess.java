package org.flushspread.flush.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.flushspread.flush.Codec;
import org.flushspread.flush.Consistency;
import org.flushspread.flush.ReplicatedStateMachine;
import org.flushspread.flush.UncertainException;
import org.flushspread.flush.replica.Quorum;
import org.flushspread.flush.store.FileStore;
import org.flushspread.flush.store.Fsync;
import org.flushspread.flush.store.Store;
import org.flushspread.flush.store.WhenDamaged;
import org.jspecify.annotations.Nullable;

/**
 * A member of the store of {@link Cells} in a process of its own. It is asked line by line, {@code NUMBER COMMAND} or {@code NUMBER r KEY},
 * and answers each when it can: {@code NUMBER ok VALUE}, {@code NUMBER no} if it takes no effect, {@code NUMBER unsure}. {@code clock MILLIS}
 * sets its clock wrong. Arguments: daemon, name, members of the group, directory of the store, fault.
 */
final class MemberProcess {
    /** In front of each role that it takes. */
    static final String ROLE = "role ";

    private static final int SNAPSHOT_EVERY = 300;
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final ReplicatedStateMachine<Cells, String, Long> cells;
    private final @Nullable Fault fault;
    private final AtomicLong skew;

    private MemberProcess(ReplicatedStateMachine<Cells, String, Long> cells, @Nullable Fault fault, AtomicLong skew) {
        this.cells = cells;
        this.fault = fault;
        this.skew = skew;
    }

    public static void main(String[] args) throws IOException {
        Fault fault = Fault.of(args[4]);
        AtomicLong skew = new AtomicLong();
        Store files = new FileStore(Path.of(args[3]), Fsync.ALWAYS, WhenDamaged.FORGET);
        try (ReplicatedStateMachine<Cells, String, Long> cells = ReplicatedStateMachine.join(
                args[0],
                "cells",
                new Cells(),
                Codec.strings(),
                options -> options.name(args[1])
                        .primary(Quorum.majorityOf(Integer.parseInt(args[2])))
                        .store(fault == Fault.FORGETFUL ? new ForgetfulStore(files) : files)
                        .snapshotEvery(SNAPSHOT_EVERY)
                        .hashEvery(SNAPSHOT_EVERY)
                        .clock(() -> Instant.now().plusMillis(skew.get())))) {
            cells.onRoleChange(role -> say(ROLE + role.name()));
            var unused = cells.closed().thenAccept(why -> {
                say("ended " + why);
                Runtime.getRuntime().halt(3);
            });
            new MemberProcess(cells, fault, skew).serve();
        }
    }

    private void serve() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        String line;
        while ((line = in.readLine()) != null) {
            if (line.startsWith("clock ")) {
                skew.set(Long.parseLong(line.substring("clock ".length())));
            } else {
                String[] parts = line.split(" ", 2);
                answer(parts[0], parts[1]);
            }
        }
    }

    private void answer(String number, String command) {
        CompletableFuture<Long> result;
        if (command.startsWith("r ")) {
            long key = Long.parseLong(command.substring(2));
            result = cells.read(Consistency.LINEARIZABLE, state -> state.get(key));
        } else {
            result = cells.submitWithin(command, LIMIT);
            if (fault == Fault.EARLY && command.startsWith("w ")) {
                say(number + " ok 0");
                return;
            }
        }
        var unused = result.whenComplete((value, failure) -> {
            if (failure == null) {
                say(number + " ok " + value);
            } else {
                say(number + (failure instanceof UncertainException ? " unsure" : " no"));
            }
        });
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
