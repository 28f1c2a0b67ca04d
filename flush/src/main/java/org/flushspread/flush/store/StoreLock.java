package org.flushspread.flush.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One user of a directory at a time, among the processes of a machine by a lock on a file, within this process by a table. The table is
 * asked first and the file is not even opened for the second: on POSIX systems a process loses its lock on a file when it closes any
 * descriptor of it.
 */
final class StoreLock {
    private static final Set<Object> TAKEN = new HashSet<>();
    /** Opened in vain, because another class loader's table has the directory; to close them would drop its lock. */
    private static final List<FileChannel> NEVER_CLOSED = new ArrayList<>();

    private final Object key;
    private final FileChannel file;

    private StoreLock(Object key, FileChannel file) {
        this.key = key;
        this.file = file;
    }

    /** Null if somebody else has it. */
    static @Nullable StoreLock tryTake(Path directory, Path lockFile, FileAttribute<?>... mode) throws IOException {
        Object key = Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
        if (key == null) {
            key = directory.toRealPath();
        }
        synchronized (TAKEN) {
            if (!TAKEN.add(key)) {
                return null;
            }
            StoreLock taken = null;
            try {
                FileChannel file =
                        FileChannel.open(lockFile, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), mode);
                taken = locked(key, file);
                return taken;
            } finally {
                if (taken == null) {
                    TAKEN.remove(key);
                }
            }
        }
    }

    private static @Nullable StoreLock locked(Object key, FileChannel file) throws IOException {
        boolean close = true;
        try {
            FileLock lock = file.tryLock();
            close = lock == null;
            return lock == null ? null : new StoreLock(key, file);
        } catch (OverlappingFileLockException e) {
            close = false;
            NEVER_CLOSED.add(file);
            return null;
        } finally {
            if (close) {
                file.close();
            }
        }
    }

    void release() throws IOException {
        synchronized (TAKEN) {
            TAKEN.remove(key);
            file.close();
        }
    }
}
