package org.flushspread.flush.store;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where the parts of a state are that is kept in parts: in the file of this snapshot, or in those of snapshots before it. See store 2.10.
 *
 * @param files those before, and then that of the snapshot itself
 * @param parts in the order of the state
 */
record PartTable(List<PartFile> files, List<Part> parts) {
    /**
     * A file that holds parts.
     *
     * @param kept what there is of it
     */
    record PartFile(long generation, Head.Kept kept) {
        String name() {
            return StoreReader.SNAPSHOT + generation;
        }
    }

    /**
     * A part of the state.
     *
     * @param file its place among the files
     * @param at where its first chunk begins
     * @param length bytes of the state
     */
    record Part(int file, long at, long length) {}

    static final int MOST_PARTS = 1 << 16;
    /** More of them are given up as files with little in them are. */
    static final int MOST_FILES = 16;
    /** A file as small as that costs nothing to keep. */
    private static final long SMALL = 1 << 16;

    private static final int FILE = 8 + 8 + 4;
    private static final int PART = 4 + 8 + 8;
    /** The longest table there can be. */
    static final int MOST_BYTES = 4 + MOST_FILES * FILE + 4 + MOST_PARTS * PART;

    /** Of a state that is in one piece. */
    static PartTable ofOne(PartFile itself, long bytes) {
        return new PartTable(List.of(itself), List.of(new Part(0, SnapshotFile.HEAD, bytes)));
    }

    /** Bytes of the state. */
    long bytes() {
        return parts.stream().mapToLong(Part::length).sum();
    }

    /** All but the file of the snapshot itself are named with what there must be of them. */
    ByteBuffer encode() {
        int before = files.size() - 1;
        ByteBuffer out = ByteBuffer.allocate(4 + before * FILE + 4 + parts.size() * PART);
        out.putInt(before);
        for (PartFile each : files.subList(0, before)) {
            out.putLong(each.generation).putLong(each.kept.bytes()).putInt(each.kept.checksum());
        }
        out.putInt(parts.size());
        parts.forEach(each -> out.putInt(each.file).putLong(each.at).putLong(each.length));
        return out.flip();
    }

    /** @throws IllegalArgumentException if it is none */
    static PartTable decode(ByteBuffer in, PartFile itself) {
        try {
            List<PartFile> files = new ArrayList<>();
            for (int left = count(in.getInt(), MOST_FILES); left > 0; left--) {
                files.add(new PartFile(in.getLong(), new Head.Kept(in.getLong(), in.getInt())));
            }
            files.add(itself);
            List<Part> parts = new ArrayList<>();
            for (int left = count(in.getInt(), MOST_PARTS); left > 0; left--) {
                Part part = new Part(in.getInt(), in.getLong(), in.getLong());
                if (part.file < 0 || part.file >= files.size() || part.at < SnapshotFile.HEAD || part.length < 0) {
                    throw new IllegalArgumentException("a part is nowhere");
                }
                parts.add(part);
            }
            if (in.hasRemaining()) {
                throw new IllegalArgumentException("something is behind it");
            }
            return new PartTable(files, parts);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("it ends too early", e);
        }
    }

    private static int count(int of, int most) {
        if (of < 0 || of > most) {
            throw new IllegalArgumentException(of + " is more than there can be");
        }
        return of;
    }

    /**
     * Which files the next snapshot may take parts from: those of which half is in use at least, so that all together are no more than twice as
     * large as the state, and not too many.
     */
    private boolean[] worthKeeping() {
        long[] used = new long[files.size()];
        parts.forEach(each -> used[each.file] += each.length);
        boolean[] worth = new boolean[files.size()];
        IntStream.range(0, files.size())
                .boxed()
                .sorted(Comparator.comparingLong((Integer file) -> used[file]).reversed())
                .limit(MOST_FILES)
                .filter(file -> used[file] > 0)
                .filter(file -> 2 * used[file] + SMALL >= files.get(file).kept.bytes())
                .forEach(file -> worth[file] = true);
        return worth;
    }

    /** The names of the files. */
    List<String> names() {
        return files.stream().map(PartFile::name).toList();
    }

    /** The table of a snapshot while it is written. */
    static final class Growing {
        private static final int ITSELF = -1;

        private final @Nullable PartTable before;
        private final boolean[] worth;
        private final List<Part> parts = new ArrayList<>();

        /** @param before of the snapshot whose parts may be taken over */
        Growing(@Nullable PartTable before) {
            this.before = before;
            this.worth = before == null ? new boolean[0] : before.worthKeeping();
        }

        /** The next part begins here. */
        void begin(long at) throws IOException {
            if (parts.size() == MOST_PARTS) {
                throw new IOException("the state is in more than " + MOST_PARTS + " parts");
            }
            parts.add(new Part(ITSELF, at, 0));
        }

        /** So many bytes of the part are written. */
        void add(long bytes) {
            Part last = parts.get(parts.size() - 1);
            parts.set(parts.size() - 1, new Part(ITSELF, last.at, last.length + bytes));
        }

        /** Takes the next part over; false if it has to be written. */
        boolean keep() {
            int next = parts.size();
            if (before == null || next >= before.parts.size()) {
                return false;
            }
            Part there = before.parts.get(next);
            if (!worth[there.file]) {
                return false;
            }
            parts.add(there);
            return true;
        }

        long bytes() {
            return parts.stream().mapToLong(Part::length).sum();
        }

        /** Without the files of which no part is left. */
        PartTable done(PartFile itself) {
            List<PartFile> files = new ArrayList<>();
            int[] places = new int[worth.length];
            Arrays.fill(places, -1);
            List<Part> placed = new ArrayList<>(parts.size());
            for (Part each : parts) {
                if (each.file != ITSELF && before != null && places[each.file] < 0) {
                    places[each.file] = files.size();
                    files.add(before.files.get(each.file));
                }
            }
            for (Part each : parts) {
                int file = each.file == ITSELF ? files.size() : places[each.file];
                placed.add(new Part(file, each.at, each.length));
            }
            files.add(itself);
            return new PartTable(List.copyOf(files), List.copyOf(placed));
        }
    }
}
