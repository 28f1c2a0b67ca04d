package org.flushspread.flush.replica;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.flushspread.client.Service;
import org.flushspread.flush.store.Recovered;
import org.flushspread.flush.store.SavedState;
import org.flushspread.flush.store.SimulatedDisk;
import org.flushspread.flush.store.SnapshotWriter;
import org.flushspread.flush.store.Store;
import org.flushspread.flush.store.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * One process of a simulation: a replica, its state machine and its disk.
 *
 * <p>One class because it is the whole far side of a replica, which may die at each of its effects: what comes to the replica and what it does
 * are read side by side. What users ask is in {@link UserCommands}.
 */
final class Member implements FlushNetwork.Receiver, ReplicaOutput {
    /** The process dies in the middle of what it does. */
    static final class Crash extends RuntimeException {
        /** A command is the cause, which the state machine cannot apply. */
        final boolean poison;

        Crash(boolean poison) {
            super("crash", null, false, false);
            this.poison = poison;
        }
    }

    /** In a command, above its number: 1 if no member can apply it, 2 and more for the member that cannot. */
    static final int POISON_SHIFT = 40;

    /** Prints what happens, to look into one seed. */
    private static final boolean TRACE = Boolean.getBoolean("replica.trace");

    final String name;
    private final int place;
    final MemberId id;
    final Replica replica;
    final SimulatedMachine machine;
    final List<Long> history;
    private final @Nullable LongSupplier clock;
    final List<String> reports = new ArrayList<>();
    private final @Nullable SimulatedDisk disk;
    private final @Nullable Store store;
    private @Nullable Metadata recorded;
    private final LogLength logged;
    /** A snapshot that is written while the log goes on. */
    private @Nullable SnapshotWriter writing;

    private @Nullable ByteBuffer unwritten;
    private Version writes = Version.INITIAL;
    private boolean finished;
    /** A state that comes from another member. */
    private final ByteArrayOutputStream arrived = new ByteArrayOutputStream();

    private @Nullable SnapshotWriter arriving;
    private final List<Observer> observers;
    private final int atStart;
    private final boolean observes;
    final UserCommands users;
    private @Nullable Link link;
    private Primary formed = Primary.NONE;
    /** The transfer of which it got the last piece, and whether that had begun in an earlier view. */
    private long transfer;

    private boolean goesOn;
    /** Effects until the process dies; negative: it does not. */
    int crashIn = -1;

    boolean rejoin;
    /** It has sent a vote in this step. */
    boolean voted;
    /** It has saved its state in this step, perhaps to hand it out. */
    boolean saved;
    /** Some pieces of its state are not there when they are asked for. */
    boolean hasLatePieces;
    /** The next piece of its state is damaged before it is sent. */
    boolean damagesAPiece;
    /** It lost its connection, and with it perhaps what was confirmed to others. */
    boolean everDisconnected;

    boolean dead;

    Member(
            String name,
            int place,
            MemberId fresh,
            @Nullable SimulatedDisk disk,
            ReplicaSettings settings,
            List<Observer> observers) {
        this(name, place, fresh, disk, settings, observers, new ListMachine(false), null);
    }

    /** @param clock null for a state machine without context */
    Member(
            String name,
            int place,
            MemberId fresh,
            @Nullable SimulatedDisk disk,
            ReplicaSettings settings,
            List<Observer> observers,
            SimulatedMachine machine,
            @Nullable LongSupplier clock) {
        this.clock = clock;
        this.machine = machine;
        this.history = machine.history();
        this.name = name;
        this.place = place;
        this.observers = observers;
        this.users = new UserCommands(this, observers);
        this.observes = settings.observer();
        this.atStart = settings.quorum().members();
        this.logged = new LogLength(settings.snapshotEvery(), Long.MAX_VALUE / 4);
        this.disk = disk;
        Metadata memory = Metadata.fresh(fresh);
        Version version = Version.INITIAL;
        boolean halted = false;
        this.store = disk == null ? null : disk.start();
        if (store != null) {
            Recovered found = store.open();
            Metadata known = found.metadata();
            MemberId lost = found.forgotten();
            if (known == null) {
                memory = lost == null ? memory : Metadata.forgotten(fresh, lost);
                store.record(memory);
            } else {
                memory = known;
                version = recover(found, known);
                halted = history.size() < version.index();
            }
            recorded = memory;
        }
        this.id = memory.self();
        this.replica = new Replica(memory, version, halted, settings, this);
    }

