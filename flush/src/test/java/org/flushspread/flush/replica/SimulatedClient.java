package org.flushspread.flush.replica;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.flushspread.flush.requests.ReadKind;
import org.flushspread.flush.requests.RequestItem;
import org.flushspread.flush.requests.Requester;
import org.flushspread.flush.requests.RequesterLimits;
import org.jspecify.annotations.Nullable;

/** One client that is no member: the automaton that ships, and a user who wants this and that of it. */
final class SimulatedClient implements Requester.Output {
    /** Where its messages go. */
    interface Post {
        /** @param desk null for all of them */
        void send(SimulatedClient from, @Nullable String desk, byte[] bytes);
    }

    private static final long STEP = 1_000_000;
    private static final RequesterLimits LIMITS =
            new RequesterLimits(8, 1_000, 4, 40 * STEP, 60 * STEP, 4 * STEP, 20 * STEP, 200 * STEP);

    /** What an operation is, to be found again when it ends. */
    private record Wanted(boolean read, ReadKind kind, String payload, long session) {}

    final String name;
    final int place;
    private final int life;
    private final Random random;
    private final ClientHistories histories;
    private final Post post;
    private final Requester requester;
    private final Map<Long, Wanted> open = new TreeMap<>();
    private long tickets;
    private long session;
    /** The newest session that is known to have begun. */
    private long begun;
    /** Nobody begins a session of this name any more: the one before it had begun. */
    private boolean isAlone;

    private boolean connected;
    private boolean dead;

    SimulatedClient(String name, int place, int life, Random random, ClientHistories histories, Post post) {
        this.name = name;
        this.place = place;
        this.life = life;
        this.random = random;
        this.histories = histories;
        this.post = post;
        this.requester = new Requester(random.nextLong(), LIMITS, this);
        newSession();
    }

    private void newSession() {
        session++;
        // Every second one takes the name of the one before it.
        isAlone = session % 2 == 1 || begun == session - 1;
        String of = "k" + life + "." + (session + 1) / 2;
        requester.session(session, of.getBytes(StandardCharsets.UTF_8));
    }

    void act(long now) {
        connect(now);
        if (random.nextInt(12) == 0) {
            newSession();
        }
        long ticket = ++tickets;
        long deadline = now + (random.nextInt(4) == 0 ? 20 + random.nextInt(100) : 600) * STEP;
        if (random.nextInt(3) == 0) {
            ReadKind kind = ReadKind.values()[random.nextInt(3)];
            open.put(ticket, new Wanted(true, kind, "", 0));
            histories.readBegins(this, ticket);
            requester.read(ticket, kind, new byte[1], deadline, now);
        } else {
            String payload = "c" + life + "." + ticket;
            open.put(ticket, new Wanted(false, ReadKind.LOCAL, payload, session));
            histories.writeBegins(payload);
            requester.command(ticket, session, 0, payload.getBytes(StandardCharsets.UTF_8), deadline, now);
        }
    }

    private void connect(long now) {
        if (!connected) {
            connected = true;
            requester.connected(name, now);
        }
    }

    void disconnect() {
        connected = false;
        requester.disconnected();
    }

    /** What it wanted may still come to pass. */
    void die() {
        dead = true;
        open.forEach((ticket, wanted) -> {
            if (!wanted.read()) {
                histories.writeUncertain(wanted.payload());
            }
        });
        open.clear();
    }

    void message(String from, byte[] bytes, long now) {
        if (connected) {
            requester.message(from, ByteBuffer.wrap(bytes), now);
        }
    }

    void tick(long now) {
        if (!open.isEmpty()) {
            connect(now);
        }
        requester.tick(now);
    }

    boolean hasOpen() {
        return !open.isEmpty();
    }

    // ---- what the automaton does

    @Override
    public void ask(byte[] message) {
        post.send(this, null, message);
    }

    @Override
    public void send(String desk, byte[] message) {
        post.send(this, desk, message);
    }

    @Override
    public boolean sending(long ticket) {
        return open.containsKey(ticket);
    }

    @Override
    public void answered(long ticket, RequestItem.Answer answer) {
        Wanted wanted = open.remove(ticket);
        if (dead || wanted == null) {
            throw new Violation("EveryRequestEndsOnce", name + " is answered what it does not wait for: " + ticket);
        }
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        if (wanted.read()) {
            List<String> done = text.isEmpty() ? List.of() : List.of(text.split("\n"));
            histories.readEnds(this, ticket, wanted.kind(), answer.history(), done);
        } else {
            begun = Math.max(begun, wanted.session());
            histories.writeEnds(this, wanted.payload(), answer.history(), text);
        }
    }

    @Override
    public void failed(long ticket, Failure why) {
        Wanted wanted = open.remove(ticket);
        if (dead || wanted == null) {
            throw new Violation("EveryRequestEndsOnce", name + " hears of what it does not wait for: " + ticket);
        }
        if (wanted.read()) {
            if (why == Failure.UNCERTAIN) {
                throw new Violation("ReadsOfClients", "a read is uncertain");
            }
        } else if (why == Failure.UNCERTAIN) {
            histories.writeUncertain(wanted.payload());
        } else {
            histories.writeRefused(wanted.payload());
            if (why == Failure.SESSION_OVER && wanted.session() == session && isAlone) {
                histories.sessionOver(this, session);
            }
        }
    }

    @Override
    public void tryOtherDaemon() {
        // There is one for it; its desks are asked again.
    }

    @Override
    public String toString() {
        return name + "." + life;
    }
}
