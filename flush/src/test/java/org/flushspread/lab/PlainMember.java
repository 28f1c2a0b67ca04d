package org.flushspread.lab;

import com.google.gson.stream.JsonWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.flushspread.diagram.Recorder;
import org.flushspread.simulation.ClientWatch;
import org.flushspread.simulation.SimulatedClient;
import org.flushspread.simulation.trace.ClientEvent;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;

/** A client of Spread without a flush layer. The simulator's checkers judge what it sees. */
final class PlainMember implements LabMember {
    private static final int ID = 8;

    private final String name;
    private final ClientWatch judge;
    private final Recorder recorder;
    private final Map<String, List<String>> views = new TreeMap<>();
    private final Delivered delivered = new Delivered();
    private @Nullable SimulatedClient session;
    private boolean down;
    private int sent;

    PlainMember(String name, ClientWatch judge, Recorder recorder) {
        this.name = name;
        this.judge = judge;
        this.recorder = recorder;
    }

    @Override
    public String kind() {
        return "plain";
    }

    // ---- the session

    @Override
    public @Nullable String name() {
        return down ? null : name;
    }

    @Override
    public void connected(SimulatedClient client) {
        session = client;
        sent = 0;
        judge.connected(client);
    }

    @Override
    public void received(SimulatedClient client, byte[] image) {
        ByteBuf in = Unpooled.wrappedBuffer(image);
        ClientEvent event = ClientEvent.received(in, 0, 0);
        if (event instanceof ClientEvent.View view) {
            views.put(
                    view.group().toString(),
                    view.members().stream().map(Recorder::user).toList());
        } else if (event instanceof ClientEvent.SelfLeave leave) {
            views.remove(leave.group().toString());
        } else if (event instanceof ClientEvent.Delivered message) {
            int body = MessageHeader.LENGTH + message.groups().size() * Name.SLOT + ID;
            delivered.add(Recorder.user(message.sender())
                    + ": "
                    + new String(image, body, image.length - body, StandardCharsets.UTF_8));
        }
        judge.received(client, image);
    }

    @Override
    public void ended(SimulatedClient client, ClientWatch.End how) {
        session = null;
        views.clear();
        judge.ended(client, how);
    }

    @Override
    public void calm(SimulatedClient client) {}

    // ---- what it is told

    private SimulatedClient live() {
        SimulatedClient now = session;
        if (now == null) {
            throw new ScenarioException(name + " has no session now; "
                    + (down ? "say 'revive " + name + "'" : "it connects by itself while its daemon is up"));
        }
        return now;
    }

    @Override
    public void join(String group) {
        judge.joins(live(), Name.of(group));
        control(ServiceType.JOIN_MESS, Name.of(group));
    }

    @Override
    public void leave(String group) {
        if (!views.containsKey(group)) {
            throw new ScenarioException(name + " is not in " + group + "; it is in " + views.keySet());
        }
        judge.leaves(live(), Name.of(group));
        control(ServiceType.LEAVE_MESS, Name.of(group));
    }

    private void control(int type, Name group) {
        SimulatedClient to = live();
        ByteBuf out = Unpooled.buffer();
        MessageHeader.write(out, type, to.privateGroup(), 1, ByteOrderTag.LITTLE_ENDIAN, 0);
        group.write(out);
        write(to, out);
    }

    private static void write(SimulatedClient to, ByteBuf out) {
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        to.write(bytes);
    }

    @Override
    public void send(int service, String group, String text) {
        SimulatedClient to = live();
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        int id = ++sent;
        recorder.says((long) to.incarnation() << 32 | id, text);
        judge.sends(to, id, service, List.of(Name.of(group)));
        ByteBuf out = Unpooled.buffer();
        MessageHeader.write(out, service, to.privateGroup(), 1, MessageHeader.hint((short) 0), ID + body.length);
        Name.of(group).write(out);
        out.writeInt(to.incarnation()).writeInt(id).writeBytes(body);
        write(to, out);
    }

    @Override
    public void submit(String text) {
        throw LabMember.notFor("take commands", kind(), "make one of kind replica, or use send");
    }

    @Override
    public void answer(boolean on) {
        throw LabMember.notFor("flush", kind(), "make one of kind flush");
    }

    @Override
    public void kill() {
        live().crash();
        down = true;
    }

    @Override
    public void quit() {
        live().disconnect();
        down = true;
    }

    @Override
    public void revive() {
        down = false;
    }

    @Override
    public void stall(long nanos) {
        live().stall(nanos);
    }

    List<String> delivered() {
        return delivered.all();
    }

    @Override
    public void describe(JsonWriter json) throws IOException {
        json.name("up").value(session != null);
        json.name("groups").beginArray();
        for (Map.Entry<String, List<String>> each : new ArrayList<>(views.entrySet())) {
            json.beginObject().name("name").value(each.getKey());
            json.name("view").value(String.join(" ", each.getValue())).endObject();
        }
        json.endArray();
        delivered.describe(json);
    }
}
