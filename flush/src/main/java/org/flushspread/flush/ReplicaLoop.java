package org.flushspread.flush;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.flushspread.client.MessageChannel;
import org.flushspread.flush.replica.Chain;
import org.flushspread.flush.replica.Failure;
import org.flushspread.flush.replica.Lineage;
import org.flushspread.flush.replica.Replica;
import org.flushspread.flush.replica.ReplicaReason;
import org.flushspread.flush.replica.SkippedCommand;
import org.flushspread.flush.replica.Version;
import org.jspecify.annotations.Nullable;

/**
 * The internal thread of a member: receives events and brings them to the replica, takes what was submitted, answers questions, and sends,
 * writes and acknowledges at the end of each turn.
 *
 * <p>The replica is never called from within itself: what it has to tell its user is told when its call has returned.
 */
final class ReplicaLoop<S extends StateMachine<?, ?>> {
    private static final long TICK_NANOS = 100_000_000;
    private static final int TICKS_PER_LOOK = 10;
    /** What lasts longer than this is told. */
    static final long SILENCE_NANOS = 5_000_000_000L;
    /** Messages taken in before commands are sent and results given out. */
    private static final int MESSAGES_PER_TURN = 16;

    private final ReplicaMember<S, ?, ?> member;
    private final String group;
    private final ReplicaInput input;
    private final ReplicaConnection connection;
    private final ReplicaApplication<S, ?, ?> application;
    private final Replica replica;
    private final Tickets<S> tickets;
    private final Tellings tellings;
    private final ReplicaEnd end;
    private final LogClock<S> clock;
    private final ConcurrentLinkedQueue<Runnable> questions = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile boolean waiting;
    /** When it took up what it is at; 0 while it waits for something to do. */
    private volatile long busySince;

    private int ticks;
    private long quietSince = System.nanoTime();
    private boolean standstillReported;

    ReplicaLoop(ReplicaMember<S, ?, ?> member, String group, Duration suspectAfter, InstantSource clock) {
        this.member = member;
        this.group = group;
        this.connection = member.connection();
        this.application = member.application();
        this.replica = member.replica();
        this.tickets = member.tickets();
        this.tellings = member.tellings();
        this.end = member.end();
        this.input = new ReplicaInput(group, suspectAfter, replica, connection, tellings, this::turn);
        this.clock = new LogClock<>(clock, member);
    }

    // ---- any thread

    /** There is something to do. */
    void wake() {
        if (woken.compareAndSet(false, true) && waiting) {
            connection.wake();
        }
    }

    /** Has something done on this thread, unless the member ends before. */
    void ask(Runnable question) {
        questions.add(question);
        wake();
    }

    long busySince() {
        return busySince;
    }

    // ---- the internal thread

    void run() {
        long nextTick = System.nanoTime() + TICK_NANOS;
        while (!end.isDue()) {
            try {
                long left = nextTick - System.nanoTime();
                receive(Math.min(left, clock.untilTimer()));
                answer();
                // However much there is to do: a member that is read all the time has to connect again too.
                if (left <= 0 && !end.isDue()) {
                    enter(this::tick);
                    nextTick = System.nanoTime() + TICK_NANOS;
                }
                enter(this::turn);
            } catch (Throwable e) {
                end.because(e);
            }
        }
        end.run(member);
        busySince = 0;
    }

    /** Takes what has come, and waits for it if there is nothing else to do. */
    private void receive(long nanos) {
        FlushEvent event = first(nanos);
        for (int taken = 0; event != null && taken < MESSAGES_PER_TURN && !end.isDue(); taken++) {
            FlushEvent now = event;
            enter(() -> input.take(now));
            event = taken + 1 < MESSAGES_PER_TURN ? connection.receive(0) : null;
        }
        enter(input::giveUpWhatIsLost);
    }

    private @Nullable FlushEvent first(long nanos) {
        busySince = 0;
        waiting = true;
        // Whoever wakes this thread from here on finds it waiting; who has done it before is seen.
        FlushEvent event = connection.receive(woken.get() ? 0 : Math.max(0, nanos));
        waiting = false;
        // Before what was submitted or asked is taken: what comes later wakes again.
        woken.set(false);
        busySince = System.nanoTime();
        return event;
    }

