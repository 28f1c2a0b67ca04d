package org.flushspread.flush;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.Service;
import org.flushspread.flush.replica.Failure;
import org.flushspread.flush.replica.LogLength;
import org.flushspread.flush.replica.Quorum;
import org.flushspread.flush.replica.ReplicaReason;
import org.flushspread.flush.replica.ReplicaSettings;
import org.flushspread.flush.replica.SkippedCommand;
import org.flushspread.flush.store.FileStore;
import org.flushspread.flush.store.Fsync;
import org.flushspread.flush.store.Store;
import org.flushspread.flush.store.WhenDamaged;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * How a member of a replicated state machine behaves. Immutable: each method answers new options.
 *
 * <p>One class because a program looks for an option in one place; each is a field, its standard and the method that checks and changes it.
 */
public final class ReplicaOptions implements Cloneable {
    static final ReplicaOptions DEFAULT = new ReplicaOptions();
    private static final String NO_DIRECTORY = "store(null, ..): give the directory of the store, a Path";
    private static final String NO_FSYNC = "store(.., null): say when the log is forced, for example Fsync.ALWAYS";
    private static final String NO_COMMAND =
            "skipping(null): name the command to skip, as the report of the member does";

    private String name = "";
    private Quorum quorum = Quorum.dynamicMajority();
    private boolean founder;
    private boolean observer;
    private Store store = Store.inMemory();
    private Service service = Service.SAFE;
    private boolean waitForPrimary = true;
    private boolean readOutsidePrimary = true;
    private int maxOutstanding = 50_000;
    private Duration patience = Duration.ZERO;
    private Duration suspectAfter = Duration.ofSeconds(3);
    private Duration closeTimeout = Duration.ofSeconds(10);
    private List<SkippedCommand> skipping = List.of();
    private InstantSource clock = InstantSource.system();
    private int snapshotEvery = ReplicaSettings.DEFAULT.snapshotEvery();
    private int hashEvery = ReplicaSettings.DEFAULT.hashEvery();
    private long snapshotBytes = 256L << 20;
    private long snapshotRate = 100L << 20;
    private long maxState = ReplicaSettings.DEFAULT.stateBytes();
    private long catchUpBytes = ReplicaSettings.DEFAULT.catchUpBytes();
    private boolean servesClients;
    private UnaryOperator<ConnectOptions> connection = UnaryOperator.identity();
    private BiConsumer<ReplicaReason, String> report = (reason, text) ->
            LoggerFactory.getLogger(ReplicatedStateMachine.class).warn("{}: {}", reason, text);

    private ReplicaOptions() {}

