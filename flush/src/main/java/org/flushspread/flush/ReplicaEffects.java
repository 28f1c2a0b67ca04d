package org.flushspread.flush;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import org.flushspread.client.Service;
import org.flushspread.flush.replica.Charter;
import org.flushspread.flush.replica.Failure;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.ReplicaOutput;
import org.flushspread.flush.replica.ReplicaReason;
import org.flushspread.flush.replica.ReplicaSettings;
import org.flushspread.flush.replica.Role;
import org.flushspread.flush.replica.StateImage;
import org.flushspread.flush.replica.Version;
import org.jspecify.annotations.Nullable;

/** What the replica of a member does: to the group, the state machine, the store and those who wait for results. */
final class ReplicaEffects<S extends StateMachine<C, R>, C, R> implements ReplicaOutput {
    /** An {@link Error} of the state machine: what it made of the state is not known. */
    static final class Poison extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final long ticket;
        final byte[] command;
        final Error error;

        Poison(long ticket, byte[] command, Error error) {
            super(error);
            this.ticket = ticket;
            this.command = command;
            this.error = error;
        }
    }

    private final String group;
    private final ReplicaSettings settings;
    private final ReplicaConnection connection;
    private final ReplicaApplication<S, C, R> application;
    private final MemberStore store;
    private final Snapshots snapshots;
    private final ArrivingState arriving;
    private final Tickets<S> tickets;
    private final Tellings tellings;
    private final Roles roles;
    private final ReplicaEnd end;

    ReplicaEffects(
            String group,
            ReplicaSettings settings,
            ReplicaConnection connection,
            ReplicaApplication<S, C, R> application,
            MemberStore store,
            Snapshots snapshots,
            Tickets<S> tickets,
            Tellings tellings,
            Roles roles,
            ReplicaEnd end) {
        this.group = group;
        this.settings = settings;
        this.connection = connection;
        this.application = application;
        this.store = store;
        this.snapshots = snapshots;
        this.arriving = new ArrivingState(store, application);
        this.tickets = tickets;
        this.tellings = tellings;
        this.roles = roles;
        this.end = end;
    }

    // ---- the group

    @Override
    public void multicast(Service service, byte[] message) {
        connection.send(joined -> joined.multicastSoon(service, message));
    }

    @Override
    public void send(List<String> receivers, byte[] message) {
        connection.send(joined -> joined.subgroupcastSoon(Service.AGREED, receivers, message));
    }

    @Override
    public void consent() {
        connection.send(FlushGroup::flushSoon);
    }

    @Override
    public void rejoin() {
        connection.rejoin();
    }

    // ---- the state machine

    @Override
    public void apply(long ticket, long index, long fingerprint, ByteBuffer command) {
        int start = command.position();
        try {
            application.apply(ticket == 0 ? null : tickets.get(ticket), index, fingerprint, command);
            tellPassedOver(index);
        } catch (Error e) {
            // Of no use any more, and perhaps what takes the memory.
            application.forget();
            byte[] bytes = new byte[command.limit() - start];
            command.get(start, bytes);
            throw new Poison(ticket, bytes, e);
        }
    }

    private void tellPassedOver(long index) {
        List<String> gone = application.timers().takePassedOver();
        if (!gone.isEmpty()) {
            report(
                    ReplicaReason.POISONED_COMMAND,
                    "with command " + (index - 1) + ", which was skipped, timers " + gone
                            + " are gone without having fired: set again by a command those that are wanted");
        }
    }

    @Override
    public OptionalLong stateHash(long index) {
        return application.stateHash(index, settings.hashEvery());
    }

    @Override
    public Charter charter() {
        return application.agreed().charter();
    }

    @Override
    public StateImage freeze() {
        return snapshots.image();
    }

    @Override
    public @Nullable StateImage freezeAtNoCost() {
        return snapshots.imageAtNoCost();
    }

    @Override
    public void beginState() {
        arriving.begin();
    }

    @Override
    public void addState(ByteBuffer bytes) {
        arriving.add(bytes);
    }

    @Override
    public void dropState() {
        arriving.drop();
    }

    @Override
    public boolean loadState(Version version) {
        Exception refused = arriving.load(version);
        if (refused != null) {
            report(ReplicaReason.STATE_NOT_ACCEPTED, application.name() + ".load failed: " + refused);
        }
        return refused == null;
    }

    @Override
    public void read(long ticket) {
        Ticket<S> mine = tickets.get(ticket);
        if (mine != null) {
            application.read(mine);
        }
    }

    // ---- results

    @Override
    public boolean sending(long ticket) {
        Ticket<S> mine = tickets.get(ticket);
        return mine != null && mine.send();
    }

    @Override
    public void completed(long ticket) {
        outcome(ticket, null);
    }

    @Override
    public void failed(long ticket, Failure why) {
        outcome(
                ticket,
                switch (why) {
                    case UNCERTAIN -> end.uncertain();
                    case NOT_PRIMARY ->
                        new ReplicaException(why, "this member is not in a primary component of group '" + group + "'");
                    case OBSERVER ->
                        new ReplicaException(
                                why,
                                "this member is an observer of group '" + group + "': submit at a member that is none,"
                                        + " or as a client of one that serves clients");
                    case QUEUE_FULL ->
                        new ReplicaException(
                                why,
                                settings.queueCommands() + " commands, or " + (settings.queueBytes() >> 20)
                                        + " MB of them, wait to be sent; no more are taken");
                    case TOO_LARGE ->
                        new ReplicaException(why, "the command takes more than " + settings.commandBytes() + " bytes");
                    case TIMED_OUT, OTHER_HISTORY, SESSION_OVER ->
                        throw new IllegalStateException("the replica knows no " + why);
                    case CLOSED -> end.exception();
                });
    }

    private void outcome(long number, @Nullable Throwable replaced) {
        Ticket<S> ticket = tickets.get(number);
        if (ticket != null) {
            if (replaced != null) {
                ticket.failure = replaced;
            }
            tellings.add("a callback of a future", () -> give(ticket));
        }
    }

    private void give(Ticket<S> ticket) {
        try {
            tickets.end(ticket);
        } catch (Throwable e) {
            if (!ticket.future.isDone()) {
                // No memory to say so; the end of the member tries it again.
                end.because(e);
            }
            throw e;
        }
    }

    // ---- the store

    @Override
    public void append(long epoch, long index, ByteBuffer command) {
        store.append(epoch, index, command);
    }

    @Override
    public boolean isSnapshotDue(long index, int place, int members) {
        return store.isSnapshotDue(index, place, members);
    }

    @Override
    public void sync() {
        store.sync();
    }

    @Override
    public void record(Metadata metadata) {
        store.record(metadata);
    }

    @Override
    public void snapshot(Version version, Metadata metadata) {
        store.replace(application::saveTo, version, metadata);
    }

    @Override
    public void storeState(Metadata metadata) {
        arriving.commit(metadata);
    }

    @Override
    public void beginSnapshot(Version version) {
        snapshots.begin(version);
    }

    // ---- the user

    @Override
    public void role(Role next) {
        if (!end.isReached()) {
            if (next.hasPrimary()) {
                connection.settled();
            }
            roles.change(next);
        }
    }

    @Override
    public void report(ReplicaReason reason, String text) {
        tellings.report(reason, text);
    }
}
