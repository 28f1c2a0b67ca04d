package org.flushspread.flush;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.flushspread.flush.replica.Quorum.majorityOf;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.flushspread.Guide;
import org.flushspread.flush.replica.Role;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The code of the guide spec/replicated-state-machine.md is the code between the marks in this file, and it runs. */
@Timeout(120)
class WriteAReplicatedStateMachineTest {
    // [counter]
    static class Counter implements StateMachine<Long, Long> {
        long value;

        @Override
        public Long apply(Long delta) { // the same at all members
            value += delta;
            return value;
        }

        @Override
        public void save(DataOutput out) throws IOException {
            out.writeLong(value);
        }

        @Override
        public void load(DataInput in) throws IOException {
            value = in.readLong();
        }
    }
    // [/counter]

    // [inventory]
    record Order(String id, String article, int count) {}

    static class Inventory implements StateMachine<String, String> {
        final Map<String, Integer> stock = new TreeMap<>(); // sorted: equal states are saved as equal bytes
        final Map<String, String> answers = new TreeMap<>(); // by the identity of the order

        @Override
        public String apply(String command) {
            String[] words = command.split(" ");
            Order order = new Order(words[0], words[1], Integer.parseInt(words[2]));
            return answers.computeIfAbsent(order.id(), id -> take(order)); // done once, however often it comes
        }

        private String take(Order order) {
            int left = stock.getOrDefault(order.article(), 10) - order.count();
            if (left < 0) {
                return "sold out";
            }
            stock.put(order.article(), left);
            return "sold, " + left + " left";
        }
        // [/inventory]

        @Override
        public void save(DataOutput out) throws IOException {
            out.writeInt(stock.size());
            for (Map.Entry<String, Integer> each : stock.entrySet()) {
                out.writeUTF(each.getKey());
                out.writeInt(each.getValue());
            }
            out.writeInt(answers.size());
            for (Map.Entry<String, String> each : answers.entrySet()) {
                out.writeUTF(each.getKey());
                out.writeUTF(each.getValue());
            }
        }

        @Override
        public void load(DataInput in) throws IOException {
            stock.clear();
            answers.clear();
            for (int i = in.readInt(); i > 0; i--) {
                stock.put(in.readUTF(), in.readInt());
            }
            for (int i = in.readInt(); i > 0; i--) {
                answers.put(in.readUTF(), in.readUTF());
            }
        }
    }

    // [context]
    static class Leases implements StateMachine<String, String> {
        final Map<String, String> holders = new TreeMap<>();

        @Override
        public String apply(String command, ApplyContext context) { // "who what": answers who has it
            String[] words = command.split(" ");
            String holder = holders.putIfAbsent(words[1], words[0]);
            if (holder == null) {
                context.setTimer(words[1], Duration.ofMillis(100)); // from now on, by the agreed time
                return words[0];
            }
            return holder;
        }

        @Override
        public void onTimer(String lease, ApplyContext context) { // once, at all members at the same place
            holders.remove(lease);
        }
        // [/context]

        @Override
        public void save(DataOutput out) throws IOException {
            out.writeInt(holders.size());
            for (Map.Entry<String, String> each : holders.entrySet()) {
                out.writeUTF(each.getKey());
                out.writeUTF(each.getValue());
            }
        }

        @Override
        public void load(DataInput in) throws IOException {
            holders.clear();
            for (int i = in.readInt(); i > 0; i--) {
                holders.put(in.readUTF(), in.readUTF());
            }
        }
    }

