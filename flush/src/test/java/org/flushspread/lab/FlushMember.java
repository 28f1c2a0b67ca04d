package org.flushspread.lab;

import com.google.gson.stream.JsonWriter;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.flushspread.diagram.Mark.Kind;
import org.flushspread.diagram.Recorder;
import org.flushspread.flush.check.RingSession;
import org.flushspread.flush.check.TraceEvent;
import org.flushspread.flush.check.ViewId;
import org.flushspread.flush.kernel.FlushDispatcher;
import org.flushspread.flush.kernel.FlushLimits;
import org.flushspread.flush.kernel.FlushOutput;
import org.flushspread.flush.kernel.FlushService;
import org.flushspread.flush.kernel.GroupEvent;
import org.flushspread.flush.kernel.GroupRules;
import org.flushspread.flush.kernel.MembershipState;
import org.flushspread.flush.kernel.Outgoing;
import org.flushspread.flush.kernel.PendingView;
import org.flushspread.flush.kernel.ViewState;
import org.flushspread.flush.kernel.Wrapping;
import org.flushspread.simulation.ClientWatch;
import org.flushspread.simulation.SimulatedClient;
import org.flushspread.simulation.World;
import org.flushspread.simulation.trace.ClientEvent;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.Name;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/** A process with a flush layer, which is told what to do; all it does and sees goes to the checkers. */
final class FlushMember implements LabMember, FlushOutput {
    /** Time that a member takes for its consent: long enough to be seen. */
    private static final long THINKS = 30_000_000L;

    private static final int ID = 4;

    private final String name;
    private final World world;
    private final FlushTrace trace;
    private final Recorder recorder;
    private final int line;
    private final long patience;
    private final Map<String, Map<GroupId, ViewId>> ids = new HashMap<>();
    private final Map<String, List<String>> views = new TreeMap<>();
    private final Set<String> requested = new TreeSet<>();
    private final Delivered delivered = new Delivered();
    private @Nullable RingSession session;
    private boolean down;
    private boolean holds;
    private int lives;

    /** @param patience nanoseconds that others may not answer, 0 for ever */
    FlushMember(String name, World world, FlushTrace trace, Recorder recorder, int line, long patience) {
        this.name = name;
        this.world = world;
        this.trace = trace;
        this.recorder = recorder;
        this.line = line;
        this.patience = patience;
        if (patience > 0) {
            tickLater();
        }
    }

    @Override
    public String kind() {
        return "flush";
    }

    private void tickLater() {
        world.after(1 + patience / 10, () -> {
            RingSession now = live();
            if (now != null) {
                now.tick(world.now());
            }
            tickLater();
        });
    }

    // ---- the session

    /** Each session has another name, so that a name in the trace is one connection. */
    @Override
    public @Nullable String name() {
        return down ? null : lives == 0 ? name : name + (lives + 1);
    }

    @Override
    public void connected(SimulatedClient client) {
        lives++;
        ids.clear();
        views.clear();
        requested.clear();
        GroupRules rules = GroupRules.excluding(FlushLimits.DEFAULT, patience);
        session = new RingSession(
                client, this, (self, output) -> new FlushDispatcher(self, output, rules, Wrapping.ALWAYS));
        mark(Kind.UP, "", "connects as " + client.privateGroup());
    }

    @Override
    public void received(SimulatedClient client, byte[] image) {
        RingSession now = live();
        if (now == null) {
            return;
        }
        ClientEvent.View view = RingSession.membership(image);
        if (view != null) {
            String group = view.group().toString();
            if (now.layer().isJoining(group) || now.layer().membershipState(group) != null) {
                List<String> members =
                        view.members().stream().map(Name::toString).toList();
                ViewId id = trace.identify(now.name(), group, view.id(), members);
                ids.computeIfAbsent(group, each -> new HashMap<>()).put(view.id(), id);
                trace.add(new TraceEvent.SpreadMembership(now.name(), group, id, members));
            }
        }
        now.feed(image, world.now());
    }

    @Override
    public void ended(SimulatedClient client, ClientWatch.End how) {
        RingSession before = session;
        if (before != null) {
            before.closed();
            session = null;
            views.clear();
            requested.clear();
            trace.add(new TraceEvent.Ends(before.name()));
            mark(Kind.DOWN, "", how == ClientWatch.End.CLOSED_BY_DAEMON ? "lost its daemon" : "ends");
        }
    }

    @Override
    public void calm(SimulatedClient client) {}

    private @Nullable RingSession live() {
        RingSession now = session;
        return now == null || now.isOver() ? null : now;
    }

    private RingSession required() {
        RingSession now = live();
        if (now == null) {
            throw new ScenarioException(name + " has no session now; "
                    + (down ? "say 'revive " + name + "'" : "it connects by itself while its daemon is up"));
        }
        return now;
    }

