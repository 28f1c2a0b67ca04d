package org.flushspread.flush.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.ReplicaCodec;
import org.flushspread.flush.replica.Version;
import org.jspecify.annotations.Nullable;

/**
 * A store in a directory of its own, which one process uses at a time.
 *
 * <p>{@code metadata} names the generation g and is replaced by renaming; {@code snapshot-g} and {@code log-g} belong to it, others are left
 * over and removed. Each file and each record of the log carries a CRC32C. A log that ends in the middle of a record, or in a record with a
 * wrong checksum, is cut before it; that is what a crash leaves behind. If less is left than the metadata says was there, the member has
 * lost what it promised to keep and comes back as a new one.
 */
public final class FileStore implements Store {
    private static final int METADATA_MAGIC = 0x46534d31;
    private static final int SNAPSHOT_MAGIC = 0x46535331;
    private static final int LOG_MAGIC = 0x46534c31;
    private static final int LOG_HEADER = 12;
    private static final int RECORD_HEADER = 24;
    private static final int BUFFER = 1 << 18;

    private final Path directory;
    private final Fsync fsync;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final CRC32C crc = new CRC32C();
    private @Nullable FileChannel lockFile;
    private @Nullable FileChannel log;
    private @Nullable Metadata metadata;
    private long generation;
    private boolean unforced;
    private long lastForce = System.nanoTime();

    public FileStore(Path directory, Fsync fsync) {
        this.directory = directory;
        this.fsync = fsync;
    }

    @Override
    public boolean isDurable() {
        return true;
    }

    // ---- reading

    @Override
    public Recovered open() {
        try {
            Files.createDirectories(directory);
            lock();
            Recovered found = recover();
            removeOthers();
            return found;
        } catch (IOException e) {
            throw failed("open", e);
        }
    }

