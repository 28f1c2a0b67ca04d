package org.flushspread.daemon;

import java.nio.file.Path;
import java.util.Optional;
import org.flushspread.kernel.KernelSettings;

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
 * @param network open UDP, TCP and unix sockets; without, the daemon is alone and reachable by in-memory connections only
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
        boolean network) {
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
            true);

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
                network);
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
                network);
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
                network);
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
                network);
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
                network);
    }

    public DaemonOptions withWriteWater(int low, int high) {
        return new DaemonOptions(
                kernel, nio, receiveBuffer, runLength, socketDirectory, low, high, accessDirectory, eventLog, network);
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
                network);
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
                network);
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
                value);
    }
}
