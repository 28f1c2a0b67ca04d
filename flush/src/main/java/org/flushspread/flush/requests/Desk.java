package org.flushspread.flush.requests;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flushspread.flush.replica.Lineage;
import org.flushspread.flush.replica.LogEntry;
import org.flushspread.flush.replica.ReplicaReason;
import org.flushspread.flush.replica.Role;
import org.jspecify.annotations.Nullable;

/**
 * What a member has for all clients: it takes their requests, hands them to the member one by one and answers what becomes of them
 * (replica-protocol R30 to R35). A request that it does not take was not done, and the client is told so; one that it took is answered when the
 * member knows its end, and not before.
 */
public final class Desk {
    /** Where the effects of a desk go. */
    public interface Output {
        /** Sends to a client's private group. The bytes are the receiver's. */
        void send(String client, byte[] message);

        /** Hands an entry of the log to the member; its end comes by {@link Desk#ended}. */
        void submit(long ticket, byte[] head, byte[] rest);

        /** Hands a question to the member. */
        void read(long ticket, RequestItem.Read question);

        /** Nobody waits any more for what has this ticket. */
        void withdraw(long ticket);

        /** Something a person should know. */
        void report(ReplicaReason reason, String text);
    }

    /** A request as one client sent it. */
    private record Key(String client, long identity, long request) {}

    private record Pending(Key key, int bytes, long since) {}

    /** Who gets an answer. */
    private record Receiver(String client, long identity) {}

    /** Senders of nonsense that are remembered as named. */
    private static final int NAMED = 1_000;

    private static final long SECOND = 1_000_000_000;
    private static final byte[] NOTHING = {};

    private final DeskLimits limits;
    private final Output output;
    private final LinkedHashMap<Long, Pending> pending = new LinkedHashMap<>();
    private final Map<Key, Long> tickets = new HashMap<>();
    private final Map<Receiver, Integer> ofOne = new HashMap<>();
    private final LinkedHashMap<Receiver, List<RequestItem>> answers = new LinkedHashMap<>();
    private final Set<String> named = new HashSet<>();
    private final long[] counts = new long[DeskReason.values().length];
    private List<String> desks = List.of();
    private int place = -1;
    private Role role = Role.MINORITY;
    private long pendingBytes;
    private long lastTicket;
    private long taken;
    private long takenBytes;
    private long answered;
    private long answeredBytes;
    private long second;
    private int questions;

    public Desk(DeskLimits limits, Output output) {
        this.limits = limits;
        this.output = output;
    }

    // ---- what the shell tells

    /** A view of the desks' group. */
    public void desks(List<String> now, String self) {
        desks = List.copyOf(now);
        place = desks.indexOf(self);
    }

    /** How the member stands: an observer answers questions of all kinds, and takes no entries of the log (R36). */
    public void role(Role now) {
        role = now;
    }

    /** A message of a client, to the group of the desks or to this one; the bytes are read before this returns. */
    public void message(String from, ByteBuffer bytes, long now) {
        RequestCodec.Decoded message = RequestCodec.decode(bytes);
        ReplicaReason nonsense = message.why();
        if (nonsense != null) {
            name(from, nonsense);
            return;
        }
        for (RequestItem item : message.items()) {
            if (item instanceof RequestItem.Who who) {
                who(from, message.client(), who.number(), now);
            } else if (item instanceof RequestItem.Request request) {
                request(new Key(from, message.client(), request.request()), request, now);
            } else {
                name(from, ReplicaReason.MALFORMED);
                return;
            }
        }
    }

    private void name(String from, ReplicaReason why) {
        count(DeskReason.NONSENSE);
        if (named.size() < NAMED && named.add(from)) {
            output.report(
                    why, from + " sends to the desks of the group what is no request of a client of this version");
        }
    }

    /** The desk whose place it is answers (R31). */
    private void who(String from, long identity, long number, long now) {
        if (place < 0 || Math.floorMod(number, (long) desks.size()) != place) {
            return;
        }
        if (now - second >= SECOND) {
            second = now;
            questions = 0;
        }
        if (++questions > limits.questions()) {
            count(DeskReason.QUESTION_DROPPED);
            return;
        }
        answer(new Receiver(from, identity), new RequestItem.Here(number, role == Role.PRIMARY, desks));
    }

    private void request(Key key, RequestItem.Request request, long now) {
        if (tickets.containsKey(key)) {
            count(DeskReason.REPEATED);
            return;
        }
        Outcome refusal = refusal(key, request);
        if (refusal != null) {
            count(refusal == Outcome.NOT_PRIMARY ? DeskReason.NOT_PRIMARY : DeskReason.QUEUE_FULL);
            answer(key, refusal, NOTHING, Lineage.NONE, 0);
            return;
        }
        long ticket = ++lastTicket;
        pending.put(ticket, new Pending(key, request.bytes(), now));
        tickets.put(key, ticket);
        ofOne.merge(new Receiver(key.client(), key.identity()), 1, Integer::sum);
        pendingBytes += request.bytes();
        taken++;
        takenBytes += request.bytes();
        hand(ticket, key.identity(), request);
    }

