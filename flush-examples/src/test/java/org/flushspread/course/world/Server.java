package org.flushspread.course.world;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.flushspread.client.ConnectOptions;
import org.flushspread.course.api.Place;
import org.flushspread.course.api.Program;
import org.flushspread.flush.DataMessage;
import org.flushspread.flush.FlushConnection;
import org.flushspread.flush.FlushEvent;
import org.flushspread.flush.FlushException;
import org.flushspread.flush.FlushGroup;
import org.flushspread.flush.FlushOptions;
import org.flushspread.flush.FlushRequest;
import org.flushspread.flush.SelfLeave;
import org.flushspread.flush.Transition;
import org.flushspread.flush.View;
import org.flushspread.flush.kernel.Wrapping;
import org.flushspread.simulation.Application;
import org.flushspread.simulation.ClientWatch;
import org.flushspread.simulation.SimulatedClient;
import org.jspecify.annotations.Nullable;

/**
 * One server: a machine with a daemon, and a process on it that runs the program. Each life of the process has a name, a connection and a
 * program of its own. The connection is the one that ships, read when the simulated client has bytes for it.
 *
 * @param <P> what the program of this exercise can do
 */
public final class Server<P extends Program> implements Application {
    /** The one group of an exercise. */
    static final String GROUP = "course";

    private final GroupWorld<P> world;
    private final int number;
    private final Supplier<P> programs;
    private final long skewMillis;
    private @Nullable GroupJudge<P> judge;
    private @Nullable SimulatedClient client;
    private @Nullable SimulatedLink link;
    private @Nullable FlushConnection connection;
    private @Nullable P program;
    private @Nullable View view;
    private int lives;
    private boolean mayRun = true;
    private boolean consented;

    Server(GroupWorld<P> world, int number, Supplier<P> programs, long skewMillis) {
        this.world = world;
        this.number = number;
        this.programs = programs;
        this.skewMillis = skewMillis;
    }

    /** Who looks at the program after everything that it has got. */
    void watch(GroupJudge<P> by) {
        judge = by;
    }

    private void look() {
        GroupJudge<P> by = judge;
        if (by != null) {
            by.look(this);
        }
    }

    public int number() {
        return number;
    }

    /** {@code a1}: server a in its first life. */
    @Override
    public @Nullable String name() {
        return mayRun ? (char) ('a' + number) + String.valueOf(lives + 1) : null;
    }

    /** The name of the life that runs, or of the last one. */
    public String life() {
        return (char) ('a' + number) + String.valueOf(lives);
    }

    public int lives() {
        return lives;
    }

    /** The program, while it is in the group. */
    public @Nullable P program() {
        return view == null ? null : program;
    }

    /** The view that the program has; null before the first one. */
    public @Nullable View view() {
        return view;
    }

    /** True between the consent to a change and the next view, when nothing can be sent. */
    public boolean isBetweenViews() {
        return consented;
    }

    /** True if most of all servers are in its view. */
    public boolean isInMajority() {
        View now = view;
        return now != null && 2 * now.members().size() > world.servers().size();
    }

    // ---- life and death

    void crash() {
        mayRun = false;
        SimulatedClient dying = client;
        boolean lived = program != null;
        over();
        if (dying != null && lived) {
            world.story().outline(life(), "dies");
            dying.crash();
        }
    }

    void restart() {
        mayRun = true;
    }

    private void over() {
        program = null;
        connection = null;
        link = null;
        view = null;
        consented = false;
    }

    @Override
    public void connected(SimulatedClient session) {
        client = session;
        lives++;
        world.story().outline(life(), "starts, with empty memory");
        SimulatedLink bytes = new SimulatedLink(session, life());
        link = bytes;
        ConnectOptions options = ConnectOptions.of("4803@localhost", life()).withLinks(() -> bytes);
        FlushConnection fresh = FlushConnection.connect(FlushOptions.of(options)
                .withOursAlone(true)
                .withWrapping(Wrapping.ALWAYS)
                .withFlushDeadline(null));
        connection = fresh;
        FlushGroup group = fresh.join(GROUP);
        P started = made();
        program = started;
        GroupJudge<P> by = judge;
        if (by != null) {
            by.prepare(started);
        }
        String me = fresh.privateGroup();
        call("start", () -> started.start(new ThisPlace(group, me)));
    }