    private final TestDaemon testDaemon = new TestDaemon();
    private final String daemon = testDaemon.name();

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        testDaemon.close();
    }

    @Test
    void theFirstProgramRuns() throws Exception {
        try (var other = ReplicatedStateMachine.join(
                daemon, "counter", new Counter(), Codec.longs(), options -> options.primary(majorityOf(2)))) {
            // [join]
            try (var counter = ReplicatedStateMachine.join(
                    daemon, "counter", new Counter(), Codec.longs(), options -> options.primary(majorityOf(2)))) {
                counter.awaitPrimary(ofSeconds(30));
                long now = counter.submit(1L).get(); // applied at all members, at the same place
                long here = counter.read(c -> c.value); // this member's state as it is
                long sure = counter.readOrdered(c -> c.value).get(); // behind everything that was done before
                // [/join]
                assertThat(List.of(now, here, sure)).containsExactly(1L, 1L, 1L);
                other.submit(2L).get();
                assertThat(counter.readOrdered(c -> c.value).get()).isEqualTo(3);
            }
        }
    }

    @Test
    void theStateIsKeptOnDisk() throws Exception {
        for (long round = 1; round <= 2; round++) {
            // [store]
            try (var counter = ReplicatedStateMachine.join(
                    daemon,
                    "counter",
                    new Counter(),
                    Codec.longs(),
                    options -> options.primary(majorityOf(1)).store(directory.resolve("counter")))) {
                long now = counter.submit(1L).get();
                // [/store]
                assertThat(now).isEqualTo(round);
            }
        }
    }

    private String reserve(ReplicatedStateMachine<Inventory, String, String> inventory, String order) {
        // [uncertain]
        while (true) {
            try {
                return inventory.submit(order).join();
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof UncertainException)) {
                    throw e; // it takes no effect
                }
                // It may have taken effect. The order has an identity, so it can be sent again.
            }
        }
        // [/uncertain]
    }

    @Test
    void anOrderThatIsRepeatedIsDoneOnce() {
        try (var inventory = ReplicatedStateMachine.join(
                daemon, "stock", new Inventory(), Codec.strings(), options -> options.primary(majorityOf(1)))) {
            assertThat(reserve(inventory, "order-1 chair 4")).isEqualTo("sold, 6 left");
            assertThat(reserve(inventory, "order-1 chair 4")).isEqualTo("sold, 6 left");
            assertThat(reserve(inventory, "order-2 chair 7")).isEqualTo("sold out");
            try (var second = ReplicatedStateMachine.join(
                    daemon, "stock", new Inventory(), Codec.strings(), options -> options.primary(majorityOf(1)))) {
                second.awaitPrimary(ofSeconds(30));
                assertThat(reserve(second, "order-1 chair 4")).isEqualTo("sold, 6 left");
            }
        }
    }

    @Test
    void aLeaseEndsByTheAgreedTime() {
        try (var leases = ReplicatedStateMachine.join(
                daemon, "leases", new Leases(), Codec.strings(), options -> options.primary(majorityOf(1)))) {
            assertThat(leases.submit("ann printer").join()).isEqualTo("ann");
            String holder = "ann";
            while (holder.equals("ann")) { // bob asks until the lease has ended
                holder = leases.submit("bob printer").join();
            }
            assertThat(holder).isEqualTo("bob");
        }
    }

    @Test
    void rolesAreTold() {
        try (var other = ReplicatedStateMachine.join(
                daemon, "counter", new Counter(), Codec.longs(), options -> options.primary(majorityOf(2)))) {
            List<Role> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
            // [role]
            try (var counter = ReplicatedStateMachine.join(
                    daemon,
                    "counter",
                    new Counter(),
                    Codec.longs(),
                    options -> options.primary(majorityOf(2)).rejectOutsidePrimary())) {
                counter.onRoleChange(role -> seen.add(role)); // PRIMARY, MINORITY, CATCHING_UP
                counter.awaitPrimary(ofSeconds(30));
                System.out.println(counter.status().explanation());
                // [/role]
                assertThat(counter.role()).isEqualTo(Role.PRIMARY);
                assertThat(other.status().members()).hasSize(2);
            }
        }
    }

    // ---- the guide and this file

    @Test
    void theGuideShowsThisCode() throws IOException {
        Guide.shows(
                "spec/replicated-state-machine.md",
                "flush/src/test/java/org/flushspread/flush/WriteAReplicatedStateMachineTest.java");
    }

    @Test
    void everyCheckerThatTheGuaranteesNameExists() throws IOException {
        String guarantees = Files.readString(Guide.file("spec/guarantees.md"));
        Matcher names = Pattern.compile("\\[check: ([\\w, ]+)]").matcher(guarantees);
        List<String> missing = new ArrayList<>();
        int count = 0;
        while (names.find()) {
            for (String name : names.group(1).split(", ")) {
                count++;
                if (!exists(name)) {
                    missing.add(name);
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(count).isPositive();
    }

    /** A class of this name, or a predicate of the flush layer: its class is called after it, P1_..., and is in a file with others. */
    private static boolean exists(String checker) throws IOException {
        try (Stream<Path> files = Files.walk(Guide.file("flush/src/test/java/org/flushspread/flush/check"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file).contains(" class " + checker + "_")) {
                    return true;
                }
            }
        }
        for (String module : List.of("flush", "spread-core")) {
            try (Stream<Path> files = Files.walk(Guide.file(module + "/src/test/java"))) {
                if (files.anyMatch(each -> each.getFileName().toString().equals(checker + ".java"))) {
                    return true;
                }
            }
        }
        return false;
    }
}