    /** Why nothing is done for a request; null if it is taken. */
    private @Nullable Outcome refusal(Key key, RequestItem.Request request) {
        boolean here = request instanceof RequestItem.Read read
                ? read.kind() != ReadKind.LINEARIZABLE || role.hasPrimary()
                : role == Role.PRIMARY;
        if (!here) {
            return Outcome.NOT_PRIMARY;
        }
        boolean full = pending.size() >= limits.requests()
                || pendingBytes + request.bytes() > limits.bytes()
                || ofOne.getOrDefault(new Receiver(key.client(), key.identity()), 0) >= limits.requestsOfOne();
        return full ? Outcome.QUEUE_FULL : null;
    }

    private void hand(long ticket, long identity, RequestItem.Request request) {
        if (request instanceof RequestItem.Begin begin) {
            output.submit(ticket, LogEntry.clientSession(identity, begin.incarnation(), begin.before()), begin.name());
        } else if (request instanceof RequestItem.Command command) {
            output.submit(ticket, LogEntry.sessionCommand(command.session(), command.number()), command.command());
        } else if (request instanceof RequestItem.Read read) {
            output.read(ticket, read);
        }
    }

    // ---- what the member tells

    /**
     * The end of a request.
     *
     * @param history and {@code index}: the place that the member has confirmed; none and 0 if that is not known
     */
    public void ended(long ticket, Outcome outcome, byte[] body, Lineage history, long index) {
        Pending one = forget(ticket);
        if (one == null) {
            return;
        }
        if (body.length > RequestCodec.LARGEST) {
            String why = "the answer takes " + body.length + " bytes; one to a client takes " + RequestCodec.LARGEST
                    + " at the most";
            answer(one.key(), Outcome.THROWN, why.getBytes(StandardCharsets.UTF_8), history, index);
        } else {
            answer(one.key(), outcome, body, history, index);
        }
    }

    private @Nullable Pending forget(long ticket) {
        Pending one = pending.remove(ticket);
        if (one != null) {
            tickets.remove(one.key());
            pendingBytes -= one.bytes();
            ofOne.computeIfPresent(
                    new Receiver(one.key().client(), one.key().identity()),
                    (key, count) -> count > 1 ? count - 1 : null);
        }
        return one;
    }

    private void answer(Key to, Outcome outcome, byte[] body, Lineage history, long index) {
        answered++;
        answer(
                new Receiver(to.client(), to.identity()),
                new RequestItem.Answer(to.request(), outcome, history, index, body));
    }

    private void answer(Receiver to, RequestItem item) {
        answers.computeIfAbsent(to, key -> new ArrayList<>()).add(item);
    }

    // ---- the end of a turn

    /** Forgets what has no end, and sends the answers: those to one client in as few messages as may be. */
    public void endOfTurn(long now) {
        while (!pending.isEmpty()) {
            Map.Entry<Long, Pending> oldest = pending.entrySet().iterator().next();
            if (now - oldest.getValue().since() < limits.patienceNanos()) {
                break;
            }
            count(DeskReason.FORGOTTEN);
            long ticket = oldest.getKey();
            forget(ticket);
            output.withdraw(ticket);
        }
        answers.forEach((to, items) -> {
            for (byte[] message : RequestCodec.messages(to.identity(), items)) {
                answeredBytes += message.length;
                output.send(to.client(), message);
            }
        });
        answers.clear();
    }

    /** The connection is gone: nobody hears answers to what came by it under this name. */
    public void disconnected() {
        answers.clear();
        desks = List.of();
        place = -1;
    }

    // ---- what can be asked

    /** Requests that are with the member. */
    public int pending() {
        return pending.size();
    }

    /** All that is counted, as it is now. */
    public DeskFigures figures() {
        Map<DeskReason, Long> refused = new EnumMap<>(DeskReason.class);
        for (DeskReason each : DeskReason.values()) {
            refused.put(each, countOf(each));
        }
        return new DeskFigures(
                ofOne.size(), pending.size(), pendingBytes, taken, takenBytes, answered, answeredBytes, refused);
    }

    private void count(DeskReason reason) {
        counts[reason.ordinal()]++;
    }

    /** How often this was the reason to drop or refuse something. */
    public long countOf(DeskReason reason) {
        return counts[reason.ordinal()];
    }
}
