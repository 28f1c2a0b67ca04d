package org.flushspread.flush.requests;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.flushspread.flush.replica.Failure;
import org.flushspread.flush.replica.Lineage;
import org.jspecify.annotations.Nullable;

/**
 * A client of a group that is no member of it: finds a desk, has its requests done there, repeats them where that may help, and knows for each in
 * the end whether it was done, takes no effect, or is uncertain (replica-protocol R31 to R34).
 *
 * <p>Times are nanoseconds of any monotonic clock. The caller calls {@link #tick} after its inputs, and at {@link #nextTick}.
 *
 * <p>One class because it is the client as its caller sees it: every input decides over the one table of open requests. What belongs to one
 * request, to one session and to the search is theirs.
 */
public final class Requester {
    /** Where the effects of a client go. */
    public interface Output {
        /** Sends to the group of the desks. */
        void ask(byte[] message);

        /** Sends to a desk's private group. */
        void send(String desk, byte[] message);

        /** A request goes out for the first time. False if its user has withdrawn it: it is forgotten, and nothing more is told of it. */
        boolean sending(long ticket);

        /** RESULT, THROWN or BEGUN. */
        void answered(long ticket, RequestItem.Answer answer);

        /** With any reason but {@link Failure#UNCERTAIN} it takes no effect. */
        void failed(long ticket, Failure why);

        /** Nobody serves at this daemon: another one is to be tried. */
        void tryOtherDaemon();
    }

    private static final int MOST_DOUBLINGS = 2;
    private static final int MOST_PAUSES = 7;
    private static final long REFUSED_PAUSE = 20_000_000;
    private static final byte[] NOTHING = {};

    private final long identity;
    private final RequesterLimits limits;
    private final Output output;
    private final DeskSearch search;
    /** In the order in which they were asked for; those that the client needs itself have negative numbers. */
    private final LinkedHashMap<Long, OpenRequest> open = new LinkedHashMap<>();

    private final Map<Long, OpenSession> sessions = new TreeMap<>();
    private long bytes;
    /** Requests that are with the desk of today. */
    private int with;
    /** Since when that desk says nothing although requests are with it. */
    private long silentSince;
    /** Since when nobody serves; -1 while somebody does, or nothing is asked for. */
    private long unservedSince = -1;

    private Lineage history = Lineage.NONE;
    private long index;
    private long nextTick = Long.MAX_VALUE;

    /** @param identity 64 bits that no other client of the group has, now or before: random ones */
    public Requester(long identity, RequesterLimits limits, Output output) {
        this.identity = identity;
        this.limits = limits;
        this.output = output;
        this.search = new DeskSearch(identity, limits);
    }

    // ---- what the user wants; tickets are numbers from 1 that are never used again

    /**
     * A session, which begins with the first command.
     *
     * @param ordinal from 1, never used again
     */
    public void session(long ordinal, byte[] name) {
        sessions.put(ordinal, new OpenSession(ordinal, name));
    }

    /** The session is not used any more. */
    public void forgetSession(long ordinal) {
        sessions.remove(ordinal);
    }

    /** Waits for a session to have begun. */
    public void begin(long ticket, long session, long deadline, long now) {
        OpenSession of = sessions.get(session);
        if (of == null) {
            output.failed(ticket, Failure.SESSION_OVER);
        } else if (of.hasBegun()) {
            output.answered(ticket, begun(ticket, of));
        } else {
            take(new OpenRequest(ticket, OpenRequest.Kind.BEGUN, of, ReadKind.LOCAL, 0, NOTHING, deadline, now), now);
        }
    }

    /**
     * A command of a session.
     *
     * @param number its number in the session; 0 for the next one
     */
    public void command(long ticket, long session, long number, byte[] command, long deadline, long now) {
        OpenSession of = sessions.get(session);
        if (of == null) {
            output.failed(ticket, Failure.SESSION_OVER);
        } else {
            take(
                    new OpenRequest(
                            ticket, OpenRequest.Kind.COMMAND, of, ReadKind.LOCAL, number, command, deadline, now),
                    now);
        }
    }

    /** A read. */
    public void read(long ticket, ReadKind kind, byte[] asked, long deadline, long now) {
        take(new OpenRequest(ticket, OpenRequest.Kind.READ, null, kind, 0, asked, deadline, now), now);
    }

    private void take(OpenRequest request, long now) {
        if (request.bytes.length > RequestCodec.LARGEST) {
            output.failed(request.ticket, Failure.TOO_LARGE);
        } else if (open.size() >= limits.requests() || bytes + request.bytes.length > limits.bytes()) {
            output.failed(request.ticket, Failure.QUEUE_FULL);
        } else {
            needSession(request.session, now);
            open.put(request.ticket, request);
            bytes += request.bytes.length;
            nextTick = now;
        }
    }