    private Version recover(Recovered from, Metadata known) {
        SavedState snapshot = from.snapshot();
        if (snapshot != null) {
            try (InputStream in = snapshot.open()) {
                machine.decode(in.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        Version base = from.snapshotVersion();
        Chain chain = new Chain(base.chainHigh(), base.chainLow());
        long index = base.index();
        List<byte[]> log = new ArrayList<>(from.commands());
        log.forEach(command -> logged.add(command.length));
        for (int i = 0; i < log.size(); i++) {
            ByteBuffer command = ByteBuffer.wrap(log.get(i));
            chain.add(command);
            index++;
            boolean last = i + 1 == log.size();
            SkippedCommand here = SkippedCommand.of(index, chain, known.lineage());
            if (machine.hasContext()) {
                machine.apply(index, chain.high(), command, (timer, time) -> {});
            } else if (!last && LogEntry.skips(ByteBuffer.wrap(log.get(i + 1)), here)) {
                history.add(-index);
            } else if (LogEntry.isSkip(command)) {
                history.add(-index);
            } else if (!isPoison(command.getLong())) {
                history.add(command.getLong(0));
            } else if (!last) {
                throw new Violation("PoisonIsLast", name + " has applied what it cannot apply");
            }
        }
        return new Version(known.epoch(), index, chain.high(), chain.low());
    }

    private boolean isPoison(long command) {
        long prey = command >> POISON_SHIFT;
        return prey == 1 || prey == place + 2;
    }

    // ---- what the simulation does with it

    void connect(Link to) {
        link = to;
        replica.connected(to.name());
    }

    @Nullable
    Link link() {
        return link;
    }

    /** The state machine of those simulations that check what it does with its context. */
    ListMachine list() {
        return (ListMachine) machine;
    }

    void disconnect() {
        link = null;
        trace("disconnected");
        replica.disconnected();
    }

    long now() {
        return Objects.requireNonNull(clock).getAsLong();
    }

    void crashNow(Random random) {
        trace("crash");
        observers.forEach(o -> o.crashed(this));
        dead = true;
        if (disk != null) {
            if (random.nextInt(150) == 0) {
                disk.rot(random);
            } else {
                disk.crash(random);
            }
        }
    }

    private void trace(String what) {
        if (TRACE) {
            System.out.println(name + " " + replica.version() + " " + what + "; last " + replica.lastPrimary()
                    + " attempts " + replica.attempts());
        }
    }

    /** How many members the group is meant to have, as far as its state and its settings say; 0 for no number. */
    int meant() {
        return charter().members() == Charter.AS_STARTED ? atStart : charter().members();
    }

    /** True if it has no vote. */
    boolean observes() {
        return observes;
    }

    boolean isPrimary() {
        return replica.role() == Role.PRIMARY;
    }

    void did(String what, byte... bytes) {
        observers.forEach(o -> o.did(this, what, bytes));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private void effect() {
        if (crashIn > 0 && --crashIn == 0) {
            throw new Crash(false);
        }
    }

    // ---- what the flush layer delivers

    @Override
    public void view(List<String> members) {
        observers.forEach(o -> o.viewBegins(this));
        replica.view(members);
        trace("view " + members);
    }

    @Override
    public void transition() {
        trace("transition");
        replica.transition();
    }

    @Override
    public void excluded() {
        link = null;
        trace("excluded");
        replica.excluded();
    }

    @Override
    public void flushRequest() {
        replica.flushRequest();
    }

    @Override
    public void message(String from, byte[] bytes) {
        if (ReplicaCodec.decode(ByteBuffer.wrap(bytes)) instanceof ReplicaMessage.Chunk chunk
                && chunk.under() != transfer) {
            transfer = chunk.under();
            goesOn = chunk.offset() > 0;
        }
        try {
            replica.message(from, ByteBuffer.wrap(bytes));
        } catch (Crash crash) {
            if (recorded == null || recorded.lastPrimary().equals(replica.lastPrimary())) {
                seeFormed();
            }
            throw crash;
        }
        seeFormed();
    }

    /** Of one message follows one primary at the most; that the process dies behind the record of it makes it no less formed. */
    private void seeFormed() {
        Primary last = replica.lastPrimary();
        if (isPrimary() && !last.equals(formed)) {
            formed = last;
            trace("formed " + last);
            observers.forEach(o -> o.formed(this, last, history));
        }
    }

    // ---- what the replica does

    private Link connected() {
        Link now = link;
        if (now == null) {
            throw new IllegalStateException(name + " sends without a connection");
        }
        return now;
    }

    @Override
    public void multicast(Service service, byte[] message) {
        did("multicast " + service, message);
        effect();
        if (ReplicaCodec.decode(ByteBuffer.wrap(message)) instanceof ReplicaMessage.Vote vote) {
            voted = true;
            trace("votes, " + vote);
        }
        connected().send(service, null, message);
    }

    @Override
    public void send(List<String> receivers, byte[] message) {
        did("send " + receivers, message);
        effect();
        if (damagesAPiece
                && ReplicaCodec.decode(ByteBuffer.wrap(message)) instanceof ReplicaMessage.Chunk chunk
                && chunk.bytes().hasRemaining()) {
            damagesAPiece = false;
            message[message.length - 1] ^= 4;
        }
        connected().send(Service.AGREED, receivers, message);
    }

    @Override
    public void consent() {
        did("consent");
        effect();
        connected().consent();
    }

    @Override
    public void rejoin() {
        trace("rejoin");
        did("rejoin");
        rejoin = true;
    }

    @Override
    public void apply(long ticket, long index, long fingerprint, ByteBuffer command) {
        did("apply " + ticket, bytes(command));
        if (machine.hasContext()) {
            long before = machine.time();
            Object answer = machine.apply(
                    index, fingerprint, command, (timer, time) -> observers.forEach(o -> o.fired(this, timer, time)));
            users.answered(ticket, answer);
            observers.forEach(o -> o.timePassed(this, before, machine.time()));
            applied(ticket);
            return;
        }
        long what = command.getLong(command.position());
        if (LogEntry.isSkip(command)) {
            what = -replica.version().index();
            history.add(what + 1);
            observers.forEach(o -> o.skipped(this, replica.version().index() - 1));
        } else if (isPoison(what)) {
            // The member ends, and closes its store.
            if (disk != null) {
                onDisk(Store::close);
            }
            throw new Crash(true);
        }
        history.add(what);
        applied(ticket);
    }

    private void applied(long ticket) {
        users.applied(ticket, history.size());
        long what = history.get(history.size() - 1);
        observers.forEach(o -> o.applied(this, what, replica.version(), history));
    }

    @Override
    public OptionalLong stateHash(long index) {
        return OptionalLong.of(machine.digest());
    }

    @Override
    public Charter charter() {
        return machine.hasContext() ? machine.charter() : Charter.NONE;
    }

    @Override
    public StateImage freeze() {
        saved = true;
        did("freeze");
        return new BytesImage(machine.encode(), hasLatePieces ? 3 + place : 0);
    }

    /** Some can, some cannot. */
    @Override
    public @Nullable StateImage freezeAtNoCost() {
        return place % 2 == 0 ? new BytesImage(machine.encode(), 0) : null;
    }

    @Override
    public void beginState() {
        did("begin state");
        effect();
        forgetSnapshot();
        arrived.reset();
        if (disk != null) {
            onDisk(to -> arriving = to.replace());
        }
    }

    @Override
    public void addState(ByteBuffer bytes) {
        byte[] piece = bytes(bytes);
        did("add state", piece);
        effect();
        arrived.writeBytes(piece);
        toDisk(to -> to.out().write(piece));
    }

    @Override
    public void dropState() {
        SnapshotWriter unwanted = arriving;
        arriving = null;
        arrived.reset();
        if (unwanted != null) {
            unwanted.abandon();
        }
    }

    /** Something that the device may refuse. */
    private interface Writes {
        void to(SnapshotWriter arriving) throws IOException;
    }

    private void toDisk(Writes what) {
        SnapshotWriter to = arriving;
        if (to != null) {
            try {
                what.to(to);
            } catch (IOException e) {
                trace(e.toString());
                throw new Crash(false);
            }
        }
    }

    @Override
    public boolean loadState(Version version) {
        byte[] state = arrived.toByteArray();
        did("load", state);
        effect();
        toDisk(to -> {
            to.finish(version);
            try (InputStream in = to.read()) {
                if (!Arrays.equals(in.readAllBytes(), state)) {
                    throw new AssertionError("the disk has another state than what came");
                }
            }
        });
        machine.decode(state);
        if (goesOn) {
            observers.forEach(o -> o.wentOn(this));
        }
        return true;
    }

    @Override
    public void completed(long ticket) {
        did("completed " + ticket);
        users.completed(ticket);
    }

    @Override
    public void failed(long ticket, Failure why) {
        users.failed(ticket, why);
    }

    @Override
    public boolean sending(long ticket) {
        return users.sending(ticket);
    }

    @Override
    public void read(long ticket) {
        users.found(ticket);
    }

    @Override
    public void append(long epoch, long index, ByteBuffer command) {
        byte[] bytes = bytes(command);
        did("append " + epoch + " " + index, bytes);
        effect();
        logged.add(bytes.length);
        onDisk(to -> to.append(epoch, index, ByteBuffer.wrap(bytes)));
    }

    @Override
    public void sync() {
        did("sync");
        effect();
        onDisk(Store::sync);
        writeSnapshot();
        effect();
    }

    @Override
    public boolean isSnapshotDue(long index, int at, int members) {
        return unwritten == null && arriving == null && logged.isSnapshotDue(index, at, members);
    }

    @Override
    public void beginSnapshot(Version version) {
        did("begin snapshot " + version);
        effect();
        onDisk(to -> writing = to.begin());
        unwritten = ByteBuffer.wrap(machine.encode());
        writes = version;
        logged.begun();
        observers.forEach(o -> o.loaded(this, version, history));
    }

    /** Part of it, as the thread does that writes it: then a part is written, it is finished, or takes its place. */
    private void writeSnapshot() {
        SnapshotWriter to = writing;
        ByteBuffer rest = unwritten;
        if (to == null || rest == null) {
            return;
        }
        try {
            if (rest.hasRemaining()) {
                byte[] part = new byte[Math.min(rest.remaining(), 200)];
                rest.get(part);
                to.out().write(part);
            } else if (!finished) {
                to.finish(writes);
                finished = true;
            } else {
                forgetSnapshot();
                onDisk(of -> to.commit(null));
                to.clear();
            }
        } catch (IOException e) {
            did("gives the snapshot up");
            forgetSnapshot();
            to.abandon();
        }
    }

    private void forgetSnapshot() {
        writing = null;
        unwritten = null;
        finished = false;
    }

    @Override
    public void record(Metadata metadata) {
        did("record", ReplicaCodec.encode(metadata));
        effect();
        onDisk(to -> to.record(metadata));
        recorded = metadata;
        effect();
    }

    @Override
    public void snapshot(Version version, Metadata metadata) {
        did("snapshot " + version, ReplicaCodec.encode(metadata));
        effect();
        byte[] state = machine.encode();
        onDisk(to -> to.snapshot(version, state, metadata));
        replaced(version, metadata);
    }

    @Override
    public void storeState(Metadata metadata) {
        did("store state", ReplicaCodec.encode(metadata));
        effect();
        SnapshotWriter arrivedAll = Objects.requireNonNull(arriving);
        onDisk(to -> arrivedAll.commit(metadata));
        arrivedAll.clear();
        arriving = null;
        replaced(replica.version(), metadata);
    }

    private void replaced(Version version, Metadata metadata) {
        forgetSnapshot();
        logged.begun();
        recorded = metadata;
        observers.forEach(o -> o.loaded(this, version, history));
        effect();
    }

    /** A device that fails ends the process. */
    private void onDisk(Consumer<Store> what) {
        Store now = store;
        if (now == null) {
            throw new IllegalStateException(name + " has no disk");
        }
        try {
            what.accept(now);
        } catch (StoreException e) {
            trace(e.toString());
            throw new Crash(false);
        }
    }

    @Override
    public void role(Role role) {
        trace("role " + role);
        did("role " + role);
    }

    @Override
    public void report(ReplicaReason reason, String text) {
        reports.add(reason + ": " + text);
        if (reason == ReplicaReason.STATES_DIFFER) {
            throw new Violation("EqualVersionsAreEqualStates", name + ": " + text);
        }
        did("report " + text);
        trace(reason + ": " + text);
    }

    @Override
    public String toString() {
        return name;
    }
}
