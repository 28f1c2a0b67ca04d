package org.flushspread.lab;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.flushspread.diagram.DiagramPage;
import org.flushspread.diagram.Mark;
import org.jspecify.annotations.Nullable;

/**
 * Gives a {@link Performance} a pace in real time and tells whoever looks what happens: a thread moves the world on, many times a second.
 * Thread-safe; the world is touched under this object's lock alone.
 */
final class Stage implements AutoCloseable {
    static final double SLOWEST = 0.001;
    static final double FASTEST = 20;
    private static final int MOST_VIEWERS = 8;
    private static final int WAITING = 400;
    private static final long FRAME_MILLIS = 50;
    /** A machine that cannot follow lets the world be slower. */
    private static final long LONGEST_FRAME = 200_000_000L;

    private static final int FRAMES_PER_STATE = 4;

    private final List<Viewer> viewers = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::run, "lab");
    private Performance performance;
    private double pace = 0.5;
    private boolean playing = true;
    private String told = "";
    private int lines;
    private volatile boolean closed;

    /** Somebody who looks: what is to be shown, oldest first. Who does not read is dropped, and begins again. */
    static final class Viewer {
        final BlockingQueue<String> events = new ArrayBlockingQueue<>(WAITING);
        volatile boolean dropped;

        private void tell(String event) {
            if (!events.offer(event)) {
                dropped = true;
            }
        }
    }

    Stage(Scenario first) {
        performance = new Performance(first);
        performance.runTo(first.begin());
        thread.setDaemon(true);
    }

    void begin() {
        thread.start();
    }

    /** Null if too many look already. */
    synchronized @Nullable Viewer view() {
        viewers.removeIf(each -> each.dropped);
        if (viewers.size() == MOST_VIEWERS) {
            return null;
        }
        Viewer viewer = new Viewer();
        viewer.tell(whole());
        viewer.tell(state());
        viewers.add(viewer);
        return viewer;
    }

    void leave(Viewer viewer) {
        viewers.remove(viewer);
    }

    // ---- what a person asks for

    /** @throws ScenarioException if it is not possible */
    synchronized void command(String text) {
        performance.command(text);
        tellFresh();
    }

    /** @throws ScenarioException for what is no such word */
    synchronized void control(String text) {
        Command command = Command.of(0, 0, text);
        switch (command.name()) {
            case "play" -> playing = true;
            case "hold" -> playing = false;
            case "pace" -> pace = Words.number(command, 1, SLOWEST, FASTEST);
            case "step" -> {
                playing = false;
                performance.step();
            }
            case "back" -> {
                playing = false;
                performance.backTo(Math.max(0, (long) (Words.number(command, 1, 0, 1e6) * 1e9)));
                tellAll();
                return;
            }
            case "story" -> {
                load(
                        command.arguments() == 1 && !command.argument(1).equals("empty")
                                ? Stories.story(command.argument(1))
                                : Stories.empty());
                return;
            }
            default ->
                throw new ScenarioException(
                        "there is no '" + command.name() + "'; there are play, hold, pace, step, back and story");
        }
        tellFresh();
    }

    synchronized void load(Scenario scenario) {
        Performance fresh = new Performance(scenario);
        fresh.runTo(scenario.begin());
        performance = fresh;
        playing = true;
        tellAll();
    }

    synchronized String saved() {
        return performance.saved();
    }

    // ---- what is told

    private void tellAll() {
        String all = whole();
        told = state();
        for (Viewer each : viewers) {
            each.tell(all);
            each.tell(told);
        }
    }

    private void tellFresh() {
        tellMarks();
        tellState();
    }

    private void tellMarks() {
        Lab lab = performance.lab();
        List<Mark> fresh = lab.takeFresh();
        boolean more = lab.recorder().lines().size() != lines;
        lines = lab.recorder().lines().size();
        String event = event("marks", fresh, more);
        viewers.forEach(each -> each.tell(event));
    }

    private void tellState() {
        String now = state();
        if (!now.equals(told)) {
            told = now;
            viewers.forEach(each -> each.tell(now));
        }
    }

    private String whole() {
        performance.lab().takeFresh();
        lines = performance.lab().recorder().lines().size();
        return event("all", performance.lab().recorder().marks(), true);
    }

    private String event(String name, List<Mark> marks, boolean withLines) {
        Lab lab = performance.lab();
        return "event: " + name + "\ndata: "
                + DiagramPage.json(json -> {
                    json.beginObject().name("now").value(lab.now() / 1000);
                    json.name("pace").value(playing && lab.broken() == null ? pace : 0);
                    if (withLines) {
                        DiagramPage.lines(json, lab.recorder().lines());
                    }
                    DiagramPage.marks(json, marks);
                    json.endObject();
                })
                + "\n\n";
    }

    private String state() {
        Performance now = performance;
        return "event: state\ndata: "
                + DiagramPage.json(json -> {
                    json.beginObject();
                    json.name("title").value(now.scenario().title());
                    json.name("says").value(now.scenario().says());
                    json.name("problem").value(now.problem());
                    json.name("playing").value(playing);
                    json.name("pace").value(pace);
                    json.name("world");
                    now.lab().describe(json);
                    json.endObject();
                })
                + "\n\n";
    }

    // ---- time

    private void run() {
        long last = System.nanoTime();
        int frame = 0;
        while (!closed) {
            try {
                // The time between two pictures itself: nothing is waited for.
                Thread.sleep(FRAME_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
            long now = System.nanoTime();
            move(Math.min(LONGEST_FRAME, now - last), ++frame % FRAMES_PER_STATE == 0);
            last = now;
        }
    }

    private synchronized void move(long nanos, boolean withState) {
        if (playing && performance.lab().broken() == null && !viewers.isEmpty()) {
            performance.runTo(performance.lab().now() + (long) (nanos * pace));
            tellMarks();
            if (withState) {
                tellState();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
