package org.flushspread.flush.check;

import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.flushspread.flush.kernel.FlushDispatcher;
import org.flushspread.flush.kernel.FlushOutput;
import org.flushspread.flush.kernel.FlushService;
import org.flushspread.flush.kernel.GroupEvent;
import org.flushspread.flush.kernel.MembershipState;
import org.flushspread.flush.kernel.Outgoing;
import org.flushspread.flush.kernel.ViewState;
import org.flushspread.simulation.Application;
import org.flushspread.simulation.Chance;
import org.flushspread.simulation.ClientWatch;
import org.flushspread.simulation.SimulatedClient;
import org.flushspread.simulation.trace.ClientEvent;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/** One process with a flush layer on a simulated ring. Each session has a name of its own, so that a name in a trace is one connection. */
final class RingMember implements Application, FlushOutput {
    private static final long MILLI = 1_000_000L;
    private static final int[] SERVICES = {
        ServiceType.UNRELIABLE_MESS,
        ServiceType.RELIABLE_MESS,
        ServiceType.FIFO_MESS,
        ServiceType.FIFO_MESS,
        ServiceType.CAUSAL_MESS,
        ServiceType.AGREED_MESS,
        ServiceType.SAFE_MESS,
        ServiceType.SAFE_MESS
    };

    private final RingSimulation simulation;
    private final Chance chance;
    private final int number;
    private final Conduct conduct;
    private final Map<String, Map<GroupId, ViewId>> ids = new HashMap<>();
    private final Map<String, TraceEvent.SpreadMembership> memberships = new HashMap<>();
    private final Set<String> requested = new TreeSet<>();
    private @Nullable RingSession session;
    private int lives;
    private boolean calm;
    private long frozenUntil;

    RingMember(RingSimulation simulation, Chance chance, int number, Conduct conduct) {
        this.simulation = simulation;
        this.chance = chance;
        this.number = number;
        this.conduct = conduct;
    }

    void begin() {
        if (conduct != Conduct.TOLD && !isStranger()) {
            actLater();
            churnLater();
        }
        if (simulation.patience > 0) {
            tickLater();
        }
    }

    boolean isStranger() {
        return conduct == Conduct.STRANGER;
    }

    private boolean isFrozen() {
        return simulation.world().now() < frozenUntil;
    }

    private void tickLater() {
        simulation.world().after(1 + simulation.patience / 10, () -> {
            RingSession now = live();
            if (now != null && !isStranger() && !isFrozen()) {
                if (!calm && chance.nextInt(300) == 0) {
                    frozenUntil = simulation.world().now() + chance.around(4 * simulation.patience);
                    now.stall(frozenUntil - simulation.world().now());
                } else {
                    now.tick(simulation.world().now());
                }
            }
            tickLater();
        });
    }

    // ---- the session

    @Override
    public String name() {
        return "c" + number + "x" + (lives + 1);
    }

    @Override
    public void connected(SimulatedClient client) {
        lives++;
        ids.clear();
        memberships.clear();
        requested.clear();
        RingSession fresh = new RingSession(client, this, simulation.how);
        session = fresh;
        simulation.layers.add(fresh.layer());
        if (isStranger()) {
            fresh.write(fresh.layer().join(simulation.anyGroup(chance)));
            return;
        }
        if (conduct != Conduct.TOLD) {
            join(simulation.anyGroup(chance));
        }
    }

    @Override
    public void received(SimulatedClient client, byte[] image) {
        RingSession now = live();
        if (now == null || isStranger()) {
            return;
        }
        ClientEvent.View view = RingSession.membership(image);
        if (view != null && (now.layer().isJoining(text(view.group())) || isMember(text(view.group())))) {
            note(view, now.name());
        }
        now.feed(image, simulation.world().now());
    }

    private void note(ClientEvent.View view, String self) {
        String group = text(view.group());
        List<String> members = new ArrayList<>();
        view.members().forEach(each -> members.add(each.toString()));
        ViewId id = simulation.identify(self, group, view.id(), members);
        ids.computeIfAbsent(group, each -> new HashMap<>()).put(view.id(), id);
        TraceEvent.SpreadMembership event = new TraceEvent.SpreadMembership(self, group, id, members);
        memberships.put(group, event);
        simulation.checkers.add(event);
    }

    private static String text(Name name) {
        return name.toString();
    }

    @Override
    public void ended(SimulatedClient client, ClientWatch.End how) {
        RingSession before = session;
        if (before != null) {
            before.closed();
            session = null;
            simulation.checkers.add(new TraceEvent.Ends(before.name()));
        }
    }

