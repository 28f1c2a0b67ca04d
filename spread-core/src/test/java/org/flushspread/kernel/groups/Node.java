package org.flushspread.kernel.groups;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.FakePorts;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.DeliveryThreshold;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.Message;
import org.flushspread.kernel.base.Outbound;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;

/** One daemon's groups with a fake ring below and fake sessions above. */
final class Node implements Outbound, LocalSessions {
    /** A queued message and the packet type that is to carry it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Queued(int service, byte[] image) {}

    final Groups groups;
    /** Calls on ring and sessions, in order. */
    final List<String> calls = new ArrayList<>();
    /** GROUPS messages ever submitted. */
    final List<Queued> submitted = new ArrayList<>();

    final Deque<Queued> clientQueue = new ArrayDeque<>();
    final Deque<Queued> groupsQueue = new ArrayDeque<>();
    boolean groupsOnly;
    boolean held;
    DeliveryThreshold threshold = DeliveryThreshold.EVERYTHING;

    private final Context context;
    private final Map<Name, TestSession> sessions = new TreeMap<>();
    private final Message message = new Message();

    Node(Configuration configuration, Daemon me, ByteBufAllocator allocator) {
        context = new Context(configuration, me, KernelSettings.DEFAULTS, new FakePorts(), allocator, 1, 0, 0);
        groups = new Groups(context, this, this);
    }

    Daemon daemon() {
        return context.me();
    }

    Context context() {
        return context;
    }

    long refused(Reason why) {
        return context.counters().refused(why);
    }

    TestSession connect(String name) {
        return connect(name, true);
    }

    TestSession connect(String name, boolean membership) {
        TestSession session = new TestSession(Name.privateGroup(name, daemon().name()), membership);
        sessions.put(session.privateGroup(), session);
        return session;
    }

    /** Queues what a client asked for; it waits for the ring. */
    void request(byte[] image) {
        submit(0, Unpooled.wrappedBuffer(image), 0, image.length);
    }

    /** A message of this ring, in order. Control messages go to groups, data to the sessions that groups name. */
    void deliver(byte[] image) {
        ByteBuf bytes = Unpooled.buffer(image.length + 7).writeZero(7).writeBytes(image);
        message.set(bytes, 7, image.length, 0);
        if ((message.type() & (ServiceType.CONTROL_MESS | ServiceType.GROUPS_MESS)) != 0) {
            groups.control(message);
        } else {
            Set<LocalMember> receivers =
                    new TreeSet<>((a, b) -> a.privateGroup().compareTo(b.privateGroup()));
            for (int i = 0; i < message.numGroups(); i++) {
                LocalGroup local = groups.local(bytes, message.groupIndex(i));
                for (int j = 0; local != null && j < local.size(); j++) {
                    receivers.add(local.get(j));
                }
            }
            receivers.forEach(each -> deliver(each, bytes, 7, image.length));
        }
    }

    @Nullable
    Queued take() {
        return groupsOnly ? groupsQueue.poll() : clientQueue.poll();
    }

    @Override
    public void submit(int service, ByteBuf image, int index, int length) {
        clientQueue.add(copy(service, image, index, length));
    }

    @Override
    public void submitGroups(int service, ByteBuf image, int index, int length) {
        calls.add("submitGroups");
        Queued queued = copy(service, image, index, length);
        groupsQueue.add(queued);
        submitted.add(queued);
    }

    @Override
    public void groupsOnly(boolean on) {
        calls.add("groupsOnly " + on);
        groupsOnly = on;
    }

    @Override
    public void clearGroups() {
        calls.add("clearGroups");
        groupsQueue.clear();
    }

    @Override
    public void threshold(DeliveryThreshold level) {
        calls.add("threshold " + level);
        threshold = level;
    }

    @Override
    public int waiting() {
        return clientQueue.size();
    }

    @Override
    public long waitingBytes() {
        return 0;
    }

    @Override
    public void deliver(LocalMember to, ByteBuf image, int index, int length) {
        ((TestSession) to).deliver(image, index, length);
    }

    @Override
    public @Nullable LocalMember find(Name privateGroup) {
        return sessions.get(privateGroup);
    }

    @Override
    public void joined(LocalMember member, Name group) {}

    @Override
    public void killed(Name privateGroup) {
        calls.add("killed " + privateGroup);
        sessions.remove(privateGroup);
    }

    @Override
    public void hold(boolean on) {
        calls.add("hold " + on);
        held = on;
    }

    private static Queued copy(int service, ByteBuf image, int index, int length) {
        byte[] copy = new byte[length];
        image.getBytes(index, copy);
        return new Queued(service, copy);
    }

    static byte[] join(String member, String group) {
        return image(ServiceType.JOIN_MESS, member, new byte[0], group);
    }

    static byte[] leave(String member, String group) {
        return image(ServiceType.LEAVE_MESS, member, new byte[0], group);
    }

    /** As the client library sends it. */
    static byte[] kill(String member) {
        return image(ServiceType.KILL_MESS, member, new byte[0], member);
    }

    /** As a daemon makes it when a connection broke. */
    static byte[] crashed(String member) {
        return image(ServiceType.KILL_MESS | ServiceType.SAFE_MESS, member, new byte[0]);
    }

    static byte[] image(int type, String sender, byte[] body, String... groups) {
        ByteBuf out = Unpooled.buffer();
        MessageHeader.write(out, type, Name.of(sender), groups.length, ByteOrderTag.LITTLE_ENDIAN, body.length);
        for (String each : groups) {
            Name.of(each).write(out);
        }
        out.writeBytes(body);
        byte[] image = new byte[out.readableBytes()];
        out.readBytes(image);
        return image;
    }
}