    private void needSession(@Nullable OpenSession session, long now) {
        if (session != null && !session.hasBegun()) {
            open.computeIfAbsent(
                    -session.ordinal,
                    own -> new OpenRequest(
                            own, OpenRequest.Kind.BEGIN, session, ReadKind.LOCAL, 0, NOTHING, Long.MAX_VALUE, now));
        }
    }

    /** Nobody waits any more for what was never sent; nothing is told of it. */
    public void withdraw(long ticket) {
        OpenRequest one = open.get(ticket);
        if (one != null && !one.sent) {
            forget(one);
        }
    }

    /** Ends all that is open. */
    public void close() {
        for (OpenRequest one : new ArrayList<>(open.values())) {
            end(one, one.failure(Failure.CLOSED));
        }
    }

    // ---- the connection

    /** There is a connection to a daemon, which calls it {@code name}. */
    public void connected(String name, long now) {
        search.connected(name, now);
        unservedSince = -1;
        nextTick = now;
    }

    public void disconnected() {
        search.disconnected();
        nobodyHasThem();
    }

    private void nobodyHasThem() {
        with = 0;
        for (OpenRequest one : open.values()) {
            one.here = false;
        }
    }

    private void nextDesk(long now) {
        search.next();
        atNewDesk(now);
    }

    private void atNewDesk(long now) {
        nobodyHasThem();
        silentSince = now;
        for (OpenRequest one : open.values()) {
            one.due = now;
        }
    }

    // ---- answers

    /** A message to this client; the bytes are read before this returns. False if it is none of its protocol, or none for it. */
    public boolean message(String from, ByteBuffer message, long now) {
        RequestCodec.Decoded decoded = RequestCodec.decode(message);
        if (decoded.why() != null || decoded.client() != identity) {
            return false;
        }
        nextTick = now;
        for (RequestItem item : decoded.items()) {
            if (item instanceof RequestItem.Here here) {
                if (search.found(here)) {
                    atNewDesk(now);
                }
            } else if (item instanceof RequestItem.Answer answer) {
                answer(from, answer, now);
            }
        }
        return true;
    }

    private void answer(String from, RequestItem.Answer answer, long now) {
        boolean today = from.equals(search.desk());
        if (today) {
            silentSince = now;
        }
        learn(answer);
        OpenRequest one = open.get(answer.request());
        if (one == null) {
            return;
        }
        if (today && one.here) {
            one.here = false;
            with--;
        }
        switch (answer.outcome()) {
            case RESULT, THROWN, BEGUN -> done(one, answer, now);
            case NOT_PRIMARY, QUEUE_FULL -> refused(one, answer.outcome(), today, now);
            case UNCERTAIN -> again(one, now);
            case SESSION_OVER -> refusedByLog(one, Failure.SESSION_OVER);
            case TOO_LARGE -> refusedByLog(one, Failure.TOO_LARGE);
            case OTHER_HISTORY -> end(one, Failure.OTHER_HISTORY);
        }
    }

    /** What this client has seen (R34). */
    private void learn(RequestItem.Answer answer) {
        if (!answer.history().equals(Lineage.NONE)) {
            index = answer.history().equals(history) ? Math.max(index, answer.index()) : answer.index();
            history = answer.history();
        }
    }

    private void done(OpenRequest one, RequestItem.Answer answer, long now) {
        served();
        OpenSession session = one.session;
        if (one.kind != OpenRequest.Kind.BEGIN || session == null) {
            forget(one);
            output.answered(one.ticket, answer);
        } else if (answer.outcome() == Outcome.BEGUN && answer.body().length == 2 * Long.BYTES) {
            ByteBuffer body = ByteBuffer.wrap(answer.body());
            if (session.begin(body.getLong(), body.getLong())) {
                forget(one);
                tellWhoWaits(session);
            } else {
                one.due = now;
            }
        }
    }

    private void tellWhoWaits(OpenSession session) {
        for (OpenRequest each : new ArrayList<>(open.values())) {
            if (each.kind == OpenRequest.Kind.BEGUN && each.session == session) {
                forget(each);
                output.answered(each.ticket, begun(each.ticket, session));
            }
        }
    }

    private RequestItem.Answer begun(long ticket, OpenSession session) {
        byte[] body = RequestCodec.begun(session.id(), session.highest());
        return new RequestItem.Answer(ticket, Outcome.BEGUN, history, index, body);
    }

    private void served() {
        unservedSince = -1;
        search.served();
    }

