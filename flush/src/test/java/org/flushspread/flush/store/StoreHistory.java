package org.flushspread.flush.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.flushspread.flush.replica.Lineage;
import org.flushspread.flush.replica.MemberId;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.Primary;
import org.flushspread.flush.replica.Version;
import org.jspecify.annotations.Nullable;

/** A short life of a store, and what it must hold whenever that life ends. A state is the list of all commands. */
final class StoreHistory {
    static final MemberId ME = new MemberId("me", 1, 2);
    static final long SEGMENT_BYTES = 200;
    private static final int SHORT = 7;
    private static final int IN_PART = 3;
    private static final long STEP = 1_000_000_000L;
    /** So that a history has forced and unforced commands at all times. */
    static final Fsync SOMETIMES = Fsync.every(Duration.ofNanos(4 * STEP));

    private record Given(long time, int commands) {}

    /** What may be found: metadata, and a history of which so many commands must be there. */
    private record Claim(@Nullable Metadata metadata, List<String> commands, int promised) {
        /** A snapshot raises it to what has been promised; that this is there is looked at apart. */
        private static @Nullable Metadata withoutCount(@Nullable Metadata of) {
            return of == null ? null : of.counting(0);
        }

        boolean fits(@Nullable Metadata found, List<String> there) {
            return Objects.equals(withoutCount(metadata), withoutCount(found))
                    && there.size() >= promised
                    && there.size() <= commands.size()
                    && there.equals(commands.subList(0, there.size()));
        }
    }

    private final Fsync fsync;
    private List<String> commands = new ArrayList<>();
    private List<Given> given = new ArrayList<>();
    private @Nullable Metadata metadata;
    private @Nullable Metadata nextMetadata;
    private @Nullable List<String> nextCommands;
    private int counted;
    private long numbers;
    long time;

    StoreHistory(Fsync fsync) {
        this.fsync = fsync;
    }

    FileStore store(FaultyFiles files, WhenDamaged whenDamaged) {
        return new FileStore(files, fsync, whenDamaged, SEGMENT_BYTES, () -> time);
    }

    /** All of it, as far as the files let it come. */
    void run(FileStore store) {
        store.open("group");
        record(store);
        append(store, 3, 20);
        record(store);
        append(store, 4, 30);
        append(store, 1, 400);
        append(store, 2, 0);
        snapshot(store, false);
        append(store, 2, 10);
        record(store);
        for (int i = 0; i < 6; i++) {
            append(store, 1 + i % 3, 25);
        }
        snapshot(store, true);
        append(store, 2, 10);
        append(store, 5, 40);
        record(store);
        append(store, 3, 60);
        append(store, 2, 5);
        append(store, 2, 15);
        append(store, 1, 40);
    }

    /** A short one, drawn. */
    void runShort(FileStore store, Random script) {
        store.open("group");
        record(store);
        for (int i = 0; i < SHORT; i++) {
            switch (script.nextInt(10)) {
                case 0 -> record(store);
                case 1 -> append(store, 1, 250);
                case 2 -> snapshot(store, false);
                case 3 -> snapshot(store, true);
                case 4, 5 ->
                    snapshotBehind(store, script.nextInt(3), script.nextBoolean(), script.nextInt(IN_PART + 3) - 2);
                default -> append(store, 1 + script.nextInt(3), script.nextInt(70));
            }
        }
    }

    /** One with snapshots that take over parts of those before. */
    void runInParts(FileStore store) {
        store.open("group");
        record(store);
        append(store, 4, 5);
        snapshotBehind(store, 0, false, 0);
        append(store, 2, 30);
        snapshotBehind(store, 1, false, 0);
        snapshotBehind(store, 0, true, 1);
        snapshotBehind(store, 0, false, 9);
    }

    /** One that has nothing yet, at the same time and with the same numbers. */
    StoreHistory another() {
        StoreHistory next = new StoreHistory(fsync);
        next.time = time;
        next.numbers = numbers;
        return next;
    }

    /** Goes on with what was found, to see that it can be gone on with. */
    void goOn(FileStore store, Recovered found) {
        takeOver(store, found);
        append(store, 2, 30);
        record(store);
        append(store, 3, 50);
    }

    /** Puts others of the same length in the places of commands that were lost: the last of those must not come back behind them. */
    void goOn(FileStore store, Recovered found, StoreHistory before) {
        List<String> lost = List.copyOf(before.commands);
        takeOver(store, found);
        if (commands.size() + 1 >= lost.size()) {
            append(store, 2, 30);
            record(store);
            append(store, 3, 50);
        }
        while (commands.size() + 1 < lost.size()) {
            add(store, "y".repeat(lost.get(commands.size()).length()));
            store.sync();
            given.add(new Given(time, commands.size()));
        }
    }

    private void takeOver(FileStore store, Recovered found) {
        commands = new ArrayList<>(history(found));
        given = new ArrayList<>(List.of(new Given(time, commands.size())));
        counted = commands.size();
        metadata = found.metadata();
        nextMetadata = null;
        nextCommands = null;
        if (metadata == null) {
            record(store);
        }
    }