    @Override
    public void calm(SimulatedClient client) {
        calm = true;
        frozenUntil = 0;
        if (isStranger()) {
            return;
        }
        for (String group : List.copyOf(requested)) {
            flush(group);
        }
        // The last words are heard by everybody who is there.
        simulation.world().after(chance.nextLong(6_000 * MILLI), () -> {
            for (String group : simulation.groups) {
                say(group, ServiceType.SAFE_MESS, null);
            }
        });
    }

    /** The session, if it lasts. */
    @Nullable
    RingSession live() {
        RingSession now = session;
        return now == null || now.isOver() ? null : now;
    }

    TraceEvent.@Nullable SpreadMembership membership(String group) {
        return memberships.get(group);
    }

    private boolean isMember(String group) {
        RingSession now = live();
        return now != null && now.layer().membershipState(group) != null;
    }

    // ---- the layer

    @Override
    public void send(Outgoing message) {
        RingSession now = live();
        if (now == null) {
            return;
        }
        if (message.messType() == FlushService.FLUSH_OK) {
            String group = message.groups().get(0);
            int at = message.trailer().remaining() - GroupId.LENGTH;
            GroupId id = GroupId.read(Unpooled.wrappedBuffer(message.trailer().duplicate()), at, true);
            simulation.checkers.add(new TraceEvent.Consents(now.name(), group, view(group, id)));
        }
        now.write(message);
    }

    private ViewId view(String group, GroupId id) {
        ViewId known = ids.getOrDefault(group, Map.of()).get(ViewId.membership(id));
        return new ViewId(id, known == null ? -1 : known.incarnation());
    }

    @Override
    public void event(GroupEvent event) {
        RingSession now = live();
        if (now == null) {
            return;
        }
        String self = now.name();
        String group = event.group();
        if (event instanceof GroupEvent.Data data) {
            boolean subgroup = FlushService.isSubgroup(data.service());
            List<String> receivers =
                    subgroup ? data.groups().subList(0, data.groups().size() - 1) : null;
            int id = data.body().duplicate().getInt();
            simulation.checkers.add(new TraceEvent.Delivers(
                    self, group, id, data.sender(), data.service(), data.messType(), receivers));
            answer(group, data);
        } else if (event instanceof GroupEvent.View view) {
            requested.remove(group);
            simulation.checkers.add(new TraceEvent.Installs(
                    self,
                    group,
                    view(group, view.id()).without(view.excluded()),
                    view.members(),
                    view.myIndex(),
                    view.cause().bit(),
                    view.transitional()));
            soon(() -> entered(group));
        } else if (event instanceof GroupEvent.FlushRequest) {
            requested.add(group);
            simulation.checkers.add(new TraceEvent.FlushRequest(self, group));
            asked(group, self);
        } else if (event instanceof GroupEvent.Transition) {
            simulation.checkers.add(new TraceEvent.Transition(self, group));
        } else if (event instanceof GroupEvent.Excluded) {
            requested.remove(group);
            simulation.checkers.add(new TraceEvent.Excluded(self, group));
        } else if (event instanceof GroupEvent.SelfLeave) {
            requested.remove(group);
            ids.remove(group);
            memberships.remove(group);
            simulation.checkers.add(new TraceEvent.SelfLeave(self, group));
        }
    }

    /** Behind what the layer has still to say about this message. */
    private void soon(Runnable what) {
        simulation.world().after(0, what);
    }

    // ---- the application

    /** Many applications speak first thing in a view, and that is what overtakes. */
    private void entered(String group) {
        boolean speaks = conduct == Conduct.FIRST_WORD || (conduct == Conduct.RANDOM && chance.nextInt(3) == 0);
        for (int i = speaks ? 1 + chance.nextInt(3) : 0; i > 0; i--) {
            say(group);
        }
    }

    /** Answers of answers die out: each one is given with a chance of one in the number of members. */
    private void answer(String group, GroupEvent.Data data) {
        if (conduct == Conduct.ECHO && !data.sender().equals(self()) && chance.nextInt(4) == 0) {
            int service = chance.nextBoolean() ? ServiceType.CAUSAL_MESS : ServiceType.AGREED_MESS;
            List<String> sender = chance.nextBoolean() ? List.of(data.sender()) : null;
            soon(() -> say(group, service, sender));
        }
    }

    private void asked(String group, String self) {
        long delay;
        if (calm || conduct == Conduct.TOLD) {
            delay = 0;
        } else if (simulation.lazy && chance.nextInt(6) == 0) {
            delay = chance.around(3_000 * MILLI);
        } else {
            delay = chance.nextBoolean() ? 0 : chance.around(30 * MILLI);
        }
        if (conduct == Conduct.FIRST_WORD) {
            soon(() -> say(group));
        }
        simulation.world().after(delay, () -> {
            if (self.equals(self())) {
                flush(group);
            }
        });
    }

