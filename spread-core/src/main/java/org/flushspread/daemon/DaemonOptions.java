package org.flushspread.daemon;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.flushspread.kernel.base.KernelSettings;

/**
 * What a daemon can be told beyond its spread.conf. None of it is visible to other daemons.
 *
 * @param kernel limits of the protocol engine
 * @param nio use the JDK's sockets even where epoll is available
 * @param receiveBuffer bytes asked for the receive buffer of each data socket; the system may grant less, which is logged
 * @param runLength datagrams handed to the system in one call, 1..64; 1 sends each by itself. Long runs may overrun receivers with small
 *     buffers
 * @param socketDirectory where the unix domain socket named after the port is put; empty for none. C clients look in {@code /tmp}
 * @param writeLowWater bytes waiting for a client below which it counts as writable again
 * @param writeHighWater bytes waiting for a client from which on messages to it are queued (and counted against MaxSessionMessages)
 * @param accessDirectory where {@code spread.access_ip} and {@code spread.access_pword} are looked for, before {@code /etc}
 * @param eventLog write session and membership lines to a file named as the daemon in the working directory ({@code -l y})
 * @param deadClientAfter time without any answer of a client's host after which its TCP connection ends, whole seconds; it also ends a client
 *     that leaves its full connection unread for so long, where the system counts that as no answer (Linux does). Zero leaves it to the
 *     system, which as a rule takes two hours
 * @param network open UDP, TCP and unix sockets; without, the daemon is alone and reachable by in-memory connections only
 * @param admin where people and programs that look after the daemon can ask it
 */
public record DaemonOptions(
        KernelSettings kernel,
        boolean nio,
        int receiveBuffer,
        int runLength,
        Optional<Path> socketDirectory,
        int writeLowWater,
        int writeHighWater,
        Path accessDirectory,
        boolean eventLog,
        boolean network,
        Duration deadClientAfter,
        AdminOptions admin) {
    /** What {@link #deadClientAfter} is when nobody says. */
    public static final Duration DEFAULT_DEAD_CLIENT_AFTER = Duration.ofSeconds(60);

    /** What a daemon does that was told nothing. */
    public static final DaemonOptions DEFAULTS = new DaemonOptions(
            KernelSettings.DEFAULTS,
            false,
            4 << 20,
            20,
            Optional.of(Path.of("/tmp")),
            64 << 10,
            256 << 10,
            Path.of(""),
            false,
            true,
            DEFAULT_DEAD_CLIENT_AFTER,
            AdminOptions.DEFAULTS);

    /** With {@link #DEFAULT_DEAD_CLIENT_AFTER}. */
    public DaemonOptions(
            KernelSettings kernel,
            boolean nio,
            int receiveBuffer,
            int runLength,
            Optional<Path> socketDirectory,
            int writeLowWater,
            int writeHighWater,
            Path accessDirectory,
            boolean eventLog,
            boolean network) {
        this(
                kernel,
                nio,
                receiveBuffer,
                runLength,
                socketDirectory,
                writeLowWater,
                writeHighWater,
                accessDirectory,
                eventLog,
                network,
                DEFAULT_DEAD_CLIENT_AFTER,
                AdminOptions.DEFAULTS);
    }

    public DaemonOptions {
        if (runLength < 1 || runLength > DatagramSender.MAX_RUN) {
            throw new IllegalArgumentException(
                    "run length must be 1.." + DatagramSender.MAX_RUN + ", not " + runLength);
        }
        if (receiveBuffer < 1) {
            throw new IllegalArgumentException("receive buffer must be positive, not " + receiveBuffer);
        }
        if (writeLowWater < 1 || writeHighWater < writeLowWater) {
            throw new IllegalArgumentException("write water marks must satisfy 0 < low <= high");
        }
        if (deadClientAfter.isNegative() || deadClientAfter.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(
                    "a client's host may be silent for 0 s to a day, not " + deadClientAfter.toSeconds() + " s");
        }
    }

    public DaemonOptions withKernel(KernelSettings value) {
        return new DaemonOptions(
                value,
                nio,
                receiveBuffer,
                runLength,
                socketDirectory,
                writeLowWater,
                writeHighWater,
                accessDirectory,
                eventLog,
                network,
                deadClientAfter,
                admin);
    }

    public DaemonOptions withNio(boolean value) {
        return new DaemonOptions(
                kernel,
                value,
                receiveBuffer,
                runLength,
                socketDirectory,
                writeLowWater,
                writeHighWater,
                accessDirectory,
                eventLog,
                network,
                deadClientAfter,
                admin);
    }

    public DaemonOptions withReceiveBuffer(int value) {
        return new DaemonOptions(
                kernel,
                nio,
                value,
                runLength,
                socketDirectory,
                writeLowWater,
                writeHighWater,
                accessDirectory,
                eventLog,
                network,
                deadClientAfter,
                admin);
    }

    public DaemonOptions withRunLength(int value) {
        return new DaemonOptions(
                kernel,
                nio,
                receiveBuffer,
                value,
                socketDirectory,
                writeLowWater,
                writeHighWater,
                accessDirectory,
                eventLog,
                network,
                deadClientAfter,
                admin);
    }

    public DaemonOptions withSocketDirectory(Optional<Path> value) {
        return new DaemonOptions(
                kernel,
                nio,
                receiveBuffer,
                runLength,
                value,
                writeLowWater,
                writeHighWater,
                accessDirectory,
                eventLog,
                network,
                deadClientAfter,
                admin);
    }

    public DaemonOptions withWriteWater(int low, int high) {
        return new DaemonOptions(
                kernel,
                nio,
                receiveBuffer,
                runLength,
                socketDirectory,
                low,
                high,
                accessDirectory,
                eventLog,
                network,
                deadClientAfter,
                admin);
    }

    public DaemonOptions withAccessDirectory(Path value) {
        return new DaemonOptions(
                kernel,
                nio,
                receiveBuffer,
                runLength,
                socketDirectory,
                writeLowWater,
                writeHighWater,
                value,
                eventLog,
                network,
                deadClientAfter,
                admin);
    }

    public DaemonOptions withEventLog(boolean value) {
        return new DaemonOptions(
                kernel,
                nio,
                receiveBuffer,
                runLength,
                socketDirectory,
                writeLowWater,
                writeHighWater,
                accessDirectory,
                value,
                network,
                deadClientAfter,
                admin);
    }

    public DaemonOptions withNetwork(boolean value) {
        return new DaemonOptions(
                kernel,
                nio,
                receiveBuffer,
                runLength,
                socketDirectory,
                writeLowWater,
                writeHighWater,
                accessDirectory,
                eventLog,
                value,
                deadClientAfter,
                admin);
    }

    public DaemonOptions withDeadClientAfter(Duration value) {
        return new DaemonOptions(
                kernel,
                nio,
                receiveBuffer,
                runLength,
                socketDirectory,
                writeLowWater,
                writeHighWater,
                accessDirectory,
                eventLog,
                network,
                value,
                admin);
    }

    public DaemonOptions withAdmin(AdminOptions value) {
        return new DaemonOptions(
                kernel,
                nio,
                receiveBuffer,
                runLength,
                socketDirectory,
                writeLowWater,
                writeHighWater,
                accessDirectory,
                eventLog,
                network,
                deadClientAfter,
                value);
    }
}
