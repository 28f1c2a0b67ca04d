package org.flushspread.kernel.membership;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.flushspread.kernel.FakePorts;
import org.flushspread.kernel.Transcript;
import org.flushspread.kernel.base.DeadlineKind;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.Representative;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One daemon of the membership protocol and its peers, whom the transcript plays. Daemons are letters, segments are parted by bars.
 *
 * <pre>
 * daemons ab|cd as b        b starts, in a configuration of two segments
 * ring abc                  a ring of these is installed; what leads to it is left out
 * wait 500                  milliseconds, timer by timer              due LOOKUP: this timer fires
 * token                     a token comes, and arms its timer
 * alive c                   join c SEG_REP d (further representatives)    refer c d RING_REP    data c (of another ring)
 * form1 abc | form2 abc     of a ring of these, visiting me; form1 is created by the first, the SEG_REP of its segment
 * form1 ab c SEG_REP        the same, in which only these were visited and c is the next representative
 * lost TOKEN_TIMEOUT        the ring gives up its token            reload | reload alone
 * </pre>
 *
 * <p>The answer is what the daemon told the ring, sent, reported and refused, in order, and its timers, with the milliseconds to the next.
 */
class MembershipTranscriptTest {
    private @Nullable Bench bench;
    private final List<String> said = new ArrayList<>();
    private final long[] refused = new long[Reason.values().length];

    static List<Path> transcripts() {
        return Transcript.of("membership");
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void isAnsweredAsWritten(Path file) throws IOException {
        Transcript.holds(file, this::answer);
    }

    private List<String> answer(List<String> words) {
        said.clear();
        if (words.get(0).equals("daemons")) {
            begin(words.get(1), words.get(3));
        } else {
            command(java.util.Objects.requireNonNull(bench), words);
        }
        if (words.get(0).equals("ring")) {
            said.clear();
        }
        Bench now = java.util.Objects.requireNonNull(bench);
        refusals(now);
        said.add(timers(now));
        return List.copyOf(said);
    }

    private void begin(String daemons, String me) {
        int[] sizes = java.util.Arrays.stream(daemons.split("\\|"))
                .mapToInt(String::length)
                .toArray();
        FakePorts ports = new FakePorts();
        Bench begun = new Bench(TestConfigurations.of(1, sizes), me, ports);
        ports.onSend(sent -> {
            String line = Lines.of(begun.configuration, sent.to(), sent.buffer());
            if (line != null) {
                said.add("sends " + line);
            }
        });
        ports.onReport(event -> {
            if (event instanceof Event.StateEntered entered) {
                said.add(entered.state() + ": " + entered.cause());
            } else if (event instanceof Event.TokenLost lost) {
                said.add("token lost: " + lost.why());
            }
        });
        begun.node.ring.listener = each -> said.add("ring " + each);
        begun.start();
        bench = begun;
    }

    private static void command(Bench bench, List<String> words) {
        String first = words.size() > 1 ? words.get(1) : "";
        switch (words.get(0)) {
            case "ring" -> bench.op(first);
            case "due" -> bench.fire(DeadlineKind.valueOf(first));
            case "token" ->
                bench.node.context.arm(
                        DeadlineKind.TOKEN, bench.configuration.timers().token());
            case "wait" -> bench.wait(Integer.parseInt(first));
            case "alive" -> bench.alive(first);
            case "join" ->
                bench.join(first, Representative.Type.valueOf(words.get(2)), words.size() > 3 ? words.get(3) : "");
            case "refer" -> bench.refer(first, words.get(2), Representative.Type.valueOf(words.get(3)));
            case "data" -> bench.foreign(first);
            case "form1" ->
                bench.receive(
                        true,
                        words.size() == 2
                                ? bench.form1(first)
                                : bench.form1(
                                        first, bench.rep(words.get(2), Representative.Type.valueOf(words.get(3)))));
            case "form2" -> bench.receive(true, bench.form2(first));
            case "lost" -> bench.node.protocol.tokenLost(Reason.valueOf(first));
            case "reload" -> {
                bench.node.protocol.reloaded(first.equals("alone"));
                bench.wait(0);
            }
            default -> throw new IllegalArgumentException(words.toString());
        }
    }

    private void refusals(Bench now) {
        for (Reason each : Reason.values()) {
            long count = now.refused(each);
            if (count > refused[each.ordinal()]) {
                said.add("refuses " + each);
            }
            refused[each.ordinal()] = count;
        }
    }

    private static String timers(Bench now) {
        List<String> armed = new ArrayList<>();
        for (DeadlineKind each : DeadlineKind.values()) {
            if (now.armed(each)) {
                armed.add(each.name().toLowerCase(Locale.ROOT));
            }
        }
        long next = now.node.context.deadlines().any()
                ? now.node.context.deadlines().next() - now.node.context.nanos()
                : 0;
        return "timers: "
                + (armed.isEmpty()
                        ? "none"
                        : String.join(", ", armed) + ", the next in "
                                + Duration.ofNanos(next).toMillis());
    }
}
