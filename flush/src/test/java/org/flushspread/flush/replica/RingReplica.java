package org.flushspread.flush.replica;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.flushspread.client.Service;
import org.flushspread.flush.check.RingSession;
import org.flushspread.flush.kernel.FlushOutput;
import org.flushspread.flush.kernel.GroupEvent;
import org.flushspread.flush.kernel.MembershipState;
import org.flushspread.flush.kernel.Outgoing;
import org.flushspread.flush.store.SimulatedDisk;
import org.flushspread.simulation.Application;
import org.flushspread.simulation.ClientWatch;
import org.flushspread.simulation.SimulatedClient;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/** A machine on which a member of a replicated state machine runs, dies and is started again, with a session on a simulated ring. */
final class RingReplica implements Application {
    private static final String GROUP = "g";
    private static final long MILLI = 1_000_000L;
    /** As many events as the shell that ships takes in between two turns. */
    private static final int EVENTS_PER_TURN = 16;

    private final RingReplicas all;
    private final Random random;
    private final int place;
    private @Nullable Member member;
    private @Nullable SimulatedDisk disk;
    private @Nullable Joined joined;
    private int lives;
    private long downUntil;
    private boolean calm;
    private long frozenUntil;
    private @Nullable RollCalls rollCalls;

    RingReplica(RingReplicas all, Random random, int place) {
        this.all = all;
        this.random = random;
        this.place = place;
    }

    /** A plain client that joins the group and says nothing. */
    boolean isStranger() {
        return place == all.strangerAt;
    }

    private boolean isFrozen() {
        return all.now() < frozenUntil;
    }

    void begin() {
        if (isStranger()) {
            return;
        }
        tickLater();
        submitLater();
        if (all.faultEvery > 0) {
            faultLater();
        }
    }

    @Nullable
    Member member() {
        Member now = member;
        return now == null || now.dead ? null : now;
    }

    // ---- the session

    /** The same name in each life: it is free only when the end of the last session was ordered. */
    @Override
    public @Nullable String name() {
        return all.now() < downUntil ? null : "m" + place;
    }

    /** Sockets before timers: not in the moment of waking up. */
    private void tickLater() {
        all.after(1 + all.patience / 10, () -> {
            Joined link = joined;
            Member running = member();
            if (link != null && running != null && !isFrozen()) {
                guarded(() -> {
                    link.session.tick(all.now());
                    if (all.foreign) {
                        all.letTimePass(running);
                    }
                    RollCalls calls = rollCalls;
                    List<String> without = calls == null || joined != link ? null : calls.due(all.now());
                    if (without != null) {
                        link.session.layer().rollCall(GROUP, without);
                    }
                });
            }
            tickLater();
        });
    }

    private void freeze(Joined link) {
        all.counts.frozen++;
        long nanos = random.nextInt(80) * all.patience / 10;
        frozenUntil = all.now() + nanos;
        link.session.stall(nanos);
    }

    @Override
    public void connected(SimulatedClient client) {
        if (isStranger()) {
            Joined link = new Joined(client);
            link.session.write(link.session.layer().join(GROUP));
            return;
        }
        Member running = member();
        if (running == null) {
            disk = all.durable ? (disk == null || random.nextInt(40) == 0 ? new SimulatedDisk() : disk) : null;
            running = all.start(place, ++lives, disk);
            member = running;
            rollCalls = new RollCalls(running.replica, all.patience);
        }
        Joined link = new Joined(client);
        joined = link;
        running.connect(link);
        link.session.write(link.session.layer().join(GROUP));
    }

    @Override
    public void received(SimulatedClient client, byte[] image) {
        Joined link = joined;
        if (link != null) {
            link.session.feed(image, all.now());
        }
    }

    /** The daemon closed the session, behind what it had delivered. */
    @Override
    public void ended(SimulatedClient client, ClientWatch.End how) {
        Joined link = joined;
        if (link != null && how == ClientWatch.End.CLOSED_BY_DAEMON) {
            link.session.closed();
            guarded(link::takeAll);
            if (joined == link) {
                lost();
            }
        }
    }

    private void lost() {
        joined = null;
        Member running = member();
        if (running != null) {
            running.everDisconnected |= !all.durable;
            running.disconnect();
        }
    }

    /** Closes the session; another one follows. */
    private void disconnect(Joined link) {
        if (joined == link) {
            lost();
            link.session.disconnect();
        }
    }

    @Override
    public void calm(SimulatedClient client) {
        calm = true;
        downUntil = 0;
        frozenUntil = 0;
        if (isStranger()) {
            return;
        }
        Member running = member();
        if (running != null) {
            running.crashIn = -1;
        }
        if (disk != null) {
            disk.mend();
        }
        all.after(random.nextInt(6000) * MILLI, this::submit);
    }

    // ---- faults and work

    private void faultLater() {
        all.after((long) (random.nextDouble() * 2 * all.faultEvery) + 1, () -> {
            if (!calm) {
                fault();
                faultLater();
            }
        });
    }

