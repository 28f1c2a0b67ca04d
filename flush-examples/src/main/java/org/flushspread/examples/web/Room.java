package org.flushspread.examples.web;

import com.google.gson.JsonArray;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadException;
import org.flushspread.flush.DataMessage;
import org.flushspread.flush.Excluded;
import org.flushspread.flush.FlushConnection;
import org.flushspread.flush.FlushGroup;
import org.flushspread.flush.FlushListener;
import org.flushspread.flush.FlushRequest;
import org.flushspread.flush.IllegalStateFlushException;
import org.flushspread.flush.PendingView;
import org.flushspread.flush.SelfLeave;
import org.flushspread.flush.View;
import org.jspecify.annotations.Nullable;

/**
 * A member in one room. What its person says has one fate: delivered back to itself, given back with a reason, or, when the connection ends
 * between, uncertain; it is never dropped without a word. Everything is under the lock of its session.
 */
final class Room implements FlushListener {
    /** Numbers of own messages: they come back as the message type, and tell which one it is. */
    private static final int MOST_NUMBER = 32_000;

    /** Where this member stands; the names are the page's too. */
    enum State {
        /** No view yet: messages wait. */
        JOINING,
        /** Messages are sent. */
        IN_VIEW,
        /** A flush request waits for the person: messages are sent, in the old view. */
        ASKED,
        /** This member has consented: messages wait for the new view. */
        FLUSHED,
        /** The group is being left: nothing is sent. */
        LEAVING,
        /** No connection. */
        OUT
    }

    /** Something said. */
    record Line(String id, Service service, String text) {}

    final String name;
    private final ChatSession session;
    private final Deque<Line> held = new ArrayDeque<>();
    private final Map<Integer, Line> sent = new LinkedHashMap<>();
    private int number;
    private State state = State.OUT;
    private boolean manual;
    private boolean transitional;
    private List<String> missing = List.of();
    private @Nullable FlushGroup group;
    private @Nullable FlushRequest request;
    private @Nullable View view;

    Room(ChatSession session, String name) {
        this.session = session;
        this.name = name;
    }

    // ---- what the session and its person do; they hold the lock

    void join(FlushConnection connection) {
        FlushGroup joined = connection.join(name);
        group = joined;
        state(State.JOINING);
        joined.listen(this);
    }

    void leave() {
        FlushGroup joined = group;
        if (joined == null || state == State.OUT) {
            session.forget(this);
            return;
        }
        state(State.LEAVING);
        giveBack("you are leaving the room");
        try {
            joined.leave();
        } catch (SpreadException e) {
            // Left before, or the connection has ended: its last event follows.
            session.tell(Event.of("note", name).with("text", e.getMessage()));
        }
    }

    void say(Line line) {
        switch (state) {
            case IN_VIEW, ASKED -> send(line);
            case JOINING, FLUSHED -> hold(line);
            case LEAVING -> fate(line, "back", "you are leaving the room");
            case OUT -> fate(line, "back", "the daemon does not answer, so nothing was sent");
        }
    }

    private void hold(Line line) {
        if (held.size() >= session.limits().held()) {
            fate(line, "back", held.size() + " messages wait for the new view already");
        } else {
            held.add(line);
            fate(line, "waits", null);
        }
    }

    private void send(Line line) {
        FlushGroup joined = group;
        if (joined == null) {
            fate(line, "back", "you are not in the room");
            return;
        }
        number = number % MOST_NUMBER + 1;
        int mine = number;
        sent.put(mine, line);
        try {
            joined.multicast(line.service(), mine, line.text().getBytes(StandardCharsets.UTF_8));
            fate(line, "sent", null);
        } catch (IllegalStateFlushException e) {
            // The next view is there, but this member has not been shown it yet.
            sent.remove(mine);
            hold(line);
        } catch (SpreadException e) {
            sent.remove(mine);
            fate(line, "back", e.getMessage());
        }
    }

    void manual(boolean wanted) {
        manual = wanted;
        session.tell(Event.of("manual", name).with("on", wanted));
        if (!wanted) {
            consent();
        }
    }

    /** Lets the change happen that waits for this member. */
    void consent() {
        FlushRequest waiting = request;
        request = null;
        if (waiting != null) {
            state(State.FLUSHED);
            try {
                waiting.flush();
            } catch (SpreadException e) {
                session.tell(Event.of("note", name).with("text", e.getMessage()));
            }
        }
    }