    private void answer() {
        Runnable question;
        while (!end.isDue() && (question = questions.poll()) != null) {
            question.run();
        }
    }

    /** Calls the replica, and then tells what came of it. What the call throws ends the member, but not in the middle of things. */
    private void enter(Runnable call) {
        if (end.isDue()) {
            return;
        }
        application.begins();
        try {
            call.run();
            application.endBatch();
        } catch (ReplicaEffects.Poison e) {
            end.because(poisoned(e));
            return;
        } catch (Throwable e) {
            end.because(e);
            return;
        }
        tellings.tell();
    }

    /** Names the command, for the person who may have to skip it. */
    private PoisonedCommandException poisoned(ReplicaEffects.Poison poison) {
        Version with = replica.version();
        Chain chain = new Chain(with.chainHigh(), with.chainLow());
        SkippedCommand command = SkippedCommand.of(with.index(), chain, replica.lineage());
        return new PoisonedCommandException(
                application.failed(),
                with.index(),
                poison.ticket,
                member.store().isDurable() ? command.toString() : "",
                poison.command,
                stateBefore(with, replica.lastStateHash()),
                poison.error);
    }

    /** What is known of the state, for the person who compares members. */
    static String stateBefore(Version with, String lastHash) {
        return "log " + with + " with hash " + Long.toHexString(with.chainHigh()) + Long.toHexString(with.chainLow())
                + (lastHash.isEmpty() ? "" : ", state with " + lastHash);
    }

    /** Hands over what was submitted, and sends, writes and acknowledges. */
    private void turn() {
        clock.letTimePass();
        Ticket<S> next;
        while ((next = tickets.next()) != null) {
            forgetWithdrawn();
            if (!next.isWithdrawn()) {
                take(next);
            }
        }
        forgetWithdrawn();
        replica.endOfTurn();
    }

    private void forgetWithdrawn() {
        Long withdrawn;
        while ((withdrawn = tickets.nextWithdrawn()) != null) {
            replica.withdraw(withdrawn);
        }
    }

    private void take(Ticket<S> next) {
        switch (next.request.kind()) {
            case ORDERED -> replica.submit(next.number, clock.stamped(next.request));
            case LINEARIZABLE -> replica.read(next.number);
            case PLACED -> {
                Token place = next.request.place();
                if (place != null
                        && !place.history().equals(replica.lineage())
                        && !replica.lineage().equals(Lineage.NONE)) {
                    next.failure = new ReplicaException(
                            Failure.OTHER_HISTORY,
                            "the token " + place + " is a place of another history than " + replica.lineage()
                                    + ", in which this member goes on");
                    tellings.add("a callback of a future", () -> tickets.end(next));
                } else {
                    replica.readBehind(next.number, place == null ? 0 : place.index());
                }
            }
        }
    }

    private void tick() {
        member.store().tick();
        input.tick();
        connection.tick();
        clock.tick();
        String name = connection.adoptFresh();
        if (name != null) {
            replica.connected(name);
        }
        if (++ticks % TICKS_PER_LOOK == 0) {
            lookForStandstill();
        }
    }

    private void lookForStandstill() {
        ReplicaStatus now = member.statusNow();
        boolean silent = connection.isConnected() && !now.silent().isEmpty();
        boolean stands =
                silent || (now.role().hasPrimary() && MessageChannel.nanos(now.oldestWaiting()) > SILENCE_NANOS);
        if (!stands) {
            quietSince = System.nanoTime();
            standstillReported = false;
        } else if (!standstillReported && (!silent || System.nanoTime() - quietSince > SILENCE_NANOS)) {
            standstillReported = true;
            tellings.report(
                    silent ? ReplicaReason.SILENT_MEMBERS : ReplicaReason.DELAYED,
                    silent
                            ? "members " + now.silent() + " of group '" + group
                                    + "' say nothing; nothing is decided without them. Is another program in the group?"
                            : "group '" + group + "': " + now.explanation());
        }
    }
}
