package org.flushspread.lab;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.flushspread.diagram.Mark.Kind;
import org.flushspread.diagram.Recorder;
import org.flushspread.flush.kernel.GroupEvent;
import org.flushspread.flush.replica.Role;
import org.flushspread.flush.replica.StagedReplica;
import org.flushspread.flush.replica.StagedReplicas;
import org.flushspread.simulation.ClientWatch;
import org.flushspread.simulation.SimulatedClient;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/** A member of a replicated state machine, in the one group that the lab has for them. */
final class ReplicaMember implements LabMember, StagedReplica.Audience {
    private static final int SHOWN = 12;

    private final String name;
    private final Recorder recorder;
    private final int line;
    private final StagedReplica replica;
    private List<String> view = List.of();

    ReplicaMember(String name, StagedReplicas all, Recorder recorder, int line) {
        this.name = name;
        this.recorder = recorder;
        this.line = line;
        this.replica = all.member(name, this);
    }

    StagedReplica replica() {
        return replica;
    }

    @Override
    public String kind() {
        return "replica";
    }

    // ---- the session

    @Override
    public @Nullable String name() {
        return replica.name();
    }

    @Override
    public void connected(SimulatedClient client) {
        replica.connected(client);
    }

    @Override
    public void received(SimulatedClient client, byte[] image) {
        replica.received(client, image);
    }

    @Override
    public void ended(SimulatedClient client, ClientWatch.End how) {
        view = List.of();
        replica.ended(client, how);
    }

    @Override
    public void calm(SimulatedClient client) {}

    // ---- what it says

    private void mark(Kind kind, String key, String text) {
        recorder.mark(kind, line, key, text);
    }

    @Override
    public void event(GroupEvent event) {
        if (event instanceof GroupEvent.View installed) {
            view = installed.members().stream()
                    .map(each -> Recorder.user(Name.of(each)))
                    .toList();
            String text = "view of " + String.join(" ", view);
            mark(Kind.VIEW, installed.id() + " " + text, String.join(" ", view));
        } else if (event instanceof GroupEvent.FlushRequest) {
            mark(Kind.FLUSH_REQUEST, "", "");
        } else if (event instanceof GroupEvent.Transition) {
            mark(Kind.TRANSITION, "", "transition");
        } else if (event instanceof GroupEvent.Excluded) {
            mark(Kind.EXCLUDED, "", "the others go on without it");
        }
    }

    @Override
    public void consented() {
        mark(Kind.CONSENT, "", "");
    }

    @Override
    public void connected(String as) {
        mark(Kind.UP, "", "connects as " + as);
    }

    @Override
    public void ended(boolean died) {
        view = List.of();
        mark(Kind.DOWN, "", died ? "dies" : "lost its connection");
    }

    @Override
    public void role(Role now) {
        mark(Kind.ROLE, "", now.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }

    @Override
    public void applied(String command) {
        mark(Kind.STATE, "", "applies “" + command + "”");
    }

    @Override
    public void took(int commands) {
        mark(Kind.STATE, "", "takes over a state of " + commands + " commands");
    }

    // ---- what it is told

    @Override
    public void join(String group) {
        throw LabMember.notFor("join groups", kind(), "it joins by itself");
    }

    @Override
    public void leave(String group) {
        throw LabMember.notFor("leave groups", kind(), "say 'kill " + name + "'");
    }

    @Override
    public void send(int service, String group, String text) {
        throw LabMember.notFor("send messages", kind(), "say 'submit " + name + " " + text + "'");
    }

    @Override
    public void submit(String text) {
        if (!replica.submit(text)) {
            throw new ScenarioException(name + " is not running; say 'revive " + name + "'");
        }
        mark(Kind.SEND, "", "submits “" + text + "”");
    }

    @Override
    public void answer(boolean on) {
        throw LabMember.notFor("hold flush requests", kind(), "say 'stall " + name + " 5', or use one of kind flush");
    }

    @Override
    public void kill() {
        if (!replica.kill()) {
            throw new ScenarioException(name + " is not running; say 'revive " + name + "'");
        }
    }

    @Override
    public void quit() {
        kill();
    }

    @Override
    public void revive() {
        replica.revive();
    }

    @Override
    public void stall(long nanos) {
        if (!replica.stall(nanos)) {
            throw new ScenarioException(name + " has no session now");
        }
    }

    @Override
    public void describe(JsonWriter json) throws IOException {
        json.name("up").value(replica.isConnected());
        Role role = replica.role();
        json.name("role")
                .value(role == null ? "" : role.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        json.name("groups").beginArray();
        if (!view.isEmpty()) {
            json.beginObject().name("name").value(StagedReplica.GROUP);
            json.name("view").value(String.join(" ", view)).endObject();
        }
        json.endArray();
        json.name("delivered").beginArray();
        List<String> state = replica.state();
        for (String each : state.subList(Math.max(0, state.size() - SHOWN), state.size())) {
            json.value(each);
        }
        json.endArray();
    }
}
