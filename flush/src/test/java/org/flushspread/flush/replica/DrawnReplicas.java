package org.flushspread.flush.replica;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.flushspread.diagram.DiagramPage;
import org.flushspread.diagram.Mark;
import org.flushspread.diagram.Mark.Kind;
import org.flushspread.diagram.Recorder;
import org.flushspread.simulation.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * A run of a replicated state machine on simulated rings as a page: daemons below, a line for each member over all its lives, and the broken
 * promise where it was seen. An observer like the checkers, behind them.
 */
final class DrawnReplicas implements Observer {
    private static final Path FAILURES = Path.of("target", "failures");
    private static final String ROLE = "role ";

    private final Recorder recorder;
    private final Map<String, Integer> lines = new HashMap<>();

    private DrawnReplicas(RingReplicas replicas) {
        recorder = new Recorder(replicas.simulation());
        replicas.watch(this);
    }

    /**
     * Runs a simulation that failed once more and draws it below {@code target/failures}.
     *
     * @param again not yet run
     * @return where, as part of a message
     */
    static String ofFailure(RingReplicas again, String name) {
        return "drawn in " + draw(again, FAILURES.resolve(name + ".html")).toAbsolutePath();
    }

    static Path draw(RingReplicas replicas, Path page) {
        DrawnReplicas drawn = new DrawnReplicas(replicas);
        String end = "Every promise held.";
        try {
            Verdict verdict = replicas.run();
            org.flushspread.simulation.Violation broken = verdict.violation();
            if (broken != null) {
                end = "Broken: " + drawn.violation(broken);
            }
        } catch (Violation e) {
            end = "Broken: " + drawn.violation(e);
        }
        try {
            DiagramPage.write(page, page.getFileName().toString().replace(".html", ""), end, drawn.recorder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return page;
    }

    /** What a checker of replicas threw has gone up through the simulated host. */
    private String violation(Throwable broken) {
        Throwable cause = broken;
        while (cause != null && !(cause instanceof Violation)) {
            cause = cause.getCause();
        }
        String story = String.valueOf((cause == null ? broken : cause).getMessage());
        boolean named = false;
        for (Map.Entry<String, Integer> each : lines.entrySet()) {
            if (story.contains(each.getKey() + ".")) {
                recorder.mark(Kind.VIOLATION, each.getValue(), "", story);
                named = true;
            }
        }
        if (!named) {
            recorder.mark(Kind.VIOLATION, Mark.ALL, "", story);
        }
        return story;
    }

    /** Members are named anew in each of their lives, as m1.3; they have one line. */
    private void mark(Kind kind, Member member, String key, String text) {
        String name = member.name.replaceFirst("\\..*", "");
        recorder.mark(kind, lines.computeIfAbsent(name, each -> recorder.line(each, at(member))), key, text);
    }

    private static String at(Member member) {
        @Nullable Link link = member.link();
        String name = link == null ? "" : link.name();
        return name.substring(name.lastIndexOf('#') + 1);
    }

    @Override
    public void viewBegins(Member member) {
        mark(Kind.UP, member, "", "is in another view");
    }

    @Override
    public void formed(Member member, Primary primary, List<Long> history) {
        mark(Kind.VIEW, member, primary.toString(), "primary " + primary.number());
    }

    @Override
    public void applied(Member member, long command, Version after, List<Long> history) {
        mark(Kind.STATE, member, "", "applies “" + command + "”");
    }

    @Override
    public void submitted(Member member, long command) {
        mark(Kind.SEND, member, "c" + command, "submits “" + command + "”");
    }

    @Override
    public void completed(Member member, long command, long place, Primary primary) {
        mark(Kind.DELIVER, member, "c" + command, "answers “" + command + "”");
    }

    @Override
    public void crashed(Member member) {
        mark(Kind.DOWN, member, "", "dies");
    }

    @Override
    public void wentOn(Member member) {
        mark(Kind.STATE, member, "", "has taken over the rest of a state");
    }

    @Override
    public void did(Member member, String what, byte[] bytes) {
        if (what.startsWith(ROLE)) {
            mark(
                    Kind.ROLE,
                    member,
                    "",
                    what.substring(ROLE.length()).toLowerCase(Locale.ROOT).replace('_', ' '));
        } else if (what.equals("consent")) {
            mark(Kind.CONSENT, member, "", "");
        }
    }
}