    /** Tells for whom the next view waits, if that has changed. */
    void look() {
        FlushGroup joined = group;
        if (joined == null || (state != State.ASKED && state != State.FLUSHED)) {
            return;
        }
        PendingView pending = joined.pendingView();
        List<String> now = pending == null ? List.of() : pending.missing();
        if (!now.equals(missing)) {
            missing = now;
            session.tell(Event.of("missing", name).with("missing", now));
        }
    }

    boolean isOut() {
        return state == State.OUT;
    }

    /** All that a page has to know that was not there. */
    Event picture() {
        Event all = Event.of("room", name)
                .with("state", state.name())
                .with("manual", manual)
                .with("missing", missing)
                .with("transitional", transitional);
        JsonArray waits = new JsonArray();
        held.forEach(each -> waits.add(each.id()));
        JsonArray away = new JsonArray();
        sent.values().forEach(each -> away.add(each.id()));
        View now = view;
        return all.with("held", waits).with("away", away).with("members", now == null ? List.of() : now.members());
    }

    private void state(State next) {
        state = next;
        if (next != State.ASKED && next != State.FLUSHED) {
            missing = List.of();
        }
        session.tell(Event.of("state", name).with("state", next.name()));
    }

    private void fate(Line line, String fate, @Nullable String why) {
        session.tell(Event.of("fate", name)
                .with("id", line.id())
                .with("fate", fate)
                .with("why", why)
                .with("service", line.service().name())
                .with("text", line.text()));
    }

    private void giveBack(String why) {
        for (Line each : List.copyOf(held)) {
            fate(each, "back", why);
        }
        held.clear();
    }

    // ---- what happens in the group; calls come from a thread of the connection

    @Override
    public void onView(View next) {
        synchronized (session) {
            view = next;
            request = null;
            transitional = false;
            session.tell(Event.of("view", name)
                    .with("members", next.members())
                    .with("cause", next.cause().name())
                    .with("who", next.changedMember())
                    .with("left", next.left())
                    .with("joined", next.joined())
                    .with("together", next.transitional())
                    .with("excluded", next.excluded())
                    .with("me", next.me()));
            if (state == State.LEAVING) {
                return;
            }
            state(State.IN_VIEW);
            List<Line> now = new ArrayList<>(held);
            held.clear();
            now.forEach(this::send);
        }
    }

    @Override
    public void onMessage(DataMessage message) {
        synchronized (session) {
            boolean mine = message.sender().equals(session.member());
            Line line = mine ? sent.remove((int) message.type()) : null;
            session.tell(session.shown("message", name, message)
                    .with("mine", mine)
                    .with("id", line == null ? null : line.id())
                    .with("transitional", transitional));
        }
    }

    @Override
    public void onFlushRequest(FlushRequest asked) {
        synchronized (session) {
            if (manual && state == State.IN_VIEW && session.isWatched()) {
                asked.defer();
                request = asked;
                state(State.ASKED);
            } else if (state != State.LEAVING) {
                state(State.FLUSHED);
            }
        }
    }

    @Override
    public void onTransition() {
        synchronized (session) {
            transitional = true;
            session.tell(Event.of("transition", name));
        }
    }

    @Override
    public void onExcluded(Excluded excluded) {
        synchronized (session) {
            session.tell(
                    Event.of("note", name).with("text", "the others go on without you: you did not answer in time"));
        }
    }

    @Override
    public void onSelfLeave(SelfLeave leave) {
        synchronized (session) {
            over(leave.reason() == null ? "you have left the room" : leave.reason());
            session.forget(this);
        }
    }

    @Override
    public void onClosed(SpreadException why) {
        synchronized (session) {
            boolean leaving = state == State.LEAVING;
            over("the connection to the daemon has ended");
            if (leaving) {
                session.forget(this);
            }
        }
    }

    private void over(String why) {
        giveBack(why + ", so this was not sent");
        for (Line each : List.copyOf(sent.values())) {
            fate(each, "uncertain", why + " before this came back");
        }
        sent.clear();
        group = null;
        request = null;
        view = null;
        transitional = false;
        state(State.OUT);
    }
}
