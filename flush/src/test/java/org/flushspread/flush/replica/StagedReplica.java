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

/** A machine with a member of a replicated state machine: its process, its disk and its session. It does what it is told. */
public final class StagedReplica implements Application {
    /** The group that members replicate in. */
    public static final String GROUP = "state";

    private final StagedReplicas all;
    private final String label;
    private final Random random;
    private final Audience audience;
    private final SimulatedDisk disk = new SimulatedDisk();
    private @Nullable Member member;
    private @Nullable Joined joined;
    private @Nullable RollCalls rollCalls;
    private int lives;
    private boolean down;
    /** Commands in its state when it was last looked at; negative before its process was. */
    private int known = -1;

    private @Nullable Role role;

    /** Sees what a person would draw. */
    public interface Audience {
        /** What the flush layer says; of data messages only that they came. */
        void event(GroupEvent event);

        void consented();

        void connected(String name);

        /** @param died false if only the connection is gone */
        void ended(boolean died);

        void role(Role now);

        /** A command was applied. */
        void applied(String command);

        /** The state of others, or of the disk, is taken over. */
        void took(int commands);
    }

    StagedReplica(StagedReplicas all, String label, Random random, Audience audience) {
        this.all = all;
        this.label = label;
        this.random = random;
        this.audience = audience;
        tickLater();
    }

    String label() {
        return label;
    }

    @Nullable
    Member member() {
        Member now = member;
        return now == null || now.dead ? null : now;
    }

    private void tickLater() {
        if (all.patience() == 0) {
            return;
        }
        all.world().after(1 + all.patience() / 10, () -> {
            Joined link = joined;
            if (link != null && member() != null) {
                guarded(() -> {
                    link.session.tick(all.world().now());
                    RollCalls calls = rollCalls;
                    List<String> without = calls == null || joined != link
                            ? null
                            : calls.due(all.world().now());
                    if (without != null) {
                        link.session.layer().rollCall(GROUP, without);
                    }
                });
            }
            tickLater();
        });
    }

    // ---- what it is told

    /** False if there is no process. */
    public boolean submit(String text) {
        Member running = member();
        if (running == null) {
            return false;
        }
        guarded(() -> {
            running.users.submit(all.command(text), 0);
            running.replica.endOfTurn();
        });
        return true;
    }

    /** The process dies; its disk keeps what was forced to it. False if there is none. */
    public boolean kill() {
        Member running = member();
        if (running == null) {
            return false;
        }
        die(running);
        return true;
    }

    private void die(Member running) {
        Joined link = joined;
        down = true;
        joined = null;
        running.crashNow(random);
        member = null;
        if (link != null) {
            link.session.crash();
        }
        audience.ended(true);
    }

    /** It is started again. */
    public void revive() {
        down = false;
    }

    public boolean isDown() {
        return down;
    }

    /** The process reads nothing for so long. False if it has no session. */
    public boolean stall(long nanos) {
        Joined link = joined;
        if (link != null) {
            link.session.stall(nanos);
        }
        return link != null;
    }

    // ---- what is known of it

    /** What the state has in it, in order. */
    public List<String> state() {
        Member running = member();
        return running == null
                ? List.of()
                : running.history.stream()
                        .map(number -> all.texts().apply(number))
                        .toList();
    }

    public @Nullable Role role() {
        Member running = member();
        return running == null ? null : running.replica.role();
    }

    public boolean isConnected() {
        return joined != null;
    }

    private void look() {
        Member running = member();
        if (running == null) {
            return;
        }
        if (running.replica.role() != role) {
            role = running.replica.role();
            audience.role(running.replica.role());
        }
        int size = running.history.size();
        boolean asState = known < 0 || size < known || running.replica.role() == Role.CATCHING_UP && size > known + 1;
        if (asState && size > 0) {
            audience.took(size);
        } else {
            for (int i = Math.max(0, known); i < size; i++) {
                audience.applied(all.texts().apply(running.history.get(i)));
            }
        }
        known = size;
    }

    // ---- the session

    @Override
    public @Nullable String name() {
        return down ? null : label;
    }

    @Override
    public void connected(SimulatedClient client) {
        Member running = member();
        if (running == null) {
            running = all.start(label, this, ++lives, disk);
            member = running;
            known = -1;
            role = null;
            rollCalls = new RollCalls(running.replica, Math.max(1, all.patience()));
        }
        Joined link = new Joined(client);
        joined = link;
        audience.connected(link.name());
        running.connect(link);
        link.session.write(link.session.layer().join(GROUP));
        look();
    }

    @Override
    public void received(SimulatedClient client, byte[] image) {
        Joined link = joined;
        if (link != null) {
            link.session.feed(image, all.world().now());
        }
    }

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
            running.disconnect();
            audience.ended(false);
            look();
        }
    }

    @Override
    public void calm(SimulatedClient client) {}

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (Member.Crash crash) {
            Member running = member();
            if (running != null) {
                die(running);
            }
            return;
        }
        Member running = member();
        Joined link = joined;
        if (running != null && running.rejoin) {
            running.rejoin = false;
            if (link != null) {
                lost();
                link.session.disconnect();
            }
        }
        look();
    }

    /** One session that joins the group. */
    private final class Joined implements Link, FlushOutput {
        final RingSession session;
        private final Deque<GroupEvent> events = new ArrayDeque<>();
        private boolean due;

        Joined(SimulatedClient client) {
            session = new RingSession(client, this, all.patience());
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
            if (message.refusal() == null) {
                session.write(message, bytes);
            } else if (session.layer().membershipState(GROUP) == MembershipState.JOINED) {
                throw new AssertionError(name() + " may not send: " + message.refusal());
            }
        }

        @Override
        public void consent() {
            if (session.isOver()) {
                return;
            }
            SpreadCode refusal = session.layer().flush(GROUP);
            if (refusal != null && session.layer().membershipState(GROUP) == MembershipState.JOINED) {
                throw new AssertionError(name() + " cannot flush: " + refusal);
            }
            audience.consented();
        }

        @Override
        public void send(Outgoing message) {
            session.write(message);
        }

        @Override
        public void event(GroupEvent event) {
            events.add(event);
            if (!due) {
                due = true;
                all.world().after(0, () -> {
                    due = false;
                    guarded(this::takeAll);
                });
            }
        }

        private void takeAll() {
            GroupEvent event;
            while (joined == this && (event = events.poll()) != null) {
                audience.event(event);
                take(event);
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
                joined = null;
                running.excluded();
                session.disconnect();
            }
        }
    }
}
