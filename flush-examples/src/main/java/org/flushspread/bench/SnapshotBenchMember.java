package org.flushspread.bench;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.flushspread.daemon.LogSetup;
import org.flushspread.examples.KeyValueStore;
import org.flushspread.examples.KeyValueStore.Command;
import org.flushspread.flush.ApplyContext;
import org.flushspread.flush.ReplicatedStateMachine;
import org.flushspread.flush.Snapshotter;
import org.flushspread.flush.StateMachine;
import org.flushspread.flush.replica.Quorum;
import org.flushspread.flush.store.Fsync;

/** A member of the store that {@link SnapshotBench} measures, in a process of its own: says what it does, and ends with its input. */
final class SnapshotBenchMember {
    static final String BEGINS = "snapshot begins";
    static final String ENDS = "snapshot ends, parts ";
    static final String PRIMARY = "primary";

    private SnapshotBenchMember() {}

    /** @param args daemon, directory of all stores, number of this member, how many there are, commands of a log */
    public static void main(String[] args) throws IOException {
        LogSetup.quiet();
        int index = Integer.parseInt(args[2]);
        int members = Integer.parseInt(args[3]);
        Consumer<String> says = System.out::println;
        try (var member = join(args[0], Path.of(args[1]), index, members, Integer.parseInt(args[4]), says)) {
            member.awaitPrimary(Duration.ofMinutes(10));
            System.out.println(PRIMARY);
            while (System.in.read() >= 0) {
                // until the end
            }
        }
    }

    /** @param says takes what there is to say, from any thread */
    static ReplicatedStateMachine<?, Command, Optional<String>> join(
            String daemon, Path stores, int index, int members, int every, Consumer<String> says) {
        return ReplicatedStateMachine.join(
                daemon,
                "bench-snapshots",
                new Watched(says),
                Command.CODEC,
                options -> options.name(FlushBench.name("s", index))
                        .primary(Quorum.majorityOf(members))
                        .store(stores.resolve("member" + index), Fsync.ALWAYS)
                        .snapshotEvery(every)
                        .onReport((reason, text) -> says.accept("report " + reason + " " + text)));
    }

    /** The store of the example, with a word when a snapshot of it is begun and written. */
    private static final class Watched implements StateMachine<Command, Optional<String>> {
        private final KeyValueStore store = new KeyValueStore();
        private final Consumer<String> says;

        Watched(Consumer<String> says) {
            this.says = says;
        }

        @Override
        public Optional<String> apply(Command command, ApplyContext context) {
            return store.apply(command, context);
        }

        @Override
        public void save(DataOutput out) throws IOException {
            store.save(out);
        }

        @Override
        public void load(DataInput in) throws IOException {
            store.load(in);
        }

        @Override
        public Snapshotter snapshotter() {
            return () -> {
                says.accept(BEGINS);
                return new WatchedState(store.freeze(), says);
            };
        }
    }

    private static final class WatchedState implements Snapshotter.InParts {
        private final Snapshotter.InParts state;
        private final Consumer<String> says;
        private int written;

        WatchedState(Snapshotter.InParts state, Consumer<String> says) {
            this.state = state;
            this.says = says;
        }

        @Override
        public int parts() {
            return state.parts();
        }

        @Override
        public long changed(int part) {
            return state.changed(part);
        }

        @Override
        public void write(int part, DataOutput out) throws IOException {
            written++;
            state.write(part, out);
        }

        @Override
        public void close() {
            says.accept(ENDS + written);
        }
    }
}
