package org.flushspread.flush.replica;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.flushspread.client.Service;
import org.jspecify.annotations.Nullable;

/** A replica whose messages wait until the test delivers them; its state is the text of all commands. */
final class ScriptedMember implements ReplicaOutput {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Sent(@Nullable List<String> receivers, byte[] bytes) {}

    final String name;
    final Replica replica;
    final List<Role> roles = new ArrayList<>();
    final List<String> reports = new ArrayList<>();
    final List<Long> completed = new ArrayList<>();
    final List<Long> uncertain = new ArrayList<>();
    final List<Long> refused = new ArrayList<>();
    /** Bytes of state that it has sent to each. */
    final Map<String, Integer> handedOut = new HashMap<>();

    String state = "";
    final Map<Long, String> reads = new HashMap<>();
    int saved;
    /** It can keep its state for others at no cost. */
    boolean spares;

    final List<BytesImage> images = new ArrayList<>();
    private final ByteArrayOutputStream arriving = new ByteArrayOutputStream();
    int rejoins;
    boolean accepts = true;
    boolean hashes = true;
    Charter charter = Charter.NONE;

    @Nullable
    Metadata recorded;

    private final Deque<Sent> outbox = new ArrayDeque<>();

    ScriptedMember(String name, ReplicaSettings settings) {
        this(name, Metadata.fresh(new MemberId(name, name.hashCode(), 1)), Version.INITIAL, settings);
    }

    ScriptedMember(String name, Metadata known, Version version, ReplicaSettings settings) {
        this.name = name;
        this.replica = new Replica(known, version, settings, this);
        replica.connected(name);
    }

    // ---- what the test does

    static void view(ScriptedMember... members) {
        List<String> names = Arrays.stream(members).map(each -> each.name).toList();
        for (ScriptedMember each : members) {
            each.outbox.clear();
            each.replica.view(names);
        }
    }

    /** Delivers everything in one order, also what is sent because of it. */
    static void deliverAll(ScriptedMember... members) {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (ScriptedMember each : members) {
                while (each.sends()) {
                    each.deliverNext(members);
                    moved = true;
                }
            }
            for (ScriptedMember each : members) {
                each.replica.endOfTurn();
                moved |= each.sends();
            }
        }
    }

    /** As {@link #deliverAll}, but messages of this kind stay where they are, and what their senders sent after them. */
    static void deliverUntil(Class<? extends ReplicaMessage> kind, ScriptedMember... members) {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (ScriptedMember each : members) {
                while (each.sends() && !kind.isInstance(each.next())) {
                    each.deliverNext(members);
                    moved = true;
                }
            }
        }
    }

    /** Each member's next message, so often. */
    static void deliverSome(int rounds, ScriptedMember... members) {
        for (int i = 0; i < rounds; i++) {
            for (ScriptedMember each : members) {
                if (each.sends()) {
                    each.deliverNext(members);
                }
            }
            for (ScriptedMember each : members) {
                each.replica.endOfTurn();
            }
        }
    }

    /** All consent to the next view, and what they have sent before is delivered in this one. */
    static void flush(ScriptedMember... members) {
        for (ScriptedMember each : members) {
            each.replica.flushRequest();
        }
        deliverAll(members);
    }

    boolean sends() {
        return !outbox.isEmpty();
    }

    ReplicaMessage next() {
        return ReplicaCodec.decode(
                ByteBuffer.wrap(Objects.requireNonNull(outbox.peek()).bytes()));
    }

    /** Takes the next message and delivers it to those it is for. */
    void deliverNext(ScriptedMember... members) {
        Sent next = outbox.remove();
        for (ScriptedMember each : members) {
            if (next.receivers() == null || next.receivers().contains(each.name)) {
                each.replica.message(name, ByteBuffer.wrap(next.bytes()));
            }
        }
    }

    byte[] takeNext() {
        return outbox.remove().bytes();
    }

    void hear(ScriptedMember from, byte[] bytes) {
        replica.message(from.name, ByteBuffer.wrap(bytes));
    }

    void submit(long ticket, String command) {
        replica.submit(ticket, command.getBytes(StandardCharsets.UTF_8));
        replica.endOfTurn();
    }

    Role role() {
        return replica.role();
    }

    // ---- what the replica does

    @Override
    public void multicast(Service service, byte[] message) {
        outbox.add(new Sent(null, message));
    }

    @Override
    public void send(List<String> receivers, byte[] message) {
        outbox.add(new Sent(receivers, message));
        if (ReplicaCodec.decode(ByteBuffer.wrap(message)) instanceof ReplicaMessage.Chunk chunk) {
            receivers.forEach(each -> handedOut.merge(each, chunk.bytes().remaining(), Integer::sum));
        }
    }

    @Override
    public void consent() {}

    @Override
    public void rejoin() {
        rejoins++;
    }

    @Override
    public void apply(long ticket, long index, long fingerprint, ByteBuffer command) {
        byte[] bytes = new byte[command.remaining()];
        command.duplicate().get(bytes);
        if (LogEntry.isSkip(command)) {
            return;
        }
        state += new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public OptionalLong stateHash(long index) {
        return hashes ? OptionalLong.of(state.hashCode()) : OptionalLong.empty();
    }

    @Override
    public Charter charter() {
        return charter;
    }

    @Override
    public StateImage freeze() {
        saved++;
        return image();
    }

    @Override
    public @Nullable StateImage freezeAtNoCost() {
        return spares ? image() : null;
    }

    private BytesImage image() {
        BytesImage image = new BytesImage(state.getBytes(StandardCharsets.UTF_8), 0);
        images.add(image);
        return image;
    }

    @Override
    public void beginState() {
        arriving.reset();
    }

    @Override
    public void addState(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            arriving.write(bytes.get());
        }
    }

    @Override
    public void dropState() {
        arriving.reset();
    }

    @Override
    public boolean loadState(Version version) {
        if (!accepts) {
            return false;
        }
        state = arriving.toString(StandardCharsets.UTF_8);
        return true;
    }

    @Override
    public void completed(long ticket) {
        completed.add(ticket);
    }

    @Override
    public void failed(long ticket, Failure why) {
        (why == Failure.UNCERTAIN ? uncertain : refused).add(ticket);
    }

    @Override
    public boolean sending(long ticket) {
        return true;
    }

    @Override
    public void read(long ticket) {
        reads.put(ticket, state);
    }

    @Override
    public void append(long epoch, long index, ByteBuffer command) {}

    @Override
    public void sync() {}

    @Override
    public boolean isSnapshotDue(long index, int place, int members) {
        return false;
    }

    @Override
    public void beginSnapshot(Version version) {
        throw new AssertionError("no snapshot is due");
    }

    @Override
    public void record(Metadata metadata) {
        recorded = metadata;
    }

    @Override
    public void snapshot(Version version, Metadata metadata) {
        recorded = metadata;
    }

    @Override
    public void storeState(Metadata metadata) {
        recorded = metadata;
    }

    @Override
    public void role(Role role) {
        roles.add(role);
    }

    @Override
    public void report(ReplicaReason reason, String text) {
        reports.add(reason + ": " + text);
    }

    @Override
    public String toString() {
        return name;
    }
}
