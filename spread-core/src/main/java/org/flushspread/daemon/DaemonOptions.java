package org.flushspread.daemon;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.flushspread.kernel.base.KernelSettings;

/**
 * What a daemon can be told beyond its spread.conf. None of it is visible to other daemons. Immutable: each method that changes something
 * answers new options.
 */
public final class DaemonOptions implements Cloneable {
    /** What {@link #deadClientAfter} is when nobody says. */
    public static final Duration DEFAULT_DEAD_CLIENT_AFTER = Duration.ofSeconds(60);

    /** What a daemon does that was told nothing. */
    public static final DaemonOptions DEFAULTS = new DaemonOptions();

    private KernelSettings kernel = KernelSettings.DEFAULTS;
    private boolean nio;
    private int receiveBuffer = 4 << 20;
    private int runLength = 20;
    private Optional<Path> socketDirectory = Optional.of(Path.of("/tmp"));
    private int writeLowWater = 64 << 10;
    private int writeHighWater = 256 << 10;
    private Path accessDirectory = Path.of("");
    private boolean eventLog;
    private boolean network = true;
    private Duration deadClientAfter = DEFAULT_DEAD_CLIENT_AFTER;
    private AdminOptions admin = AdminOptions.DEFAULTS;
    private Optional<SealOptions> seal = Optional.empty();
    private Optional<TlsOptions> tls = Optional.empty();
    private Optional<Path> access = Optional.empty();
    private Optional<Path> monitorKey = Optional.empty();
    private boolean clearPasswords = true;
    private Optional<NetworkFaults> faults = Optional.empty();

    private DaemonOptions() {}

    /** With {@link #DEFAULT_DEAD_CLIENT_AFTER} and {@link AdminOptions#DEFAULTS}. */
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