    private void fault() {
        Member running = member();
        Joined link = joined;
        if (running == null || link == null) {
            return;
        }
        if (isFrozen()) {
            return;
        }
        switch (random.nextInt(all.founding ? 7 : 6)) {
            case 0 -> die();
            case 1 -> running.crashIn = 1 + random.nextInt(20);
            case 2 -> {
                SimulatedDisk its = disk;
                if (its == null) {
                    running.crashIn = 1 + random.nextInt(20);
                } else {
                    its.failSoon(random);
                }
            }
            case 3 -> disconnect(link);
            case 4 -> link.session.stall(random.nextInt(2000) * MILLI);
            case 5 -> freeze(link);
            default ->
                guarded(() -> {
                    if (running.replica.role() != Role.PRIMARY && running.replica.bootstrap()) {
                        all.counts.founded++;
                    }
                });
        }
    }

    private void die() {
        Member running = member();
        Joined link = joined;
        joined = null;
        all.counts.crashes++;
        downUntil = calm ? 0 : all.now() + random.nextInt(3000) * MILLI;
        if (running != null) {
            running.crashNow(random);
        }
        if (link != null) {
            link.session.crash();
        }
    }

    private void submitLater() {
        all.after((long) (random.nextDouble() * 2 * all.submitEvery) + 1, () -> {
            if (!calm) {
                submit();
                submitLater();
            }
        });
    }

    private void submit() {
        Member running = member();
        if (running != null && !isFrozen() && all.maySubmit() && running.replica.queued() < 40) {
            if (all.foreign) {
                guarded(() -> actOfUsers(running));
            }
            guarded(() -> {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    running.users.submit(all.nextCommand(), random.nextInt(4) == 0 ? random.nextInt(60) : 0);
                }
            });
            // Whatever came in between shares the turn.
            all.after(
                    random.nextInt(5) * MILLI,
                    () -> guarded(() -> {
                        if (running == member() && joined != null && !isFrozen()) {
                            running.replica.endOfTurn();
                            running.replica.audit();
                        }
                    }));
        }
    }

    private void actOfUsers(Member running) {
        all.says(running);
        for (SessionUser user : all.users) {
            user.act(random, running);
        }
        running.users.read();
    }

    /** Runs a step of the member, which may die in it or ask to join again. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (Member.Crash crash) {
            die();
            return;
        }
        Member running = member();
        Joined link = joined;
        if (running != null && running.rejoin) {
            running.rejoin = false;
            if (link != null) {
                disconnect(link);
            }
        }
    }

    /** One session that joins the group. Events wait for the application, as they do in front of the internal thread. */
    private final class Joined implements Link, FlushOutput {
        final RingSession session;
        private final Deque<GroupEvent> events = new ArrayDeque<>();
        private boolean due;

        Joined(SimulatedClient client) {
            this.session = new RingSession(client, this, all.patience);
        }

        @Override
        public String name() {
            return session.name();
        }

        @Override
        public void send(Service service, @Nullable List<String> receivers, byte[] bytes) {
            if (session.isOver()) {
                return;
            }
            int bits = service.bit();
            Outgoing message = receivers == null
                    ? session.layer().multicast(bits, GROUP, (short) 0, 1, bytes.length)
                    : session.layer().subgroupcast(bits, GROUP, receivers, (short) 0, 1, bytes.length);
            if (message.refusal() != null && isOut()) {
                return;
            }
            if (message.refusal() != null) {
                throw new AssertionError(name() + " may not send: " + message.refusal());
            }
            session.write(message, bytes);
        }

        @Override
        public void consent() {
            if (session.isOver()) {
                return;
            }
            SpreadCode refusal = session.layer().flush(GROUP);
            if (refusal != null && !isOut()) {
                throw new AssertionError(name() + " cannot flush: " + refusal);
            }
        }

        /** The layer knows that the others go on without this member, which has not read that yet. */
        private boolean isOut() {
            return session.layer().membershipState(GROUP) != MembershipState.JOINED;
        }

        // -- what the layer says

        @Override
        public void send(Outgoing message) {
            session.write(message);
        }

        @Override
        public void event(GroupEvent event) {
            events.add(event);
            if (!due) {
                due = true;
                long lag = all.lagging && !calm && random.nextInt(20) == 0 ? random.nextInt(300) * MILLI : 0;
                all.after(lag, () -> {
                    due = false;
                    guarded(this::takeAll);
                });
            }
        }

        private void takeAll() {
            if (isFrozen()) {
                all.after(frozenUntil - all.now(), () -> guarded(this::takeAll));
                return;
            }
            int taken = 0;
            GroupEvent event;
            while (joined == this && (event = events.poll()) != null) {
                take(event);
                if (++taken % EVENTS_PER_TURN == 0) {
                    turn();
                }
            }
            turn();
        }

        private void turn() {
            Member running = member();
            if (joined == this && running != null) {
                running.replica.endOfTurn();
                running.replica.audit();
            }
        }

        private void take(GroupEvent event) {
            Member running = member();
            if (running == null) {
                return;
            }
            if (event instanceof GroupEvent.View view) {
                all.counts.views++;
                running.view(view.members());
            } else if (event instanceof GroupEvent.Data data) {
                ByteBuffer body = data.body();
                byte[] bytes = new byte[body.remaining()];
                body.duplicate().get(bytes);
                running.message(data.sender(), bytes);
            } else if (event instanceof GroupEvent.FlushRequest) {
                turn();
                running.flushRequest();
            } else if (event instanceof GroupEvent.Transition) {
                running.transition();
            } else if (event instanceof GroupEvent.Excluded) {
                all.counts.excluded++;
                joined = null;
                running.excluded();
                session.disconnect();
            }
        }
    }
}