    private P made() {
        try {
            return programs.get();
        } catch (RuntimeException | Error failed) { // all that a learner's constructor may throw
            throw thrown("its constructor", failed);
        }
    }

    @Override
    public void received(SimulatedClient session, byte[] image) {
        SimulatedLink bytes = link;
        FlushConnection from = connection;
        if (bytes == null || from == null) {
            return;
        }
        bytes.feed(image);
        pump(from);
    }

    /** What has come, or came to be by something that the program did. */
    private void pump(FlushConnection from) {
        FlushEvent event = from.tryReceive();
        while (event != null && connection == from) {
            dispatch(event);
            look();
            event = connection == from ? from.tryReceive() : null;
        }
    }

    @Override
    public void ended(SimulatedClient session, ClientWatch.End how) {
        if (program != null) {
            world.story().outline(life(), "dies with the daemon of its machine");
        }
        over();
    }

    @Override
    public void calm(SimulatedClient session) {}

    // ---- events, as a listener gets them

    private void dispatch(FlushEvent event) {
        P to = program;
        if (to == null) {
            return;
        }
        if (event instanceof View now) {
            view = now;
            consented = false;
            world.story().outline(life(), "gets the view " + names(now.members()));
            call("onView", () -> to.onView(now));
        } else if (event instanceof DataMessage message) {
            world.story().tell(life(), "gets from " + shortName(message.sender()) + ": " + message.text());
            call("onMessage", () -> to.onMessage(message));
        } else if (event instanceof FlushRequest request) {
            call("onFlushRequest", () -> to.onFlushRequest(request));
            if (!request.isAnswered() && !request.isDeferred()) {
                request.flush();
            }
            consented = request.isAnswered();
            world.story()
                    .tell(
                            life(),
                            consented
                                    ? "consents to a change of the view, and may not send until the next one"
                                    : "is asked to consent to a change of the view, and defers it");
        } else if (event instanceof Transition transition) {
            world.story().tell(life(), "gets the transition signal: the view is breaking");
            call("onTransition", () -> to.onTransition(transition));
        } else if (event instanceof SelfLeave leave) {
            call("onSelfLeave", () -> to.onSelfLeave(leave));
        }
    }

    /** Has the program do something, and looks at it afterwards. */
    public void call(String what, Runnable step) {
        world.running(this);
        try {
            step.run();
        } catch (BrokenPromise broken) {
            throw broken;
        } catch (RuntimeException | Error thrown) { // all that a learner's program may throw
            throw thrown(what, thrown);
        }
    }

    private BrokenPromise thrown(String what, Throwable thrown) {
        StackTraceElement where = null;
        P own = program;
        for (StackTraceElement each : thrown.getStackTrace()) {
            if (where == null
                    && own != null
                    && each.getClassName().startsWith(own.getClass().getName())) {
                where = each;
            }
        }
        String hint = thrown instanceof FlushException && consented
                ? ". It has consented to a flush request, so it may send again in the next view: keep what is to be said until then."
                : "";
        return new BrokenPromise(
                "a program throws nothing",
                life() + " has thrown in " + what + (where == null ? "" : ", at " + where) + ": " + thrown + hint,
                world.story().lines(life() + " "));
    }

    /** {@code #a1#d1} as people say it: a1. */
    public static String shortName(String member) {
        int end = member.indexOf('#', 1);
        return end < 0 ? member : member.substring(1, end);
    }

    static String names(List<String> members) {
        return String.join(", ", members.stream().map(Server::shortName).toList());
    }

    private final class ThisPlace implements Place {
        private final FlushGroup group;
        private final String me;
        private final int life = lives;

        ThisPlace(FlushGroup group, String me) {
            this.group = group;
            this.me = me;
        }

        @Override
        public FlushGroup group() {
            return group;
        }

        @Override
        public String me() {
            return me;
        }

        @Override
        public int servers() {
            return world.servers().size();
        }

        @Override
        public void after(Duration delay, Runnable what) {
            world.after(delay, () -> {
                if (program != null && lives == life) {
                    call("what it does later", what);
                    look();
                }
            });
        }

        @Override
        public long clockMillis() {
            return world.millis() + skewMillis;
        }
    }
}