    private void record(FileStore store) {
        Lineage lineage = new Lineage(5, 6);
        Primary primary = new Primary(++numbers, lineage, List.of(ME));
        Metadata next = new Metadata(ME, lineage, primary, List.of(), numbers, numbers, commands.size());
        nextMetadata = next;
        store.record(next);
        metadata = next;
        nextMetadata = null;
        counted = commands.size();
    }

    private void append(FileStore store, int count, int bytes) {
        for (int i = 0; i < count; i++) {
            add(store, commands.size() + "x".repeat(bytes));
        }
        store.sync();
        given.add(new Given(time, commands.size()));
        time += STEP;
        store.tick();
    }

    private void add(FileStore store, String command) {
        commands.add(command);
        store.append(numbers, commands.size(), ByteBuffer.wrap(command.getBytes(UTF_8)));
    }

    /**
     * One that is written while commands come.
     *
     * @param anew negative: in one piece; else in parts, one of which is written though it has not changed
     */
    private void snapshotBehind(FileStore store, int between, boolean recorded, int anew) {
        Version version = new Version(numbers, commands.size(), 3, 4);
        SnapshotWriter writing = store.begin();
        List<String> then = List.copyOf(commands);
        try {
            if (anew < 0) {
                byte[] state = String.join(" ", then).getBytes(UTF_8);
                writing.out().write(state, 0, state.length / 2);
                if (between > 0) {
                    append(store, between, 40);
                }
                writing.out().write(state, state.length / 2, state.length - state.length / 2);
            } else {
                if (between > 0) {
                    append(store, between, 40);
                }
                writeParts(writing, then, anew);
            }
            writing.finish(version);
        } catch (IOException e) {
            throw new StoreException("cannot write a snapshot: " + e.getMessage(), e);
        }
        if (recorded) {
            record(store);
        }
        append(store, 1, 10);
        writing.commit(null);
        writing.clear();
    }

    /** Some commands make a part; commands are only added, so all parts are as they were before but for the last. */
    private static void writeParts(SnapshotWriter writing, List<String> commands, int anew) throws IOException {
        long before = writing.before().orElse(0);
        for (int from = 0, part = 0; from < commands.size(); from += IN_PART, part++) {
            int to = Math.min(commands.size(), from + IN_PART);
            if (to > before || part == anew || !writing.keep()) {
                writing.part();
                String text = (from == 0 ? "" : " ") + String.join(" ", commands.subList(from, to));
                writing.out().write(text.getBytes(UTF_8));
            }
        }
    }

    private void snapshot(FileStore store, boolean replaces) {
        List<String> kept = replaces ? List.of("another", "history") : commands;
        Metadata next = null;
        if (replaces) {
            nextCommands = new ArrayList<>(kept);
            next = new Metadata(ME, new Lineage(7, 8), Primary.NONE, List.of(), ++numbers, numbers, kept.size());
            nextMetadata = next;
        }
        byte[] state = String.join(" ", kept).getBytes(UTF_8);
        store.snapshot(new Version(numbers, kept.size(), 3, 4), state, next);
        if (replaces) {
            commands = new ArrayList<>(kept);
            given = new ArrayList<>();
            metadata = next;
            nextCommands = null;
            nextMetadata = null;
        }
        counted = kept.size();
    }

    /** Null without one. */
    static byte @Nullable [] snapshot(Recovered found) {
        SavedState state = found.snapshot();
        if (state == null) {
            return null;
        }
        try (InputStream in = state.open()) {
            byte[] bytes = in.readAllBytes();
            assertThat(state.bytes()).isEqualTo(bytes.length);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The commands that a store stands for. */
    static List<String> history(Recovered found) {
        List<String> all = new ArrayList<>();
        byte[] snapshot = snapshot(found);
        if (snapshot != null && snapshot.length > 0) {
            all.addAll(Arrays.asList(new String(snapshot, UTF_8).split(" ")));
        }
        assertThat(all).hasSize((int) found.snapshotVersion().index());
        found.commands().forEach(command -> all.add(new String(command, UTF_8)));
        return all;
    }

    /** Everything that was given out is there: so it must be after the end of a process. */
    void checkAfterKill(Recovered found) {
        check(found, promisedSince(time));
    }

    /** What was given out, but for the last interval. */
    void checkAfterPowerLoss(Recovered found) {
        check(
                found,
                promisedSince(
                        fsync.equals(Fsync.ALWAYS)
                                ? time
                                : time - fsync.interval().toNanos() - STEP));
    }

    void checkAllButTheLastSync(Recovered found) {
        check(found, given.get(given.size() - 2).commands());
    }

    private int promisedSince(long when) {
        int promised = counted;
        for (Given each : given) {
            if (each.time() <= when) {
                promised = Math.max(promised, each.commands());
            }
        }
        return promised;
    }

    private void check(Recovered found, int promised) {
        List<String> there = history(found);
        List<Claim> claims = new ArrayList<>(List.of(new Claim(metadata, commands, promised)));
        if (nextMetadata != null) {
            List<String> next = nextCommands;
            claims.add(
                    next == null
                            ? new Claim(nextMetadata, commands, promised)
                            : new Claim(nextMetadata, next, next.size()));
        }
        assertThat(claims)
                .as("%s with %s", found.metadata(), there)
                .anyMatch(claim -> claim.fits(found.metadata(), there));
    }
}
