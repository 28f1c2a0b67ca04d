package org.flushspread.examples.web;

import com.google.gson.JsonArray;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadException;
import org.flushspread.flush.DataMessage;
import org.flushspread.flush.FlushConnection;
import org.flushspread.flush.FlushListener;
import org.flushspread.flush.FlushOptions;
import org.jspecify.annotations.Nullable;

/**
 * One browser session: a member with a connection of its own. While its daemon does not answer it tries again, and joins its rooms anew.
 * Its lock is that of all its rooms; connections are made and closed without it.
 */
final class ChatSession {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration FLUSH_DEADLINE = Duration.ofSeconds(5);
    private static final int MOST_IDS = 256;

    private final ChatLimits limits;
    private final String name;
    private final String daemon;
    private final EventLog log;
    private final Pace pace;
    private final Map<String, Room> rooms = new LinkedHashMap<>();
    /** What was said last: a page that got no answer says it again. */
    private final Set<String> ids = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST_IDS;
        }
    });

    private @Nullable FlushConnection connection;
    private String member = "";
    private boolean connected;
    private boolean ended;
    /** Why the last attempt to connect failed. */
    private String why = "";
    /** Which page looks; a later one takes over. */
    private long page;

    private int pages;
    private long watchedAt = System.nanoTime();

    ChatSession(ChatLimits limits, String name, String daemon) {
        this.limits = limits;
        this.name = name;
        this.daemon = daemon;
        this.log = new EventLog(limits.events());
        this.pace = new Pace(limits.burst(), limits.perSecond(), System.nanoTime());
    }

    ChatLimits limits() {
        return limits;
    }

    EventLog log() {
        return log;
    }

    /** The private name of the member, {@code #ann#node1}. */
    synchronized String member() {
        return member;
    }

    String daemon() {
        return daemon;
    }

    void tell(Event event) {
        log.add(event.text());
    }

    // ---- the connection

    /**
     * Connects, and joins the rooms again. Takes seconds at the most.
     *
     * @throws SpreadException if the daemon does not answer or refuses
     * @throws IllegalArgumentException if the name is none
     */
    void connect() {
        FlushConnection fresh = FlushConnection.connect(
                FlushOptions.of(ConnectOptions.of(daemon, name).withTimeout(CONNECT))
                        .withFlushDeadline(FLUSH_DEADLINE));
        boolean late;
        synchronized (this) {
            late = ended || connected;
            if (!late) {
                connection = fresh;
                connected = true;
                why = "";
                member = fresh.privateGroup();
                tell(Event.of("connection").with("up", true).with("member", member));
                fresh.listen(new OfNoGroup());
                for (Room each : List.copyOf(rooms.values())) {
                    try {
                        each.join(fresh);
                    } catch (SpreadException e) {
                        tell(Event.of("note", each.name).with("text", e.getMessage()));
                    }
                }
            }
        }
        if (late) {
            fresh.close();
        }
    }

    /** Tries it once more, if it is time; what is wrong goes to the page when it changes. */
    void reconnect() {
        synchronized (this) {
            if (ended || connected || !rooms.values().stream().allMatch(Room::isOut)) {
                return; // the end of the connection before is still being told
            }
        }
        try {
            connect();
        } catch (SpreadException | IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            synchronized (this) {
                if (!message.equals(why)) {
                    why = message;
                    tell(Event.of("connection").with("up", false).with("why", message));
                }
            }
        }
    }

    synchronized boolean isConnected() {
        return connected;
    }

    /** Private messages, and the end of the connection. */
    private final class OfNoGroup implements FlushListener {
        @Override
        public void onMessage(DataMessage message) {
            tell(shown("private", "", message));
        }

        @Override
        public void onClosed(SpreadException why) {
            synchronized (ChatSession.this) {
                connected = false;
                connection = null;
                if (!ended) {
                    tell(Event.of("connection").with("up", false).with("why", why.getMessage()));
                }
            }
        }
    }

    /** A message as a page is told of it: as much of the text as anybody here could have sent. */
    Event shown(String type, String room, DataMessage message) {
        ByteBuffer body = message.body();
        int length = body.remaining();
        body.limit(Math.min(length, limits.textBytes()));
        return Event.of(type, room)
                .with("from", message.sender())
                .with("text", StandardCharsets.UTF_8.decode(body).toString())
                .with("cut", length - body.limit())
                .with("service", message.service().name())
                .with("to", message.receivers());
    }

    // ---- what the person does

    synchronized void join(String room) throws Refused {
        FlushConnection now = requireConnection();
        if (rooms.containsKey(room)) {
            throw Refused.now("You are in '" + room + "' already.");
        }
        if (rooms.size() >= limits.rooms()) {
            throw Refused.tooMany("You are in " + rooms.size() + " rooms; that is as many as there may be. Leave one.");
        }
        Room joined = new Room(this, room);
        rooms.put(room, joined);
        try {
            joined.join(now);
        } catch (SpreadException e) {
            rooms.remove(room, joined);
            throw Refused.byDaemon(String.valueOf(e.getMessage()));
        }
    }

    synchronized void leave(String room) throws Refused {
        require(room).leave();
    }

    /** Takes a message; what becomes of it is told to the page. The same id again changes nothing. */
    synchronized void say(String room, String id, Service service, String text) throws Refused {
        Room in = require(room);
        if (ids.contains(id)) {
            return;
        }
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        if (length > limits.textBytes()) {
            throw Refused.tooMany("The message has " + length + " bytes; it may have " + limits.textBytes() + ".");
        }
        if (!pace.take(System.nanoTime())) {
            throw Refused.tooMany("Too fast: " + limits.perSecond() + " messages a second are taken.");
        }
        ids.add(id);
        in.say(new Room.Line(id, service, text));
    }

    synchronized void manual(String room, boolean wanted) throws Refused {
        require(room).manual(wanted);
    }

    synchronized void consent(String room) throws Refused {
        require(room).consent();
    }

    private Room require(String room) throws Refused {
        Room found = rooms.get(room);
        if (found == null) {
            throw Refused.now("You are not in '" + room + "'.");
        }
        return found;
    }

    private FlushConnection requireConnection() throws Refused {
        FlushConnection now = connection;
        if (now == null || !connected) {
            throw Refused.now("The daemon does not answer; try again when it does.");
        }
        return now;
    }

    /** A room was left. */
    synchronized void forget(Room room) {
        rooms.remove(room.name, room);
        tell(Event.of("gone", room.name));
    }

    // ---- the page

    /** A page looks from now on; one before it stops. Answers its number. */
    synchronized long watch() {
        pages++;
        return ++page;
    }

    synchronized boolean watches(long number) {
        watchedAt = System.nanoTime();
        return page == number && !ended;
    }

    synchronized void unwatch() {
        pages--;
        watchedAt = System.nanoTime();
    }

    synchronized boolean isWatched() {
        return pages > 0 || System.nanoTime() - watchedAt < limits.unwatched().toNanos();
    }

    /** Everything as it is, and which event was the last before. */
    synchronized Event picture() {
        JsonArray all = new JsonArray();
        rooms.values().forEach(each -> all.add(each.picture().json()));
        return Event.of("picture")
                .with("last", log.last())
                .with("up", connected)
                .with("name", name)
                .with("member", member)
                .with("daemon", daemon)
                .with("rooms", all);
    }

    synchronized List<String> roomNames() {
        return List.copyOf(rooms.keySet());
    }

    /** Called twice a second: looks after rooms that wait; answers false when nobody has looked for too long. */
    synchronized boolean tick() {
        if (!isWatched()) {
            rooms.values().forEach(Room::consent);
        }
        rooms.values().forEach(Room::look);
        return pages > 0 || System.nanoTime() - watchedAt < limits.idle().toNanos();
    }

    void end() {
        FlushConnection last;
        synchronized (this) {
            ended = true;
            last = connection;
        }
        log.end();
        if (last != null) {
            last.close();
        }
    }
}
