package org.flushspread.flush.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The files of a directory. Where the file system knows owners, nobody else may read them: what is replicated may be secret. */
final class DirectoryFiles implements StoreFiles {
    private static final Set<OpenOption> OPEN = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
    private static final Set<OpenOption> CREATE = Set.of(
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING);
    private static final String LOCK = "lock";

    private final Path directory;
    private @Nullable StoreLock lock;

    DirectoryFiles(Path directory) {
        this.directory = directory;
    }

    @Override
    public void take() throws IOException {
        makeDirectory(directory, mode("rwx------"));
        StoreLock taken = StoreLock.tryTake(directory, directory.resolve(LOCK), mode("rw-------"));
        if (taken == null) {
            throw new StoreException(
                    "store " + directory + " is in use by another member; give each its own directory");
        }
        lock = taken;
    }

    @Override
    public void release() throws IOException {
        StoreLock taken = lock;
        lock = null;
        if (taken != null) {
            taken.release();
        }
    }

    boolean isTaken() {
        return lock != null;
    }

    /** With all that leads to it; on the device when this returns. */
    private static void makeDirectory(Path wanted, FileAttribute<?>... mode) throws IOException {
        Path parent = wanted.toAbsolutePath().getParent();
        if (!Files.isDirectory(wanted) && parent != null) {
            makeDirectory(parent);
            try {
                Files.createDirectory(wanted, mode);
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(wanted)) {
                    throw e;
                }
                // Another member has made it meanwhile, and perhaps not forced it yet.
            }
            force(parent);
        }
    }

    private FileAttribute<?>[] mode(String permissions) {
        return directory.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    @Override
    public List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path each : files) {
                String name = each.getFileName().toString();
                if (!name.equals(LOCK) && Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS)) {
                    names.add(name);
                }
            }
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public StoreFile open(String name) throws IOException {
        return new ChannelFile(FileChannel.open(directory.resolve(name), OPEN));
    }

    @Override
    public StoreFile create(String name) throws IOException {
        return new ChannelFile(FileChannel.open(directory.resolve(name), CREATE, mode("rw-------")));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(
                directory.resolve(from),
                directory.resolve(to),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    @Override
    public String setAside(List<String> names) throws IOException {
        int number = 1;
        while (Files.exists(directory.resolve("damaged-" + number))) {
            number++;
        }
        String aside = "damaged-" + number;
        makeDirectory(directory.resolve(aside), mode("rwx------"));
        for (String name : names) {
            rename(name, aside + "/" + name);
        }
        force(directory.resolve(aside));
        force();
        return aside;
    }

    @Override
    public void force() throws IOException {
        force(directory);
    }

    /** Some systems do not let a directory be opened; there a name is on the device together with its file. */
    private static void force(Path which) throws IOException {
        FileChannel opened;
        try {
            opened = FileChannel.open(which, StandardOpenOption.READ);
        } catch (AccessDeniedException e) {
            return;
        }
        try (opened) {
            opened.force(true);
        }
    }

    @Override
    public String toString() {
        return directory.toString();
    }

    private static final class ChannelFile implements StoreFile {
        private final FileChannel channel;

        ChannelFile(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void read(ByteBuffer to, long at) throws IOException {
            long next = at;
            while (to.hasRemaining()) {
                int count = channel.read(to, next);
                if (count < 0) {
                    throw new EOFException("the file ends at byte " + next);
                }
                next += count;
            }
        }

        @Override
        public void write(ByteBuffer from, long at) throws IOException {
            long next = at;
            while (from.hasRemaining()) {
                next += channel.write(from, next);
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void force() throws IOException {
            channel.force(false); // with the size, as far as it is needed to read the bytes
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
