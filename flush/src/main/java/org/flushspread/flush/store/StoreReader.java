package org.flushspread.flush.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.flushspread.flush.replica.MemberId;
import org.flushspread.flush.replica.Version;
import org.flushspread.flush.store.StoreFiles.StoreFile;
import org.jspecify.annotations.Nullable;

/** Finds out what is in the directory of a store, and clears it up. See store 3. */
final class StoreReader {
    /** Made when there are metadata for the first time: where it is, an empty directory is no new store. */
    static final String MARK = "store";

    static final String SNAPSHOT = "snapshot-";
    static final String TEMPORARY = ".new";

    /**
     * The state before the log.
     *
     * @param state null if there is none
     * @param parts null if it is not kept in parts
     */
    record Snapshot(
            Version version,
            @Nullable SavedState state,
            @Nullable PartTable parts) {}

    private final StoreFiles files;
    private final WholeFile whole;

    StoreReader(StoreFiles files, WholeFile whole) {
        this.files = files;
        this.whole = whole;
    }

    /** Null if there are no metadata. */
    @Nullable
    Head head() throws IOException, Damaged {
        refuseFirst();
        WholeFile.Content content = whole.read(Head.NAME, 0, Head.MAGIC, Head.FORMER_MAGIC);
        return content == null ? null : Head.decode(content.magic(), ByteBuffer.wrap(content.rest()));
    }

    private void refuseFirst() throws IOException {
        if (!files.names().contains(Head.NAME)) {
            return;
        }
        try (StoreFile file = files.open(Head.NAME)) {
            ByteBuffer magic = ByteBuffer.allocate(4);
            if (file.size() >= magic.remaining()) {
                file.read(magic, 0);
                if (magic.getInt(0) == Head.FIRST_MAGIC) {
                    throw new StoreException(
                            "store " + files + " was written in format 1 by an earlier version; this one"
                                    + " reads formats 2 and 3. Give the member an empty directory, while a majority of the others runs");
                }
            }
        }
    }

    /** Without metadata there may be what the very first write left behind when a crash came: these files, which may go. */
    List<String> mustBeNew() throws IOException, Damaged {
        List<String> names = ours();
        for (String name : names) {
            if (name.equals(MARK) || isSnapshot(name) || isUsedLog(name)) {
                throw new Damaged("file " + Head.NAME + " is missing, and there is " + name);
            }
        }
        return names;
    }

    /** The files of the store: a person may have put others beside them, which are left alone. */
    private List<String> ours() throws IOException {
        return files.names().stream()
                .filter(name -> {
                    String whole = isTemporary(name) ? name.substring(0, name.length() - TEMPORARY.length()) : name;
                    return whole.equals(Head.NAME)
                            || whole.equals(Progress.NAME)
                            || whole.equals(MARK)
                            || isSnapshot(whole)
                            || LogScan.isSegment(whole);
                })
                .toList();
    }

    private static boolean isTemporary(String name) {
        return name.endsWith(TEMPORARY);
    }

    private static boolean isSnapshot(String name) {
        return name.matches(SNAPSHOT + "\\d+");
    }

    private boolean isUsedLog(String name) throws IOException {
        if (!LogScan.isSegment(name)) {
            return false;
        }
        try (StoreFile file = files.open(name)) {
            return file.size() > Segment.HEAD;
        }
    }

    /** The last command that must be there. */
    long promised(Head head, Progress.Promise promise) throws Damaged {
        if (promise.sequence() > head.sequence()) {
            throw new Damaged(
                    Head.NAME,
                    8,
                    "it is an older one, number " + head.sequence() + ", where " + Progress.NAME + " knows number "
                            + promise.sequence());
        }
        long counted = head.metadata().index();
        return promise.generation() == head.generation() ? Math.max(counted, promise.index()) : counted;
    }

    /** The state that the manifest names; it is whole. */
    Snapshot snapshot(Head head) throws IOException, Damaged {
        Head.Kept kept = head.snapshot();
        if (kept == null) {
            return new Snapshot(Version.INITIAL, null, null);
        }
        String name = head.snapshotName();
        try (StoreFile file = files.open(name)) {
            if (magic(file, name) == FormerSnapshot.MAGIC) {
                Version version = FormerSnapshot.verify(file, name, kept);
                return behind(head, version, new InFormerFile(name, FormerSnapshot.bytes(file)), null);
            }
            SnapshotFile.Found found = SnapshotFile.verify(file, new PartTable.PartFile(head.generation(), kept));
            PartTable table = found.table();
            for (PartTable.PartFile each :
                    table.files().subList(0, table.files().size() - 1)) {
                verify(each);
            }
            return behind(head, found.version(), new InFiles(table), found.inParts() ? table : null);
        } catch (NoSuchFileException e) {
            throw missing(name);
        }
    }

    /** One of an earlier snapshot, of which parts are left. */
    private void verify(PartTable.PartFile each) throws IOException, Damaged {
        try (StoreFile file = files.open(each.name())) {
            SnapshotFile.verify(file, each);
        } catch (NoSuchFileException e) {
            throw missing(each.name());
        }
    }