    /** The one place that copies; a change is made to the copy before anybody else sees it. */
    private ReplicaOptions with(Consumer<ReplicaOptions> change) {
        try {
            ReplicaOptions next = (ReplicaOptions) clone();
            change.accept(next);
            return next;
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    /** When members may form a primary component; {@link Quorum#dynamicMajority()} if nothing is said. */
    public ReplicaOptions primary(Quorum value) {
        required(
                value,
                "primary(null): say when members may form a primary component, for example Quorum.majorityOf(3)");
        return with(next -> next.quorum = value);
    }

    /**
     * True lets this member found a new history with whoever is present, if nobody in the group has one. For one member, at its first
     * start only: started again with an empty store while others live on apart from it, it would found a second history.
     */
    public ReplicaOptions founder(boolean value) {
        return with(next -> {
            next.founder = value;
            next.checkObserver();
        });
    }

    /**
     * This member follows: it gets the state and every command and may be read at every {@link Consistency}, as near to its readers as it
     * is, but it counts in no quorum, nobody waits for its disk, and what is submitted here is refused ({@link Failure#OBSERVER}). A group
     * can have any number of observers; {@link #primary} does not count them. To make a voting member of it close it and start it without
     * this, with the same store if it has one: it is the same member then, and catches up from there.
     */
    public ReplicaOptions observer() {
        return with(next -> {
            next.observer = true;
            next.checkObserver();
        });
    }

    private void checkObserver() {
        if (observer && founder) {
            throw new IllegalArgumentException(
                    "an observer founds no history: give founder(true) to a member that is none, or leave observer() out");
        }
    }

    /** Keeps the log in this directory, forced to the device before results are given out. */
    public ReplicaOptions store(Path directory) {
        return store(directory, Fsync.ALWAYS);
    }

    /** Keeps the log in this directory. A member whose store is damaged does not start. */
    public ReplicaOptions store(Path directory, Fsync fsync) {
        required(directory, NO_DIRECTORY);
        required(fsync, NO_FSYNC);
        return store(new FileStore(directory, fsync));
    }

    /** Keeps the log in this directory, and says what becomes of this member when what is there is damaged. */
    public ReplicaOptions store(Path directory, Fsync fsync, WhenDamaged whenDamaged) {
        required(directory, NO_DIRECTORY);
        required(fsync, NO_FSYNC);
        required(whenDamaged, "store(.., null): say what becomes of a damaged store, for example WhenDamaged.REFUSE");
        return store(new FileStore(directory, fsync, whenDamaged));
    }

    /**
     * Where this member keeps its memory; {@link Store#inMemory()} if nothing is said. All members with a vote have a durable store, or none.
     */
    public ReplicaOptions store(Store value) {
        required(value, "store(null): say where this member keeps its memory, for example Store.inMemory()");
        return with(next -> next.store = value);
    }

    /** Private name of the connection, at most 10 characters; the daemon chooses one if nothing is said. */
    public ReplicaOptions name(String value) {
        required(value, "name(null): give a private name, or an empty text to let the daemon choose one");
        return with(next -> next.name = value);
    }

    /** {@link Service#SAFE} if nothing is said; {@link Service#AGREED} is faster, and a partition or a crash may undo results. */
    public ReplicaOptions service(Service value) {
        required(value, "service(null): commands are sent SAFE or AGREED");
        if (value != Service.SAFE && value != Service.AGREED) {
            throw new IllegalArgumentException("commands are sent SAFE or AGREED, not " + value);
        }
        return with(next -> next.service = value);
    }

    /** Commands submitted outside of a primary component are refused; without this they wait for one. */
    public ReplicaOptions rejectOutsidePrimary() {
        return with(next -> next.waitForPrimary = false);
    }

    /** Reads outside of a primary component, of a state that may be old, are refused; without this they are answered. */
    public ReplicaOptions rejectReadsOutsidePrimary() {
        return with(next -> next.readOutsidePrimary = false);
    }

    /** Commands submitted and not finished, at the most (50,000); one more is refused with QUEUE_FULL. */
    public ReplicaOptions maxOutstanding(int commands) {
        return maxOutstanding(commands, Duration.ZERO);
    }

    /**
     * Commands submitted and not finished, at the most; {@link ReplicatedStateMachine#submit} of one more waits this long for a place (not
     * at all, if nothing is said), then the command is refused.
     */
    public ReplicaOptions maxOutstanding(int commands, Duration patience) {
        if (commands < 1) {
            throw new IllegalArgumentException("at least one command must be allowed, not " + commands);
        }
        required(patience, "maxOutstanding(n, null): say how long submit waits for a place, for example Duration.ZERO");
        return with(next -> {
            next.maxOutstanding = commands;
            next.patience = patience;
        });
    }

    /**
     * How long {@link ReplicatedStateMachine#close} waits for the internal thread (10 seconds). A thread that hangs in code of the
     * application or in the device of the store is left behind then, without connection and store.
     */
    public ReplicaOptions closeTimeout(Duration value) {
        required(value, "closeTimeout(null): say how long close waits, for example Duration.ofSeconds(10)");
        if (value.isNegative()) {
            throw new IllegalArgumentException("close cannot wait for " + value);
        }
        return with(next -> next.closeTimeout = value);
    }

    /**
     * Takes commands out of the history, each because its {@link StateMachine#apply} throws an {@link Error} at every member and keeps all
     * of them from starting; the report of the member that stopped names it. What a command did that was acknowledged is lost with it.
     *
     * <p>To be given to all members, and only while a durable store has the command. Members that skip a command go on in another history
     * than members that do not, which are refused (OTHER_LINEAGE) until they are told to skip it too. A member that has applied the command
     * in a snapshot refuses to start with this. When all members have been started with it once, it has no effect any more.
     *
     * @param commands for example {@code 17-9f3a5c01d2e3f405-a1b2c3d4e5f60718}
     */
    public ReplicaOptions skipping(String... commands) {
        List<SkippedCommand> all = new ArrayList<>(skipping);
        for (String each : required(commands, NO_COMMAND)) {
            all.add(SkippedCommand.parse(required(each, NO_COMMAND)));
        }
        all.sort(Comparator.comparingLong(SkippedCommand::index));
        return with(next -> next.skipping = List.copyOf(all));
    }

    /**
     * How long a member may not answer before the others go on without it (3 seconds): it is stopped, or its {@link StateMachine} or a
     * listener does not come back, or it is another program. It learns that, joins again and catches up. Give all members the same, and
     * longer than any command takes to apply and the state to save.
     */
    public ReplicaOptions suspectAfter(Duration value) {
        required(value, "suspectAfter(null): say how long a member may be silent, for example Duration.ofSeconds(3)");
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("members must be given more time than nothing before they are excluded");
        }
        return with(next -> next.suspectAfter = value);
    }

    /**
     * The clock whose time this member's commands bring into the log ({@link ApplyContext#time}), and by which it sees that timers are due;
     * that of the system if nothing is said.
     */
    public ReplicaOptions clock(InstantSource value) {
        required(value, "clock(null): give the clock of this member, for example InstantSource.system()");
        return with(next -> next.clock = value);
    }

    /** Commands in the log after which a snapshot takes their place (100,000), those of earlier runs among them. Only with a durable store. */
    public ReplicaOptions snapshotEvery(int commands) {
        if (commands < 1) {
            throw new IllegalArgumentException("a snapshot every " + commands + " commands is not possible");
        }
        return with(next -> next.snapshotEvery = commands);
    }

    /**
     * Commands after which members tell each other a hash of their states (8,192; 0 for never), so that a state machine that is not
     * deterministic is found: reported (STATES_DIFFER) with the members and the commands between which their states have parted. A state
     * that takes long to hash is hashed more seldom. Give all members the same.
     */
    public ReplicaOptions hashEvery(int commands) {
        if (commands < 0) {
            throw new IllegalArgumentException("states cannot be compared every " + commands + " commands");
        }
        return with(next -> next.hashEvery = commands);
    }

    /**
     * Bytes of the log after which a snapshot takes its place (256 MB), but not before the log is as long as the last snapshot. Only with a
     * durable store.
     */
    public ReplicaOptions snapshotEveryBytes(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("a snapshot every " + bytes + " bytes is not possible");
        }
        return with(next -> next.snapshotBytes = bytes);
    }