    /** All that these name, in the order of the methods below; {@link #DEFAULTS} and the methods are easier to read. */
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
            boolean network,
            Duration deadClientAfter,
            AdminOptions admin) {
        this.kernel = kernel;
        this.nio = nio;
        this.receiveBuffer = receiveBuffer;
        this.runLength = runLength;
        this.socketDirectory = socketDirectory;
        this.writeLowWater = writeLowWater;
        this.writeHighWater = writeHighWater;
        this.accessDirectory = accessDirectory;
        this.eventLog = eventLog;
        this.network = network;
        this.deadClientAfter = deadClientAfter;
        this.admin = admin;
        check();
    }

    /** The one place that copies; a change is made to the copy before anybody else sees it. */
    private DaemonOptions with(Consumer<DaemonOptions> change) {
        try {
            DaemonOptions next = (DaemonOptions) clone();
            change.accept(next);
            next.check();
            return next;
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    private void check() {
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

    /** Limits of the protocol engine. */
    public KernelSettings kernel() {
        return kernel;
    }

    /** Use the JDK's sockets even where epoll is available. */
    public boolean nio() {
        return nio;
    }

    /** Bytes asked for the receive buffer of each data socket; the system may grant less, which is logged. */
    public int receiveBuffer() {
        return receiveBuffer;
    }

    /** Datagrams handed to the system in one call, 1..64; 1 sends each by itself. Long runs may overrun receivers with small buffers. */
    public int runLength() {
        return runLength;
    }

    /** Where the unix domain socket named after the port is put; empty for none. C clients look in {@code /tmp}. */
    public Optional<Path> socketDirectory() {
        return socketDirectory;
    }

    /** Bytes waiting for a client below which it counts as writable again. */
    public int writeLowWater() {
        return writeLowWater;
    }

    /** Bytes waiting for a client from which on messages to it are queued (and counted against MaxSessionMessages). */
    public int writeHighWater() {
        return writeHighWater;
    }

    /** Where {@code spread.access_ip} and {@code spread.access_pword} are looked for, before {@code /etc}. */
    public Path accessDirectory() {
        return accessDirectory;
    }

    /** Write session and membership lines to a file named as the daemon in the working directory ({@code -l y}). */
    public boolean eventLog() {
        return eventLog;
    }

    /** Open UDP, TCP and unix sockets; without, the daemon is alone and reachable by in-memory connections only. */
    public boolean network() {
        return network;
    }

    /**
     * Time without any answer of a client's host after which its TCP connection ends, whole seconds; it also ends a client that leaves its
     * full connection unread for so long, where the system counts that as no answer (Linux does). Zero leaves it to the system, which as a
     * rule takes two hours.
     */
    public Duration deadClientAfter() {
        return deadClientAfter;
    }

    /** Where people and programs that look after the daemon can ask it. */
    public AdminOptions admin() {
        return admin;
    }

    public DaemonOptions withKernel(KernelSettings value) {
        return with(next -> next.kernel = value);
    }

    public DaemonOptions withNio(boolean value) {
        return with(next -> next.nio = value);
    }

    /** @throws IllegalArgumentException if it is not positive */
    public DaemonOptions withReceiveBuffer(int value) {
        return with(next -> next.receiveBuffer = value);
    }

    /** @throws IllegalArgumentException if it is not in 1 to 64 */
    public DaemonOptions withRunLength(int value) {
        return with(next -> next.runLength = value);
    }

    public DaemonOptions withSocketDirectory(Optional<Path> value) {
        return with(next -> next.socketDirectory = value);
    }

    /** @throws IllegalArgumentException unless {@code 0 < low <= high} */
    public DaemonOptions withWriteWater(int low, int high) {
        return with(next -> {
            next.writeLowWater = low;
            next.writeHighWater = high;
        });
    }

    public DaemonOptions withAccessDirectory(Path value) {
        return with(next -> next.accessDirectory = value);
    }

    public DaemonOptions withEventLog(boolean value) {
        return with(next -> next.eventLog = value);
    }

    public DaemonOptions withNetwork(boolean value) {
        return with(next -> next.network = value);
    }

    /** @throws IllegalArgumentException if it is not in 0 s to a day */
    public DaemonOptions withDeadClientAfter(Duration value) {
        return with(next -> next.deadClientAfter = value);
    }

    /** How the ring is sealed; empty: not at all. */
    public Optional<SealOptions> seal() {
        return seal;
    }

    /** Has every datagram of the ring encrypted and authenticated (security 2); all daemons of it need the same keys. */
    public DaemonOptions withSeal(SealOptions value) {
        return with(next -> next.seal = Optional.of(value));
    }

    /** The port on which clients speak TLS; empty: there is none. */
    public Optional<TlsOptions> tls() {
        return tls;
    }

    /** Serves clients that speak TLS on a port of their own (security 3). */
    public DaemonOptions withTls(TlsOptions value) {
        return with(next -> next.tls = Optional.of(value));
    }

    /** The access file; empty: clients may do everything, and whoever reaches the admin endpoint may ask it. */
    public Optional<Path> access() {
        return access;
    }

    /** Has clients, and who asks the admin endpoint, do only what this file allows (security 4). */
    public DaemonOptions withAccess(Path value) {
        return with(next -> next.access = Optional.of(value));
    }

    /** The key file of monitors; empty: the rules of {@code DangerousMonitor} hold. */
    public Optional<Path> monitorKey() {
        return monitorKey;
    }

    /** Has monitors sign what changes something with a key of this file (security 5), which only its owner may read. */
    public DaemonOptions withMonitorKey(Path value) {
        return with(next -> next.monitorKey = Optional.of(value));
    }

    /** Clients may send passwords in the clear (the method PWORD), where the configuration allows it. */
    public boolean clearPasswords() {
        return clearPasswords;
    }

    /** Without, a password is proved by SCRAM-SHA-256 or not at all (configuration 7.1); C clients cannot do that. */
    public DaemonOptions withClearPasswords(boolean value) {
        return with(next -> next.clearPasswords = value);
    }

    public DaemonOptions withAdmin(AdminOptions value) {
        return with(next -> next.admin = value);
    }

    /** What the network does to the datagrams this daemon sends; empty: nothing. */
    public Optional<NetworkFaults> networkFaults() {
        return faults;
    }

    /** Has datagrams of the ring lost and delayed before they are sent; for tests. */
    public DaemonOptions withNetworkFaults(NetworkFaults value) {
        return with(next -> next.faults = Optional.of(value));
    }
}