    private void refused(OpenRequest one, Outcome why, boolean today, long now) {
        one.copies--;
        one.refusal = why == Outcome.NOT_PRIMARY ? Failure.NOT_PRIMARY : Failure.QUEUE_FULL;
        if (why == Outcome.QUEUE_FULL) {
            served();
            again(one, now);
        } else if (today) {
            nextDesk(now);
        } else {
            one.due = now;
        }
    }

    private static void again(OpenRequest one, long now) {
        one.due = now + (REFUSED_PAUSE << Math.min(one.attempts++, MOST_PAUSES));
    }

    /** The copy that was answered is not applied; others may have been (R32). */
    private void refusedByLog(OpenRequest one, Failure why) {
        one.copies--;
        end(one, one.failure(why));
    }

    private void end(OpenRequest one, Failure why) {
        forget(one);
        if (one.ticket > 0) {
            output.failed(one.ticket, why);
        }
    }

    private void forget(OpenRequest one) {
        open.remove(one.ticket);
        bytes -= one.bytes.length;
        if (one.here) {
            with--;
        }
        if (one.numbered && one.session != null) {
            one.session.ended(one.number);
        }
    }

    // ---- time

    /** Does what is due: sends, repeats, ends what has no time left, looks for desks. */
    public void tick(long now) {
        if (now < nextTick) {
            return;
        }
        expire(now);
        if (search.isConnected() && !open.isEmpty()) {
            goOn(now);
        } else {
            unservedSince = -1;
        }
        plan(now);
    }

    private void goOn(long now) {
        unservedSince = unservedSince < 0 ? now : unservedSince;
        if (now - unservedSince >= limits.otherDaemonAfter()) {
            unservedSince = now;
            output.tryOtherDaemon();
        }
        if (with > 0 && now - silentSince >= limits.patience()) {
            nextDesk(now);
        }
        if (search.desk() == null && search.isConnected() && now >= search.askAt()) {
            output.ask(RequestCodec.encode(identity, List.of(search.ask(now))));
        }
        String desk = search.desk();
        if (desk != null) {
            send(desk, now);
        }
    }

    private void expire(long now) {
        List<OpenRequest> over = new ArrayList<>();
        boolean anybody = false;
        for (OpenRequest one : open.values()) {
            if (now >= one.deadline) {
                over.add(one);
            } else {
                anybody |= one.ticket > 0;
            }
        }
        if (!anybody) {
            for (OpenRequest one : List.copyOf(open.values())) {
                if (one.ticket < 0) {
                    forget(one); // nobody waits for it any more
                }
            }
        }
        for (OpenRequest one : over) {
            end(one, one.failure(one.refusal == Failure.QUEUE_FULL ? Failure.QUEUE_FULL : Failure.TIMED_OUT));
        }
    }

    private void send(String to, long now) {
        List<RequestItem> message = new ArrayList<>();
        Iterator<OpenRequest> all = open.values().iterator();
        while (all.hasNext()) {
            OpenRequest one = all.next();
            if (now < one.due || (!one.here && with >= limits.window()) || one.isHeld()) {
                continue;
            }
            if (!one.sent && one.ticket > 0 && !output.sending(one.ticket)) {
                all.remove();
                forget(one);
                continue;
            }
            goesOut(one, now);
            message.add(one.item(history, index));
        }
        for (byte[] each : RequestCodec.messages(identity, message)) {
            output.send(to, each);
        }
    }

    private void goesOut(OpenRequest one, long now) {
        if (with == 0) {
            silentSince = now;
        }
        if (!one.here) {
            one.here = true;
            with++;
        }
        one.sent = true;
        one.copies++;
        one.due = now + (limits.repeatAfter() << Math.min(one.attempts++, MOST_DOUBLINGS));
    }

    private void plan(long now) {
        long next = Long.MAX_VALUE;
        boolean sends = search.desk() != null;
        if (search.isConnected() && !open.isEmpty()) {
            next = unservedSince + limits.otherDaemonAfter();
            next = Math.min(next, with > 0 ? silentSince + limits.patience() : Long.MAX_VALUE);
            next = Math.min(next, sends ? Long.MAX_VALUE : search.askAt());
        }
        for (OpenRequest one : open.values()) {
            next = Math.min(next, one.deadline);
            if (sends && (one.here || with < limits.window()) && !one.isHeld()) {
                next = Math.min(next, one.due);
            }
        }
        nextTick = Math.max(next, now + 1);
    }

    /** When {@link #tick} has something to do if nothing comes in before; {@link Long#MAX_VALUE} for never. */
    public long nextTick() {
        return nextTick;
    }

    // ---- what can be asked

    /** Requests that have not ended. */
    public int open() {
        return open.size();
    }

    /** The desk that is asked; null while it is looked for. */
    public @Nullable String desk() {
        return search.desk();
    }
}
