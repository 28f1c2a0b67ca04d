package org.flushspread.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ports for daemons of tests: found free on every address of this host, and given out once. Test runs side by side take theirs from
 * different shares of the range: a process has a share while it holds the lock of a file, which ends with the process.
 */
public final class TestPorts {
    private static final int FIRST = 14_000;
    private static final int SHARES = 100;
    private static final int IN_A_SHARE = 100;
    private static final Path LOCKS =
            Path.of(System.getProperty("java.io.tmpdir"), "flush-spread-ports-of-" + System.getProperty("user.name"));

    /** Never closed: they would give up the shares. */
    private static final List<FileLock> HELD = new ArrayList<>();

    private static int share = claim(0);
    private static int next = FIRST + share * IN_A_SHARE;

    private TestPorts() {}

    /** The share of this process, 0 to 99: no other has it at the same time. */
    public static synchronized int share() {
        return share;
    }

    /** A port P, even, so that P (clients, data) and P+1 (tokens) are free. */
    public static int free() {
        return free(1);
    }

    /** The first of {@code count} such ports, each two above the one before. */
    public static synchronized int free(int count) {
        int found = 0;
        while (found < count) {
            if (next + 2 * (count - found) > FIRST + (share + 1) * IN_A_SHARE) {
                share = claim(share + 1);
                next = FIRST + share * IN_A_SHARE;
                found = 0;
            }
            found = isFree(next) ? found + 1 : 0;
            next += 2;
        }
        return next - 2 * count;
    }

    /** Takes the first share that nobody has. */
    private static int claim(int from) {
        try {
            Files.createDirectories(LOCKS);
            for (int tried = 0; tried < SHARES; tried++) {
                int candidate = (from + tried) % SHARES;
                FileChannel file = FileChannel.open(
                        LOCKS.resolve(Integer.toString(candidate)),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                FileLock lock = lock(file);
                if (lock != null) {
                    HELD.add(lock);
                    return candidate;
                }
                file.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("no free ports from " + FIRST + " on: all " + SHARES + " shares are taken");
    }

    private static @Nullable FileLock lock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException ours) {
            return null;
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket tcp = new ServerSocket();
                DatagramSocket data = new DatagramSocket(null);
                DatagramSocket token = new DatagramSocket(null)) {
            tcp.bind(new InetSocketAddress("0.0.0.0", port));
            data.bind(new InetSocketAddress("0.0.0.0", port));
            token.bind(new InetSocketAddress("0.0.0.0", port + 1));
            return true;
        } catch (IOException inUse) {
            return false;
        }
    }
}