    @SuppressWarnings("resource")
    private void lock() throws IOException {
        FileChannel file =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = file.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            file.close();
            throw new StoreException(
                    "store " + directory + " is in use by another member; give each its own directory");
        }
        lockFile = file;
    }

    private Recovered recover() throws IOException {
        ByteBuffer in;
        try {
            in = checked(Files.readAllBytes(directory.resolve("metadata")), METADATA_MAGIC, "metadata");
        } catch (NoSuchFileException e) {
            newLog();
            return Recovered.nothing();
        }
        generation = in.getLong();
        Metadata known;
        try {
            known = ReplicaCodec.metadata(in);
        } catch (IllegalArgumentException e) {
            throw damaged("metadata", e);
        }
        Version version = Version.INITIAL;
        byte[] snapshot = null;
        try {
            ByteBuffer file = checked(
                    Files.readAllBytes(file("snapshot")),
                    SNAPSHOT_MAGIC,
                    file("snapshot").getFileName() + "");
            version = new Version(file.getLong(), file.getLong(), file.getLong(), file.getLong());
            snapshot = new byte[file.remaining()];
            file.get(snapshot);
        } catch (NoSuchFileException e) {
            // none was taken in this generation
        }
        List<String> warnings = new ArrayList<>();
        List<byte[]> commands = readLog(version.index(), warnings);
        long last = version.index() + commands.size();
        if (last < known.index()) {
            warnings.add("store " + directory + " holds " + last + " commands where " + known.index()
                    + " were promised to be kept: this member has lost its memory and joins as a new one");
            generation++;
            newLog();
            return Recovered.nothing(warnings);
        }
        metadata = known;
        return new Recovered(known, version, snapshot, commands, warnings);
    }

    private ByteBuffer checked(byte[] bytes, int magic, String name) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < 8 || in.getInt() != magic || in.getInt() != checksum(bytes, 8)) {
            throw damaged(name, null);
        }
        return in;
    }

    private int checksum(byte[] bytes, int from) {
        crc.reset();
        crc.update(bytes, from, bytes.length - from);
        return (int) crc.getValue();
    }

    /** Reads the records that follow {@code index} and leaves the log open behind the last good one. */
    private List<byte[]> readLog(long index, List<String> warnings) throws IOException {
        Path path = file("log");
        List<byte[]> commands = new ArrayList<>();
        if (!Files.exists(path)) {
            newLog();
            return commands;
        }
        byte[] bytes = Files.readAllBytes(path);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.remaining() < LOG_HEADER || in.getInt() != LOG_MAGIC || in.getLong() != generation) {
            warnings.add("log " + path + " has no correct head; it is taken as empty");
            newLog();
            return commands;
        }
        int good = in.position();
        byte[] command;
        while ((command = record(bytes, in, index + commands.size() + 1)) != null) {
            commands.add(command);
            good = in.position();
        }
        FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE);
        if (good < in.limit()) {
            warnings.add("log " + path + " is torn at byte " + good + " of " + in.limit() + ", after " + commands.size()
                    + " commands; it is cut there");
            file.truncate(good);
            file.force(true);
        }
        file.position(good);
        log = file;
        return commands;
    }

    /** The next record, if it is whole and the one that is due. */
    private byte @Nullable [] record(byte[] bytes, ByteBuffer in, long index) {
        if (in.remaining() < RECORD_HEADER) {
            return null;
        }
        int start = in.position();
        int length = in.getInt(start);
        if (length < 0 || length > in.remaining() - RECORD_HEADER) {
            return null;
        }
        crc.reset();
        crc.update(bytes, start, 4);
        crc.update(bytes, start + 8, RECORD_HEADER - 8 + length);
        if ((int) crc.getValue() != in.getInt(start + 4) || in.getLong(start + 16) != index) {
            return null;
        }
        byte[] command = new byte[length];
        in.position(start + RECORD_HEADER);
        in.get(command);
        return command;
    }

    // ---- writing

    @Override
    public void append(long epoch, long index, ByteBuffer command) {
        try {
            int length = command.remaining();
            if (buffer.remaining() < RECORD_HEADER + length) {
                drain();
            }
            boolean fits = RECORD_HEADER + length <= buffer.capacity();
            ByteBuffer record = fits ? buffer : ByteBuffer.allocate(RECORD_HEADER + length);
            int start = record.position();
            record.putInt(length).putInt(0).putLong(epoch).putLong(index).put(command.duplicate());
            crc.reset();
            crc.update(record.duplicate().position(start).limit(start + 4));
            crc.update(record.duplicate().limit(record.position()).position(start + 8));
            record.putInt(start + 4, (int) crc.getValue());
            if (!fits) {
                write(open(log), record.flip());
            }
            unforced = true;
        } catch (IOException e) {
            throw failed("append to", e);
        }
    }

    @Override
    public void sync() {
        try {
            drain();
            if (unforced && fsync.isDue(System.nanoTime() - lastForce)) {
                open(log).force(false);
                unforced = false;
                lastForce = System.nanoTime();
            }
        } catch (IOException e) {
            throw failed("write to", e);
        }
    }

    @Override
    public void tick() {
        if (unforced) {
            sync();
        }
    }

    private void drain() throws IOException {
        if (buffer.position() > 0) {
            write(open(log), buffer.flip());
            buffer.clear();
        }
    }

    @Override
    public void record(Metadata next) {
        try {
            writeMetadata(next);
        } catch (IOException e) {
            throw failed("write the metadata of", e);
        }
    }

    private void writeMetadata(Metadata next) throws IOException {
        byte[] body = ReplicaCodec.encode(next);
        byte[] bytes = new byte[16 + body.length];
        ByteBuffer out = ByteBuffer.wrap(bytes).putInt(METADATA_MAGIC).putInt(0).putLong(generation);
        out.put(body).putInt(4, checksum(bytes, 8));
        replace("metadata", bytes);
        metadata = next;
    }

    @Override
    public void snapshot(Version version, byte[] state, @Nullable Metadata next) {
        Metadata kept = next == null ? metadata : next;
        if (kept == null) {
            throw new StoreException("store " + directory + ": a snapshot before any metadata");
        }
        try {
            buffer.clear();
            generation++;
            byte[] bytes = new byte[8 + 32 + state.length];
            ByteBuffer.wrap(bytes)
                    .putInt(SNAPSHOT_MAGIC)
                    .putInt(0)
                    .putLong(version.epoch())
                    .putLong(version.index())
                    .putLong(version.chainHigh())
                    .putLong(version.chainLow())
                    .put(state)
                    .putInt(4, checksum(bytes, 8));
            replace(file("snapshot").getFileName() + "", bytes);
            newLog();
            writeMetadata(kept);
            removeOthers();
        } catch (IOException e) {
            throw failed("write a snapshot to", e);
        }
    }

    private void newLog() throws IOException {
        FileChannel before = log;
        if (before != null) {
            before.close();
        }
        FileChannel file = FileChannel.open(
                file("log"), StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        log = file;
        write(
                file,
                ByteBuffer.allocate(LOG_HEADER)
                        .putInt(LOG_MAGIC)
                        .putLong(generation)
                        .flip());
        force(file);
        unforced = false;
    }

    /** Writes a file under another name and renames it: there is always the old one or the new one. */
    private void replace(String name, byte[] bytes) throws IOException {
        Path temporary = directory.resolve(name + ".new");
        try (FileChannel file = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            write(file, ByteBuffer.wrap(bytes));
            force(file);
        }
        Files.move(
                temporary,
                directory.resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        if (fsync.forcesMetadata()) {
            forceDirectory();
        }
    }

    private void force(FileChannel file) throws IOException {
        if (fsync.forcesMetadata()) {
            file.force(true);
        }
    }

    /** A rename is on the device when its directory is; not every system lets a directory be opened, and those need it not. */
    private void forceDirectory() {
        try (FileChannel opened = FileChannel.open(directory, StandardOpenOption.READ)) {
            opened.force(true);
        } catch (IOException e) {
            // the file itself was forced
        }
    }

    private static void write(FileChannel file, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    private void removeOthers() throws IOException {
        List<Path> others = new ArrayList<>();
        try (var files = Files.newDirectoryStream(directory, "{snapshot,log}-*")) {
            for (Path each : files) {
                if (!each.equals(file("snapshot")) && !each.equals(file("log"))) {
                    others.add(each);
                }
            }
        }
        for (Path each : others) {
            Files.deleteIfExists(each);
        }
    }

    private Path file(String kind) {
        return directory.resolve(kind + "-" + generation);
    }

    private FileChannel open(@Nullable FileChannel file) {
        if (file == null) {
            throw new StoreException("store " + directory + " is not open");
        }
        return file;
    }

    private StoreException failed(String what, IOException e) {
        return new StoreException("cannot " + what + " store " + directory + ": " + e.getMessage(), e);
    }

    private StoreException damaged(String name, @Nullable Throwable cause) {
        return new StoreException(
                "store " + directory + ": " + name
                        + " is damaged; restore the directory from a copy of this member, or remove it"
                        + " and let the member join as a new one",
                cause);
    }

    @Override
    public void close() {
        try {
            FileChannel file = log;
            if (file != null) {
                drain();
                if (fsync.forcesMetadata()) {
                    file.force(false);
                }
                file.close();
                log = null;
            }
            FileChannel lock = lockFile;
            if (lock != null) {
                lock.close();
                lockFile = null;
            }
        } catch (IOException e) {
            throw failed("close", e);
        }
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