    /** Bytes of a snapshot written in a second, at the most (100 MB): what is left of the device is for the log. Only with a durable store. */
    public ReplicaOptions snapshotRate(long bytesPerSecond) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException(
                    "a snapshot cannot be written with " + bytesPerSecond + " bytes a second");
        }
        return with(next -> next.snapshotRate = bytesPerSecond);
    }

    /** Bytes of the largest state taken from another member (any), and of commands kept in memory while it is on the way (256 MB). */
    public ReplicaOptions limits(long stateBytes, long catchUp) {
        return with(next -> {
            next.maxState = stateBytes;
            next.catchUpBytes = catchUp;
        });
    }

    /**
     * Clients that are no members may use the group through this member ({@code ReplicaClient}): it keeps a second connection and a thread
     * for their requests. The state machine says how its results travel ({@link StateMachine#answers}), and answers what clients ask
     * ({@link StateMachine#query}). The codec of commands is then used by two threads.
     */
    public ReplicaOptions serveClients() {
        return with(next -> next.servesClients = true);
    }

    /** Changes the options of each connection before it is made: authentication, a link in memory. */
    public ReplicaOptions connection(UnaryOperator<ConnectOptions> change) {
        required(change, "connection(null): give what changes the options of each connection");
        return with(next -> next.connection = change);
    }

    /**
     * Gets what a person should know; the log if nothing is said. Called on the internal thread, or on another one if the internal one
     * hangs while the member is closed. What it throws goes to the uncaught exception handler.
     */
    public ReplicaOptions onReport(BiConsumer<ReplicaReason, String> to) {
        required(to, "onReport(null): give what takes reports");
        return with(next -> next.report = to);
    }

    String name() {
        return name;
    }

    Store store() {
        return store;
    }

    Duration suspectAfter() {
        return suspectAfter;
    }

    Duration closeTimeout() {
        return closeTimeout;
    }

    InstantSource clock() {
        return clock;
    }

    int maxOutstanding() {
        return maxOutstanding;
    }

    /** How long a submission waits for a place. */
    Duration patience() {
        return patience;
    }

    boolean readsOutsidePrimary() {
        return readOutsidePrimary;
    }

    boolean servesClients() {
        return servesClients;
    }

    /** With the changes of the program, and a name that the daemon chooses. */
    ConnectOptions connectDesk(String daemon, Duration timeout) {
        return connection.apply(ConnectOptions.of(daemon, "").withTimeout(timeout));
    }

    List<SkippedCommand> skipped() {
        return skipping;
    }

    long snapshotRate() {
        return snapshotRate;
    }

    LogLength logLength() {
        return new LogLength(snapshotEvery, snapshotBytes);
    }

    /** With the changes of the program. */
    ConnectOptions connect(String daemon, Duration timeout) {
        return connection.apply(ConnectOptions.of(daemon, name).withTimeout(timeout));
    }

    BiConsumer<ReplicaReason, String> report() {
        return report;
    }

    ReplicaSettings settings() {
        ReplicaSettings standard = ReplicaSettings.DEFAULT;
        return new ReplicaSettings(
                quorum,
                founder,
                observer,
                store.isDurable(),
                service,
                waitForPrimary,
                maxOutstanding,
                standard.queueBytes(),
                standard.batchCommands(),
                standard.batchBytes(),
                standard.commandBytes(),
                standard.batchesInFlight(),
                standard.chunkBytes(),
                standard.chunksInFlight(),
                catchUpBytes,
                maxState,
                standard.attempts(),
                snapshotEvery,
                hashEvery);
    }

    /** Refuses null where it is given, and says how to mend it. */
    private static <T> T required(@Nullable T value, String otherwise) {
        if (value == null) {
            throw new IllegalArgumentException(otherwise);
        }
        return value;
    }
}
