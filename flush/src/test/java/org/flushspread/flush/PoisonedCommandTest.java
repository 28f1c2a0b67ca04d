package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.flushspread.Wait;
import org.flushspread.flush.replica.Role;
import org.flushspread.flush.store.StoreException;
import org.junit.jupiter.api.Test;

/** A command that no member can apply: the group starts again without it (replica-protocol R15). */
class PoisonedCommandTest extends FaultyReplicas {
    @Test
    void aGroupThatACommandHasStoppedStartsAgainWithoutIt() {
        Supplier<Faulty> poisoned = () -> {
            Faulty machine = new Faulty();
            machine.applying = Fault.NO_STACK::thrown;
            return machine;
        };
        var a = join("a", 2, poisoned.get(), options -> options.store(directory.resolve("a")));
        var b = join("b", 2, poisoned.get(), options -> options.store(directory.resolve("b")));
        a.submit("one").join();
        a.submit("!").handle((result, e) -> e).join();
        assertThat(a.closed().join()).hasCauseInstanceOf(PoisonedCommandException.class);
        assertThat(b.closed().join()).hasCauseInstanceOf(PoisonedCommandException.class);
        PoisonedCommandException live =
                (PoisonedCommandException) a.closed().join().getCause();
        for (String name : List.of("a", "b")) {
            join(
                            name,
                            2,
                            poisoned.get(),
                            options -> options.store(directory.resolve(name))
                                    .onReport((reason, text) -> reports.add(reason + " " + text)))
                    .close();
            reported("POISONED_COMMAND", live.command());
            reports.clear();
        }
        assertThat(live).hasMessageContaining("skipping(\"" + live.command() + "\")");
        UnaryOperator<ReplicaOptions> skipping = options -> options.skipping(live.command());
        var a2 = join("a", 2, poisoned.get(), options -> skipping.apply(options).store(directory.resolve("a")));
        var b2 = join("b", 2, poisoned.get(), options -> skipping.apply(options).store(directory.resolve("b")));
        assertThat(a2.submit("two").join()).isEqualTo(2);
        assertThat(b2.submit("three").join()).isEqualTo(3);
        a2.close();
        b2.close();
        // It is gone for ever: with the option or without.
        var a3 = join("a", 2, poisoned.get(), options -> options.store(directory.resolve("a")));
        var b3 = join("b", 2, poisoned.get(), options -> skipping.apply(options).store(directory.resolve("b")));
        assertThat(b3.submit("four").join()).isEqualTo(4);
        Wait.until(() -> commands(a3).toString(), () -> commands(a3).equals(List.of("one", "two", "three", "four")));
    }

    /** replica-protocol R15: one call at one member. */
    @Test
    void aPersonHasTheCommandSkippedEverywhere() {
        Supplier<Faulty> poisoned = () -> {
            Faulty machine = new Faulty();
            machine.applying = Fault.NO_STACK::thrown;
            return machine;
        };
        List<ReplicatedStateMachine<Faulty, String, Integer>> first = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            first.add(join(name, 2, poisoned.get(), options -> options.store(directory.resolve(name))));
        }
        first.get(0).submit("one").join();
        first.get(0).submit("!").handle((result, e) -> e).join();
        first.forEach(each -> each.closed().join());
        var a = join("a", 2, poisoned.get(), options -> options.store(directory.resolve("a")));
        var b = join("b", 2, poisoned.get(), options -> options.store(directory.resolve("b")));
        Wait.until(() -> b.status().toString(), () -> !b.status().poisoned().isEmpty());
        assertThat(b.status().explanation())
                .contains("halted at command " + b.status().poisoned());
        assertThat(a.skip("7-1-1")).as("another command").isFalse();
        assertThat(a.role()).isEqualTo(Role.MINORITY);
        assertThat(b.skip(b.status().poisoned())).isTrue();
        a.awaitPrimary(LONG);
        assertThat(a.submit("two").join()).isEqualTo(2);
        assertThat(b.submit("three").join()).isEqualTo(3);
        assertThat(a.status().poisoned()).isEmpty();
        a.close();
        b.close();
        var a3 = join("a", 2, poisoned.get(), options -> options.store(directory.resolve("a")));
        var b3 = join("b", 2, poisoned.get(), options -> options.store(directory.resolve("b")));
        assertThat(b3.submit("four").join()).isEqualTo(4);
        Wait.until(() -> commands(a3).toString(), () -> commands(a3).equals(List.of("one", "two", "three", "four")));
    }

    @Test
    void aMemberThatDoesNotSkipIsRefusedByThoseThatDo() {
        List<ReplicatedStateMachine<Faulty, String, Integer>> members = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            Faulty poisoned = new Faulty();
            poisoned.applying = Fault.ERROR::thrown;
            members.add(join(name, 3, poisoned, options -> options.store(directory.resolve(name))));
        }
        members.get(0).submit("one").join();
        members.get(0).submit("!").handle((result, e) -> e).join();
        members.forEach(each -> each.closed().join());
        PoisonedCommandException poison =
                (PoisonedCommandException) members.get(0).closed().join().getCause();
        var a = join(
                "a",
                3,
                new Faulty(),
                options -> options.store(directory.resolve("a")).skipping(poison.command()));
        var b = join(
                "b",
                3,
                new Faulty(),
                options -> options.store(directory.resolve("b")).skipping(poison.command()));
        a.awaitPrimary(LONG);
        assertThat(b.submit("two").join()).isEqualTo(2);
        // At this one the command does no harm, say; it has it in its state, and the others have not.
        var c = join("c", 3, new Faulty(), options -> options.store(directory.resolve("c")));
        reported("OTHER_LINEAGE", "#c#t1");
        assertThat(c.role()).isEqualTo(Role.MINORITY);
        c.close();
        var told = join(
                "c",
                3,
                new Faulty(),
                options -> options.store(directory.resolve("c")).skipping(poison.command()));
        told.awaitPrimary(LONG);
        Wait.until(() -> commands(told).toString(), () -> commands(told).equals(List.of("one", "two")));
    }

    private static boolean hasSnapshot(Path store) {
        String[] names = store.toFile().list((directory, name) -> name.matches("snapshot-\\d+"));
        return names != null && names.length > 0;
    }

    @Test
    void aCommandInASnapshotCannotBeSkipped() {
        Path place = directory.resolve("a");
        Faulty machine = new Faulty();
        machine.applying = Fault.ERROR::thrown;
        var a = join(machine, options -> options.store(place).snapshotEvery(1_000_000));
        a.submit("one").join();
        a.submit("!").handle((result, e) -> e).join();
        PoisonedCommandException poison =
                (PoisonedCommandException) a.closed().join().getCause();
        // Another build of the program can apply it, and writes a snapshot.
        var healthy = join(new Faulty(), options -> options.store(place).snapshotEvery(1));
        healthy.submit("two").join();
        Wait.until("a snapshot is written", () -> hasSnapshot(place));
        healthy.close();
        assertThatThrownBy(
                        () -> join(new Faulty(), options -> options.store(place).skipping(poison.command())))
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll(poison.command(), "cannot be skipped here");
        assertThat(commands(join(new Faulty(), options -> options.store(place))))
                .containsExactly("one", "!", "two");
    }
}
