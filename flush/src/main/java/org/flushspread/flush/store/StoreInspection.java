package org.flushspread.flush.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.flush.replica.Metadata;
import org.jspecify.annotations.Nullable;

/** What a person wants to know of a store that nobody uses: each file, whether it is whole, and what is promised. Changes nothing. */
final class StoreInspection {
    private final StoreFiles files;
    private final StoreReader reader;
    private final List<String> said = new ArrayList<>();
    private @Nullable Head head;
    private Progress.@Nullable Promise promise;
    private @Nullable PartTable parts;
    private @Nullable LogScan scan;
    private @Nullable Damaged damage;
    private @Nullable Damaged progressDamage;

    StoreInspection(StoreFiles files) {
        this.files = files;
        this.reader = new StoreReader(files, new WholeFile(files, true));
    }

    /** Looks at everything, as far as what it depends on is whole. */
    StoreInspection run() throws IOException {
        try {
            Head found = reader.head();
            head = found;
            if (found == null) {
                reader.mustBeNew();
                said.add("It is new: no member has written to it yet.");
                return this;
            }
            told(found);
            promised();
            PartTable its = reader.snapshot(found).parts();
            parts = its;
            if (found.snapshot() != null) {
                said.add(found.snapshotName() + ": whole, the state behind command " + found.base() + told(its));
            }
            long must = promise == null ? found.metadata().index() : reader.promised(found, promise);
            LogScan log = new LogScan(files, found, must);
            scan = log;
            log.run();
        } catch (Damaged e) {
            damage = e;
        }
        told(scan);
        return this;
    }

    private void told(Head found) {
        Metadata known = found.metadata();
        said.add("A member of group '" + found.group() + "': " + known.self() + ", history " + known.lineage());
        said.add(Head.NAME + ": whole, number " + found.sequence() + ", counts " + known.index() + " commands");
    }

    private static String told(@Nullable PartTable its) {
        if (its == null) {
            return "";
        }
        List<String> before = its.names().subList(0, its.names().size() - 1);
        return ", in " + its.parts().size() + " parts"
                + (before.isEmpty() ? "" : ", some of them in " + String.join(", ", before) + ": whole");
    }

    private void promised() throws IOException {
        try (Progress progress = Progress.open(files)) {
            Progress.Promise last = progress.promise();
            promise = last;
            said.add(Progress.NAME + ": whole, promises command " + last.index() + " of the log that begins with "
                    + Segment.name(last.generation()));
        } catch (Damaged e) {
            progressDamage = e;
        }
    }

    private void told(@Nullable LogScan log) {
        if (log == null) {
            return;
        }
        List<Segment> segments = log.segments();
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            long last = i + 1 < segments.size() ? segments.get(i + 1).first() - 1 : log.last();
            said.add(segment.name() + ": "
                    + (last < segment.first()
                            ? "no commands"
                            : "commands " + segment.first() + " to " + last
                                    + (i + 1 < segments.size() ? ", sealed" : ""))
                    + (segment.format() == Segment.FORMAT ? "" : ", format " + segment.format()));
        }
    }

    /** Sentences, one a line. */
    List<String> said() {
        return said;
    }

    /** What a crash left behind and the next start clears up. */
    List<String> warnings() {
        LogScan log = scan;
        return log == null ? List.of() : log.warnings();
    }

    /** Why the member does not start; null if it does. */
    @Nullable
    Damaged damage() {
        return damage == null ? progressDamage : damage;
    }

    /** True if only the file is damaged that says what was promised, and what there is fits together. */
    boolean isProgressAlone() {
        return damage == null && progressDamage != null;
    }

    /** Null if the snapshot is not whole, or not in parts. */
    @Nullable
    PartTable parts() {
        return parts;
    }

    @Nullable
    Head head() {
        return head;
    }

    /** Null if the snapshot before it is not whole. */
    @Nullable
    LogScan scan() {
        return scan;
    }

    StoreReader reader() {
        return reader;
    }

    StoreFiles files() {
        return files;
    }
}
