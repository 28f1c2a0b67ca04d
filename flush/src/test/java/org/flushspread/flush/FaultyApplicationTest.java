package org.flushspread.flush;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.flushspread.Wait;
import org.flushspread.flush.replica.Failure;
import org.flushspread.flush.replica.ReplicaReason;
import org.flushspread.flush.replica.Role;
import org.flushspread.flush.store.FileStore;
import org.flushspread.flush.store.Fsync;
import org.flushspread.flush.store.Store;
import org.flushspread.flush.store.StoreException;
import org.flushspread.kernel.base.InvariantViolation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the application's code does, or the disk under the store: every future ends, and nobody else is held up. */
class FaultyApplicationTest extends FaultyReplicas {
    // ---- what must not end a member

    @ParameterizedTest
    @EnumSource(Fault.class)
    void whatListenersReadersReportsAndCallbacksThrowEndsNoMember(Fault fault) {
        Faulty machine = new Faulty();
        var a = join(machine, options -> options.onReport((reason, text) -> fault.thrown()));
        a.onRoleChange(role -> fault.thrown());
        a.awaitPrimary(LONG);
        assertThatThrownBy(() -> a.read(state -> {
                    fault.thrown();
                    return 0;
                }))
                .isInstanceOf(fault.made.get().getClass());
        assertThatThrownBy(() -> a.readOrdered(state -> {
                            fault.thrown();
                            return 0;
                        })
                        .join())
                .hasCauseInstanceOf(fault.made.get().getClass());
        var depending = a.submit("one").thenAccept(result -> fault.thrown());
        var rejected = a.submit("two").thenAcceptAsync(result -> {}, task -> {
            throw new RejectedExecutionException();
        });
        daemon.drop("#a#t1");
        Wait.until(
                a::toString,
                () -> a.role() == Role.PRIMARY
                        && a.submit("three").handle((result, e) -> e == null).join());
        assertThat(depending).isCompletedExceptionally();
        assertThat(rejected).isCompletedExceptionally();
        // The role has changed more than once, and each listener threw each time.
        assertThat(uncaught).isNotEmpty();
    }

