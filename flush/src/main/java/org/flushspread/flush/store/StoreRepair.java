package org.flushspread.flush.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.store.StoreFiles.StoreFile;

/** Mends a store as a person has told it to, and says what it did. */
final class StoreRepair {
    private final StoreInspection found;
    private final StoreFiles files;

    StoreRepair(StoreInspection found) {
        this.found = found;
        this.files = found.files();
    }

    /** Does what the next start of the member would do, and makes the promise anew if its file alone is damaged. */
    List<String> withoutLoss() throws IOException {
        List<String> did = new ArrayList<>();
        Head head = found.head();
        LogScan scan = found.scan();
        if (head == null || scan == null) {
            return did;
        }
        if (!scan.warnings().isEmpty()) {
            LogWriter.resume(files, true, FileStore.SEGMENT_BYTES, scan).close();
            did.add("cut " + scan.tail().name() + " at byte " + scan.end() + ", behind command " + scan.last());
        }
        if (found.isProgressAlone()) {
            promise(head, scan.last());
            did.add("made " + Progress.NAME + " anew: it promises command " + scan.last()
                    + ", the last one of the log. If the log has lost its end too, nobody can know");
        }
        List<String> others = found.reader().others(head, found.parts(), scan);
        found.reader().removeOthers(head, found.parts(), scan);
        others.forEach(name -> did.add("removed " + name + ", left by a crash"));
        found.reader().mark();
        files.force();
        return did;
    }

    /** True if what is left would be a store: metadata and snapshot are whole, and the log has a beginning. */
    boolean canLose() {
        return found.head() != null && found.scan() != null;
    }

    /** Ends the log before the first command that is damaged; what is replaced is set aside. */
    List<String> withLoss() throws IOException {
        Head head = Objects.requireNonNull(found.head());
        LogScan scan = Objects.requireNonNull(found.scan());
        List<Segment> whole = new ArrayList<>(scan.segments());
        boolean begun = !whole.isEmpty() && scan.isOpen();
        Segment last = begun
                ? whole.get(whole.size() - 1)
                : Segment.after(scan.chain(), head.generation() + whole.size(), scan.last() + 1);
        byte[] kept = new byte[(int) (begun ? scan.end() : Segment.HEAD)];
        if (begun) {
            try (StoreFile file = files.open(last.name())) {
                file.read(ByteBuffer.wrap(kept), 0);
            }
        } else {
            last.head().get(kept);
        }
        List<String> aside = new ArrayList<>();
        for (String name : files.names()) {
            if (LogScan.number(name) >= last.number() || name.equals(Head.NAME) || name.equals(Progress.NAME)) {
                aside.add(name);
            }
        }
        found.reader().mark();
        String directory = files.setAside(aside);
        try (StoreFile file = files.create(last.name())) {
            file.write(ByteBuffer.wrap(kept), 0);
            file.force();
        }
        promise(head, scan.last());
        Metadata known = head.metadata();
        Metadata less = new Metadata(
                known.self(),
                known.lineage(),
                known.lastPrimary(),
                known.attempts(),
                known.highest(),
                known.epoch(),
                Math.min(known.index(), scan.last()));
        new WholeFile(files, true)
                .replace(Head.NAME, Head.MAGIC, head.next(less).encode());
        files.force();
        return List.of(
                "the log ends with command " + scan.last() + " now; what was there is in " + directory,
                "commands behind it that this member has acknowledged are lost unless others have them");
    }

    private void promise(Head head, long index) throws IOException {
        try (Progress progress = Progress.create(files, true)) {
            progress.write(new Progress.Promise(head.sequence(), head.generation(), index));
        }
    }
}