    private static Damaged missing(String name) {
        return new Damaged("file " + name + " is missing while others are there");
    }

    private static Snapshot behind(Head head, Version version, SavedState state, @Nullable PartTable parts)
            throws Damaged {
        if (version.index() != head.base()) {
            throw new Damaged(
                    head.snapshotName(),
                    16,
                    "it holds " + version.index() + " commands, where the log begins behind " + head.base());
        }
        return new Snapshot(version, state, parts);
    }

    private static int magic(StoreFile file, String name) throws IOException, Damaged {
        ByteBuffer magic = ByteBuffer.allocate(4);
        if (file.size() < magic.remaining()) {
            throw new Damaged(name, 0, "it has " + file.size() + " bytes");
        }
        file.read(magic, 0);
        int found = magic.getInt(0);
        if (found != SnapshotFile.MAGIC && found != SnapshotFile.PARTS_MAGIC && found != FormerSnapshot.MAGIC) {
            throw new Damaged(name, 0, "it does not begin as it must");
        }
        return found;
    }

    private final class InFormerFile implements SavedState {
        private final String name;
        private final long bytes;

        InFormerFile(String name, long bytes) {
            this.name = name;
            this.bytes = bytes;
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public InputStream open() throws IOException {
            return FormerSnapshot.opening(files.open(name));
        }
    }

    private final class InFiles implements SavedState {
        private final PartTable table;

        InFiles(PartTable table) {
            this.table = table;
        }

        @Override
        public long bytes() {
            return table.bytes();
        }

        @Override
        public InputStream open() {
            return new StateInput(table, named -> files.open(named.name()));
        }
    }

    /** The store has been used, and is never new again. */
    void mark() throws IOException {
        if (!files.names().contains(MARK)) {
            String text = """
                    This is the store of a member of a group, format 3 of Flush Spread for Java.
                    Its files belong together as the member left them; none can be changed, copied or removed alone.
                    """;
            whole.replaceText(MARK, text);
        }
    }

    /**
     * Removes files that belong to an earlier snapshot, or to one that was not finished when a crash came.
     *
     * @param parts of the snapshot; null if it is not in parts
     * @param scan null to leave what is behind the log
     */
    void removeOthers(Head head, @Nullable PartTable parts, @Nullable LogScan scan) throws IOException {
        for (String name : others(head, parts, scan)) {
            files.delete(name);
        }
    }

    /** What {@link #removeOthers} removes. */
    List<String> others(Head head, @Nullable PartTable parts, @Nullable LogScan scan) throws IOException {
        Set<String> snapshots = Set.copyOf(parts == null ? List.of(head.snapshotName()) : parts.names());
        return ours().stream()
                .filter(name -> {
                    boolean snapshot = isSnapshot(name) && !snapshots.contains(name);
                    boolean before = LogScan.isSegment(name) && LogScan.number(name) < head.generation();
                    boolean behind = scan != null && scan.leftOver().contains(name);
                    return snapshot || before || behind || isTemporary(name);
                })
                .toList();
    }

    /**
     * The group whose member the store belongs to; that of the metadata if none is asked for.
     *
     * @throws StoreException if it is another one
     */
    String group(Head found, String asked) {
        if (!asked.isEmpty() && !found.group().isEmpty() && !asked.equals(found.group())) {
            throw new StoreException("store " + files + " belongs to a member of group '" + found.group()
                    + "', not of '" + asked + "'; give each member of each group its own directory");
        }
        return asked.isEmpty() ? found.group() : asked;
    }

    /** Why the member of this store does not start. */
    StoreException refusal(Damaged why) {
        return new StoreException(
                "store " + files + " is damaged: " + why.getMessage()
                        + ". Its member does not start with less than it promised to keep. Put the files back as the"
                        + " member left them when it last ran, or start it with WhenDamaged.FORGET: then it sets them"
                        + " aside, has no vote for what it may have lost, and gets the state from the others. An"
                        + " older copy, or an empty directory, can cost acknowledged commands",
                why);
    }

    /** Moves all files out of the way; afterwards the directory is that of a store whose metadata are missing, not of a new one. */
    Recovered setAside(Damaged why) throws IOException {
        MemberId member = lostMember();
        mark();
        List<String> names = new ArrayList<>(ours());
        names.remove(MARK);
        String directory = files.setAside(names);
        return new Recovered(
                null,
                Version.INITIAL,
                null,
                List.of(),
                List.of("store " + files + " is damaged: " + why.getMessage() + ". Its files are in " + directory
                        + " now; this member has forgotten what it promised, has no vote for it, and waits for the state"
                        + " from a primary component of the others"),
                member);
    }

    private MemberId lostMember() throws IOException {
        try {
            Head known = head();
            if (known != null) {
                return known.metadata().self();
            }
        } catch (Damaged e) {
            // then nobody knows who it was
        }
        SecureRandom random = new SecureRandom();
        return new MemberId("somebody", random.nextLong() | 1, random.nextLong());
    }
}