    private @Nullable String self() {
        RingSession now = live();
        return now == null ? null : now.name();
    }

    private void actLater() {
        simulation.world().after(chance.around(simulation.actEvery) + 1, () -> {
            if (!calm && live() != null) {
                String group = simulation.anyGroup(chance);
                if (isMember(group)) {
                    say(group);
                } else if (chance.nextInt(3) == 0) {
                    join(group);
                }
            }
            actLater();
        });
    }

    private void churnLater() {
        if (simulation.churnEvery == 0) {
            return;
        }
        simulation.world().after(chance.around(simulation.churnEvery) + 1, () -> {
            RingSession now = live();
            if (!calm && now != null) {
                switch (chance.nextInt(8)) {
                    case 0, 1, 2, 3 -> leave(simulation.anyGroup(chance));
                    case 4 -> now.disconnect();
                    case 5 -> now.crash();
                    case 6 -> now.stall(chance.around(2_000 * MILLI));
                    default -> join(simulation.anyGroup(chance));
                }
            }
            churnLater();
        });
    }

    void join(String group) {
        RingSession now = live();
        if (now == null
                || isFrozen()
                || now.layer().membershipState(group) != null
                || now.layer().isJoining(group)) {
            return;
        }
        simulation.checkers.add(new TraceEvent.Joins(now.name(), group));
        now.write(now.layer().join(group));
    }

    void leave(String group) {
        RingSession now = live();
        if (now == null || isFrozen() || now.layer().membershipState(group) != MembershipState.JOINED) {
            return;
        }
        Outgoing leave = now.layer().leave(group);
        if (leave.refusal() == null) {
            simulation.checkers.add(new TraceEvent.Leaves(now.name(), group));
            now.write(leave);
        }
    }

    private void flush(String group) {
        RingSession now = live();
        if (now != null && isFrozen()) {
            simulation.world().after(frozenUntil - simulation.world().now(), () -> {
                if (now == live()) {
                    flush(group);
                }
            });
            return;
        }
        if (now == null || now.layer().membershipState(group) == MembershipState.LEAVING || !requested.remove(group)) {
            return;
        }
        FlushDispatcher layer = now.layer();
        // Noted first: the FLUSH_OK comes out of the call.
        if (layer.viewState(group) == ViewState.AUTHORIZE) {
            simulation.checkers.add(new TraceEvent.Flushes(now.name(), group));
        }
        SpreadCode refusal = layer.flush(group);
        if (refusal != null) {
            throw new AssertionError(now.name() + " cannot flush " + group + ": " + refusal);
        }
    }

    private void say(String group) {
        int service = SERVICES[chance.nextInt(SERVICES.length)];
        if (chance.nextInt(10) == 0) {
            service |= ServiceType.SELF_DISCARD;
        }
        say(group, service, chance.nextInt(4) == 0 ? receivers(group) : null);
    }

    /** Sends, or notes that it was refused. */
    void say(String group, int service, @Nullable List<String> receivers) {
        RingSession now = live();
        if (now == null || isFrozen() || now.isBlocked() || !simulation.maySpeak()) {
            return;
        }
        int id = simulation.nextMessage();
        int size = chance.nextInt(20) == 0 ? simulation.maxBody : 4 + chance.nextInt(60);
        byte[] body = ByteBuffer.allocate(size).putInt(id).array();
        short type = (short) Math.max(FlushService.MIN_LEGAL_MESS_TYPE, (short) chance.nextInt(65536));
        FlushDispatcher layer = now.layer();
        Outgoing message = receivers == null
                ? layer.multicast(service, group, type, 1, size)
                : layer.subgroupcast(service, group, receivers, type, 1, size);
        SpreadCode refusal = message.refusal();
        simulation.checkers.add(new TraceEvent.Sends(
                now.name(), group, id, service, type, receivers, refusal == null ? 0 : refusal.code()));
        if (refusal == null) {
            now.write(message, body);
        }
    }

    private @Nullable List<String> receivers(String group) {
        String self = self();
        History.Stay stay = self == null ? null : simulation.checkers.history().current(self, group);
        if (stay == null) {
            return null;
        }
        List<String> all = stay.view.members();
        List<String> some = new ArrayList<>();
        for (int i = 1 + chance.nextInt(3); i > 0; i--) {
            some.add(all.get(chance.nextInt(all.size())));
        }
        return some;
    }
}
