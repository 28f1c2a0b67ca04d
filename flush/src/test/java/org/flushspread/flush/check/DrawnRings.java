package org.flushspread.flush.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flushspread.diagram.DiagramPage;
import org.flushspread.diagram.Mark;
import org.flushspread.diagram.Mark.Kind;
import org.flushspread.diagram.Recorder;
import org.flushspread.simulation.Verdict;
import org.flushspread.simulation.Violation;
import org.flushspread.wire.Name;

/** A run of flush clients on simulated rings as a page: daemons below, a line for each process, broken promises where they were seen. */
final class DrawnRings {
    private static final Path FAILURES = Path.of("target", "failures");
    private static final Pattern PROCESS = Pattern.compile("#(c\\d+)x\\d+#(d\\d+)");

    private final RingSimulation simulation;
    private final Recorder recorder;
    private final Map<String, Integer> lines = new HashMap<>();
    private int violations;

    private DrawnRings(RingSimulation simulation) {
        this.simulation = simulation;
        recorder = new Recorder(simulation.simulation());
        simulation.checkers().listen(this::happens);
    }

    /**
     * Runs a simulation that failed once more and draws it below {@code target/failures}.
     *
     * @param again not yet run
     * @return where, as part of a message
     */
    static String ofFailure(RingSimulation again, String name) {
        return "drawn in " + draw(again, FAILURES.resolve(name + ".html")).toAbsolutePath();
    }

    static Path draw(RingSimulation simulation, Path page) {
        DrawnRings drawn = new DrawnRings(simulation);
        String end = "Every promise held.";
        try {
            Verdict verdict = simulation.run();
            Violation below = verdict.violation();
            List<String> above = simulation.checkers().violations();
            if (below != null) {
                drawn.recorder.violation(below);
                end = "Broken below: " + below.getMessage();
            } else if (!above.isEmpty()) {
                end = "Broken: " + above.get(0);
            }
        } catch (AssertionError e) {
            drawn.violation(String.valueOf(e.getMessage()));
            end = "Broken: " + e.getMessage();
        }
        try {
            DiagramPage.write(page, page.getFileName().toString().replace(".html", ""), end, drawn.recorder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return page;
    }

    /** Processes have another name in each of their sessions, and one line. */
    private int line(String process) {
        Matcher parts = PROCESS.matcher(process);
        if (!parts.matches()) {
            return -1;
        }
        return lines.computeIfAbsent(parts.group(1), each -> recorder.line(each, parts.group(2)));
    }

    private void mark(Kind kind, TraceEvent event, String key, String text) {
        recorder.mark(kind, line(event.process()), key, text);
    }

    private void happens(TraceEvent event) {
        String group = event.group();
        if (event instanceof TraceEvent.Joins) {
            mark(Kind.JOIN, event, "", "joins " + group);
        } else if (event instanceof TraceEvent.Leaves) {
            mark(Kind.LEAVE, event, "", "leaves " + group);
        } else if (event instanceof TraceEvent.Sends send) {
            String refused = send.code() == 0 ? "" : ", refused " + send.code();
            mark(Kind.SEND, event, "f" + send.id(), text(send.id(), send.service()) + " to " + group + refused);
        } else if (event instanceof TraceEvent.Delivers delivery) {
            mark(
                    Kind.DELIVER,
                    event,
                    "f" + delivery.id(),
                    text(delivery.id(), delivery.service()) + " of " + user(delivery.sender()));
        } else if (event instanceof TraceEvent.Installs view) {
            String text = group + ": "
                    + String.join(
                            " ", view.members().stream().map(DrawnRings::user).toList());
            mark(Kind.VIEW, event, view.id() + " " + text, text);
        } else if (event instanceof TraceEvent.Transition) {
            mark(Kind.TRANSITION, event, "", "transition in " + group);
        } else if (event instanceof TraceEvent.FlushRequest) {
            mark(Kind.FLUSH_REQUEST, event, "", "in " + group);
        } else if (event instanceof TraceEvent.Consents) {
            mark(Kind.CONSENT, event, "", "in " + group);
        } else if (event instanceof TraceEvent.Excluded) {
            mark(Kind.EXCLUDED, event, "", "the others go on without it in " + group);
        } else if (event instanceof TraceEvent.SelfLeave) {
            mark(Kind.LEAVE, event, "", "has left " + group);
        } else if (event instanceof TraceEvent.Ends) {
            mark(Kind.DOWN, event, "", "its session ends");
        }
        List<String> all = simulation.checkers().violations();
        if (all.size() > violations) {
            violations = all.size();
            violation(all.get(all.size() - 1));
        }
    }

    private static String text(int id, int service) {
        return Recorder.service(service) + " “" + id + "”";
    }

    private static String user(String member) {
        return Recorder.user(Name.of(member));
    }

    private void violation(String story) {
        Set<Integer> named = new HashSet<>();
        Matcher processes = PROCESS.matcher(story);
        while (processes.find()) {
            int line = line(processes.group());
            if (named.add(line)) {
                recorder.mark(Kind.VIOLATION, line, "", story);
            }
        }
        if (named.isEmpty()) {
            recorder.mark(Kind.VIOLATION, Mark.ALL, "", story);
        }
    }
}