    @Test
    void whatTheCodecAndTheStateMachineThrowIsTheResultOfTheCommandAlone() {
        Faulty machine = new Faulty();
        machine.applying = Fault.EXCEPTION::thrown;
        var a = ReplicatedStateMachine.join(
                daemon.name(),
                "log",
                machine,
                Codec.of(
                        (String text) -> {
                            if (text.equals("unspeakable")) {
                                throw new IllegalArgumentException(text);
                            }
                            return Codec.strings().encode(text);
                        },
                        bytes -> {
                            String text = Codec.strings().decode(bytes);
                            if (text.equals("unreadable")) {
                                throw new IllegalArgumentException(text);
                            }
                            return text;
                        }),
                options -> options.founder(true));
        open.add(a);
        assertThatThrownBy(() -> a.submit("unspeakable")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> a.submit("unreadable").join()).hasCauseInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> a.submit("!").join()).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(a.submit("good").join()).isEqualTo(1);
    }

    @Test
    void aMemberWhoseThreadItsOwnCodeInterruptsGoesOn() {
        Faulty machine = new Faulty();
        machine.applying = () -> Thread.currentThread().interrupt();
        var a = join(machine, options -> options.store(directory.resolve("a")));
        for (int i = 0; i < 5; i++) {
            assertThat(a.submit("!" + i)
                            .thenApply(result -> {
                                Thread.currentThread().interrupt();
                                return result;
                            })
                            .join())
                    .isEqualTo(i + 1);
        }
        a.read(state -> {
            Thread.currentThread().interrupt();
            return 0;
        });
        assertThat(a.submit("more").join()).isEqualTo(6);
    }

    // ---- what ends a member, and every future with it

    @ParameterizedTest
    @ValueSource(strings = {"ERROR", "NO_STACK", "NO_MEMORY"})
    void anErrorInApplyNamesTheCommandAndEndsThisMemberAlone(Fault fault) {
        Faulty poisoned = new Faulty();
        poisoned.applying = fault::thrown;
        var b = join("b", 3, new Faulty(), options -> options);
        var c = join("c", 3, new Faulty(), options -> options);
        List<Integer> membersSeen = new CopyOnWriteArrayList<>();
        var a = join(
                "a",
                3,
                poisoned,
                options -> options.onReport((reason, text) -> {
                    // Whatever the handler does: this member is in nobody's way any more.
                    if (reason == ReplicaReason.POISONED_COMMAND) {
                        Wait.until(
                                () -> b.status().toString(),
                                () -> b.status().members().size() == 2);
                        membersSeen.add(b.status().members().size());
                        reports.add(text);
                        throw new IllegalStateException("and a report that throws");
                    }
                }));
        a.awaitPrimary(LONG);
        assertThat(a.submit("one").join()).isEqualTo(1);
        List<CompletableFuture<Integer>> mine = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            mine.add(a.submit(i == 50 ? "!" : "x" + i));
        }
        awaitAll(mine);
        reported("command ", "ticket 52", fault.made.get().getClass().getSimpleName());
        assertThat(membersSeen).containsExactly(2);
        ReplicaException why = a.closed().join();
        assertThat(uncaught).singleElement().isInstanceOf(IllegalStateException.class);
        assertThat(why).hasCauseInstanceOf(PoisonedCommandException.class);
        PoisonedCommandException poison = (PoisonedCommandException) why.getCause();
        assertThat(poison.ticket()).isEqualTo(52);
        assertThat(poison).hasCauseInstanceOf(fault.made.get().getClass());
        String command = "command " + poison.index();
        assertThat(a.status().explanation()).contains(command, "ticket 52");
        assertThatThrownBy(() -> a.submit("late").join()).cause().hasMessageContaining(command);
        assertThatThrownBy(mine.get(50)::join).hasCauseInstanceOf(UncertainException.class);
        assertThat(b.submit("more").join()).isGreaterThan(51);
        assertThat(commands(b))
                .contains("!")
                .isEqualTo(
                        c.readOrdered(state -> List.copyOf(state.log.commands)).join());
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void everyFutureEndsWhenTheStateCannotBeSaved(Fault fault) {
        Faulty machine = new Faulty();
        var a = join(machine, options -> options.store(directory.resolve("a")).snapshotEvery(10));
        a.awaitPrimary(LONG);
        machine.saving = fault::thrown;
        List<CompletableFuture<Integer>> futures = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            futures.add(a.submit("x" + i));
        }
        awaitAll(futures);
        assertThat(a.closed().join())
                .hasMessageContaining(fault.made.get().getClass().getSimpleName());
        reported("STOPPED", "log");
        machine.saving = () -> {};
        // The lock of the store is free, and what was acknowledged is there.
        long known = futures.stream()
                .filter(each -> !each.isCompletedExceptionally())
                .count();
        assertThat(commands(join(new Faulty(), options -> options.store(directory.resolve("a")))))
                .hasSizeGreaterThanOrEqualTo((int) known);
    }

    @Test
    void everyFutureEndsWhenTheDiskIsFullAndTheStoreIsFreeAgain() {
        for (int n = 0; n <= 30; n++) {
            Path place = directory.resolve("full" + n);
            AtomicInteger left = new AtomicInteger(n);
            Store full = failingAfter(new FileStore(place, Fsync.NEVER), left);
            List<CompletableFuture<Integer>> futures = new ArrayList<>();
            try {
                var a = join("a" + n, 1, new Faulty(), options -> options.store(full));
                for (int i = 0; i < 60; i++) {
                    futures.add(a.submit("x" + i));
                    futures.add(a.readOrdered(state -> 0));
                }
                awaitAll(futures);
                assertThat(a.closed().join()).hasMessageContaining("no space");
                assertThat(a.status().explanation()).contains("no space");
            } catch (StoreException e) {
                assertThat(futures).isEmpty();
            }
            left.set(Integer.MAX_VALUE);
            var again = join("b" + n, 1, new Faulty(), options -> options.store(place));
            assertThat(again.submit("more").join()).isPositive();
            again.close();
        }
    }

    private static Store failingAfter(Store store, AtomicInteger left) {
        return (Store) Proxy.newProxyInstance(
                Store.class.getClassLoader(), new Class<?>[] {Store.class}, (proxy, method, args) -> {
                    boolean writes =
                            List.of("append", "sync", "record", "snapshot").contains(method.getName());
                    if (writes && left.decrementAndGet() < 0) {
                        throw new StoreException("no space left on the device");
                    }
                    try {
                        return method.invoke(store, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void everyFutureEndsWhenTheMemberIsClosedAtAnyMoment() throws Exception {
        for (int round = 0; round < 25; round++) {
            var a = join("a" + round, 1, new Faulty(), options -> options);
            List<CompletableFuture<?>> futures = new CopyOnWriteArrayList<>();
            Thread submitter = new Thread(() -> {
                while (!a.closed().isDone()) {
                    futures.add(a.submit("x"));
                    futures.add(a.readOrdered(state -> 0));
                    try {
                        a.read(state -> 0);
                    } catch (ReplicaException e) {
                        assertThat(e.reason()).isEqualTo(Failure.CLOSED);
                    }
                }
                futures.add(a.submit("late"));
            });
            submitter.start();
            int enough = 1 << round % 10;
            Wait.until(futures::toString, () -> futures.size() >= enough);
            if (round % 2 == 0) {
                a.close();
            } else {
                a.submit("last").whenComplete((result, e) -> a.close());
            }
            submitter.join();
            awaitAll(futures);
            assertThat(a.closed()).isCompleted();
        }
    }

    // ---- what hangs

    @ParameterizedTest
    @ValueSource(strings = {"apply", "reader", "callback", "onRoleChange"})
    void closeEndsWithinItsBoundAndSaysWhichHandlerHangs(String where) {
        CountDownLatch latch = latch();
        CountDownLatch inside = new CountDownLatch(1);
        Runnable hanging = () -> {
            inside.countDown();
            hang(latch);
        };
        Path place = directory.resolve("a");
        Faulty machine = new Faulty();
        machine.applying = hanging;
        var a = join(machine, options -> options.store(place).closeTimeout(Duration.ofMillis(300)));
        a.awaitPrimary(LONG);
        List<CompletableFuture<?>> futures = new ArrayList<>();
        futures.add(a.submit("before"));
        awaitAll(futures);
        switch (where) {
            case "apply" -> futures.add(a.submit("!"));
            case "reader" ->
                futures.add(CompletableFuture.runAsync(() -> a.read(state -> {
                    hanging.run();
                    return 0;
                })));
            case "callback" ->
                // From the internal thread, so that the future cannot have ended already.
                futures.add(a.read(state -> {
                    CompletableFuture<Integer> x = a.submit("x");
                    x.whenComplete((result, e) -> hanging.run());
                    return x;
                }));
            default -> {
                a.onRoleChange(role -> hanging.run());
                daemon.drop("#a#t1");
            }
        }
        Wait.until("nothing hangs", () -> inside.getCount() == 0);
        futures.add(a.submit("y"));
        futures.add(a.readOrdered(state -> 0));
        assertThat(a.status().explanation()).contains("thread 'replica log'", where);
        a.close();
        awaitAll(futures);
        assertThat(a.closed().join()).hasMessageContainingAll("thread 'replica log'", where);
        reported("STUCK", "thread 'replica log'", where);
        // The store and the name at the daemon are free, although the thread still hangs.
        var again = join("a", 1, new Faulty(), options -> options.store(place));
        again.awaitPrimary(LONG);
        assertThat(commands(again)).startsWith("before");
        again.submit("after").join();
        latch.countDown();
        again.submit("more").join();
    }

    @Test
    void aMemberThatHangsSaysSoAndThatItCameBack() {
        CountDownLatch latch = latch();
        Faulty machine = new Faulty();
        machine.applying = () -> hang(latch);
        var a = join(machine, options -> options);
        CompletableFuture<Integer> future = a.submit("!");
        reported("STUCK", "thread 'replica log' is in apply", "Faulty");
        assertThat(a.status().explanation()).contains("thread 'replica log' is in apply");
        assertThat(a.status().oldestWaiting()).isGreaterThan(ofSeconds(4));
        latch.countDown();
        assertThat(future.join()).isEqualTo(1);
        Wait.until(() -> a.status().toString(), () -> a.status().explanation().startsWith("in the primary component"));
    }

    /** What must hold whatever arrives does not: the member stops and says which rule it is. */
    @Test
    void aBrokenInvariantStopsTheMemberUnderTheNameOfTheRule() {
        Faulty machine = new Faulty();
        machine.saving = () -> {
            throw new InvariantViolation("replica-protocol R7: a rule of this test", "nothing");
        };
        FileStore store = new FileStore(directory.resolve("a"), Fsync.ALWAYS);
        var a = join(machine, options -> options.store(store).snapshotEvery(1));
        a.awaitPrimary(LONG);
        a.submit("x");
        assertThat(a.closed().join()).hasMessageContaining("replica-protocol R7: a rule of this test");
        reported("STOPPED", "replica-protocol R7");
        assertThat(a.status().explanation()).contains("replica-protocol R7");
    }

    @Test
    void aStoreWhoseDeviceHangsIsLetGoWhenItAnswers() {
        CountDownLatch latch = latch();
        CountDownLatch inside = new CountDownLatch(1);
        AtomicInteger hangs = new AtomicInteger();
        Path place = directory.resolve("a");
        FileStore real = new FileStore(place, Fsync.ALWAYS);
        Store slow = (Store) Proxy.newProxyInstance(
                Store.class.getClassLoader(), new Class<?>[] {Store.class}, (proxy, method, args) -> {
                    if (method.getName().equals("sync") && hangs.get() > 0) {
                        inside.countDown();
                        hang(latch);
                    }
                    try {
                        return method.invoke(real, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        var a = join(new Faulty(), options -> options.store(slow).closeTimeout(Duration.ofMillis(300)));
        a.awaitPrimary(LONG);
        a.submit("before").join();
        hangs.set(1);
        CompletableFuture<Integer> future = a.submit("x");
        Wait.until("nothing hangs", () -> inside.getCount() == 0);
        a.close();
        assertThat(future).isCompletedExceptionally();
        reported("STUCK", "store");
        assertThatThrownBy(() -> join("b", 1, new Faulty(), options -> options.store(place)))
                .isInstanceOf(StoreException.class);
        latch.countDown();
        Wait.until("the store is still held", () -> {
            try {
                join("b", 1, new Faulty(), options -> options.store(place)).close();
                return true;
            } catch (StoreException e) {
                return false;
            }
        });
    }

    // ---- what waits for its turn

    /** Each of the commands comes in a message of its own: while they wait, so must nobody who asks. */
    @Test
    void whoAsksDoesNotWaitUntilAllEventsAreHandled() {
        CountDownLatch gate = latch();
        Faulty slow = new Faulty();
        slow.applying = () -> hang(gate);
        var a = join("a", 2, slow, options -> options);
        var b = join("b", 2, new Faulty(), options -> options);
        b.awaitPrimary(LONG);
        List<CompletableFuture<Integer>> futures = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            futures.add(b.submit("!" + i + "x".repeat(60_000)));
        }
        awaitAll(futures);
        CompletableFuture<Integer> seen =
                CompletableFuture.supplyAsync(() -> a.read(state -> state.log.commands.size()));
        Wait.until(() -> a.status().toString(), () -> a.status().explanation().contains("apply"));
        gate.countDown();
        assertThat(seen.join()).isLessThan(40);
    }

    @Test
    void submitReturnsAtOnceWhereNothingElseWasSaid() {
        var a = join("a", 2, new Faulty(), options -> options.maxOutstanding(3));
        for (int i = 0; i < 3; i++) {
            assertThat(a.submit("x")).isNotDone();
        }
        assertThat(a.status().waiting()).isEqualTo(3);
        assertThatThrownBy(a.submit("y")::join).hasMessageContaining("3 commands are outstanding");
        assertThatThrownBy(a.submit("y", Duration.ofMillis(20))::join)
                .hasMessageContaining("3 commands are outstanding");
    }
}