    private void mark(Kind kind, String key, String text) {
        recorder.mark(kind, line, key, text);
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
            trace.add(new TraceEvent.Consents(now.name(), group, view(group, id)));
            mark(Kind.CONSENT, "", "in " + group);
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
            delivers(self, data);
        } else if (event instanceof GroupEvent.View view) {
            requested.remove(group);
            List<String> members =
                    view.members().stream().map(FlushMember::user).toList();
            views.put(group, members);
            trace.add(new TraceEvent.Installs(
                    self,
                    group,
                    view(group, view.id()).without(view.excluded()),
                    view.members(),
                    view.myIndex(),
                    view.cause().bit(),
                    view.transitional()));
            String text = group + ": " + String.join(" ", members);
            mark(Kind.VIEW, group + " " + view.id() + " " + text, text);
        } else if (event instanceof GroupEvent.FlushRequest) {
            requested.add(group);
            trace.add(new TraceEvent.FlushRequest(self, group));
            mark(Kind.FLUSH_REQUEST, "", "in " + group + (holds ? ", and holds its answer" : ""));
            world.after(THINKS, () -> {
                if (now == live() && !holds) {
                    flush(group);
                }
            });
        } else if (event instanceof GroupEvent.Transition) {
            trace.add(new TraceEvent.Transition(self, group));
            mark(Kind.TRANSITION, "", "transition in " + group);
        } else if (event instanceof GroupEvent.Excluded) {
            requested.remove(group);
            trace.add(new TraceEvent.Excluded(self, group));
            mark(Kind.EXCLUDED, "", "the others go on without it in " + group);
        } else if (event instanceof GroupEvent.SelfLeave) {
            requested.remove(group);
            ids.remove(group);
            views.remove(group);
            trace.add(new TraceEvent.SelfLeave(self, group));
            mark(Kind.LEAVE, "", "has left " + group);
        }
    }

    private void delivers(String self, GroupEvent.Data data) {
        ByteBuffer body = data.body().duplicate();
        int id = body.getInt();
        trace.add(
                new TraceEvent.Delivers(self, data.group(), id, data.sender(), data.service(), data.messType(), null));
        String text = StandardCharsets.UTF_8.decode(body).toString();
        delivered.add(user(data.sender()) + ": " + text);
        mark(Kind.DELIVER, "f" + id, Recorder.service(data.service()) + " “" + text + "” of " + user(data.sender()));
    }

    private static String user(String member) {
        return Recorder.user(Name.of(member));
    }

    // ---- what it is told

    @Override
    public void join(String group) {
        RingSession now = required();
        Outgoing join = now.layer().join(group);
        if (join.refusal() != null) {
            throw new ScenarioException(name + " cannot join " + group + ": it is in it, or joins it already");
        }
        trace.add(new TraceEvent.Joins(now.name(), group));
        now.write(join);
        mark(Kind.JOIN, "", "joins " + group);
    }

    @Override
    public void leave(String group) {
        RingSession now = required();
        Outgoing leave = now.layer().membershipState(group) == MembershipState.JOINED
                ? now.layer().leave(group)
                : Outgoing.refused(SpreadCode.ILLEGAL_GROUP);
        if (leave.refusal() != null) {
            throw new ScenarioException(name + " cannot leave " + group + " now; it is in " + views.keySet());
        }
        trace.add(new TraceEvent.Leaves(now.name(), group));
        now.write(leave);
        mark(Kind.LEAVE, "", "leaves " + group);
    }

    @Override
    public void send(int service, String group, String text) {
        RingSession now = required();
        byte[] words = text.getBytes(StandardCharsets.UTF_8);
        byte[] body = ByteBuffer.allocate(ID + words.length).array();
        Outgoing message = now.layer().multicast(service, group, (short) 0, 1, body.length);
        SpreadCode refusal = message.refusal();
        if (refusal != null) {
            throw new ScenarioException(name + " may not send to " + group + " now: " + refusal
                    + (views.containsKey(group) ? ", it has consented to the next view" : ", it is not in it"));
        }
        int id = trace.message();
        ByteBuffer.wrap(body).putInt(id).put(words);
        trace.add(new TraceEvent.Sends(now.name(), group, id, service, (short) 0, null, 0));
        mark(Kind.SEND, "f" + id, Recorder.service(service) + " “" + text + "” to " + group);
        now.write(message, body);
    }

    @Override
    public void submit(String text) {
        throw LabMember.notFor("take commands", kind(), "make one of kind replica, or use send");
    }

    @Override
    public void answer(boolean on) {
        holds = !on;
        if (on) {
            new ArrayList<>(requested).forEach(this::flush);
        }
    }

    private void flush(String group) {
        RingSession now = live();
        if (now == null || now.layer().membershipState(group) == MembershipState.LEAVING || !requested.remove(group)) {
            return;
        }
        if (now.layer().viewState(group) == ViewState.AUTHORIZE) {
            trace.add(new TraceEvent.Flushes(now.name(), group));
        }
        SpreadCode refusal = now.layer().flush(group);
        if (refusal != null) {
            throw new IllegalStateException(now.name() + " cannot flush " + group + ": " + refusal);
        }
    }

    @Override
    public void kill() {
        required().crash();
        down = true;
    }

    @Override
    public void quit() {
        required().disconnect();
        down = true;
    }

    @Override
    public void revive() {
        down = false;
    }

    @Override
    public void stall(long nanos) {
        required().stall(nanos);
    }

    List<String> delivered() {
        return delivered.all();
    }

    @Override
    public void describe(JsonWriter json) throws IOException {
        RingSession now = live();
        json.name("up").value(now != null);
        json.name("holds").value(holds);
        json.name("groups").beginArray();
        for (Map.Entry<String, List<String>> each : views.entrySet()) {
            json.beginObject().name("name").value(each.getKey());
            json.name("view").value(String.join(" ", each.getValue()));
            json.name("asked").value(requested.contains(each.getKey()));
            PendingView pending = now == null ? null : now.layer().pendingView(each.getKey());
            if (pending != null) {
                json.name("waits")
                        .value(pending.missing().stream().map(FlushMember::user).collect(Collectors.joining(" ")));
            }
            json.endObject();
        }
        json.endArray();
        delivered.describe(json);
    }
}
