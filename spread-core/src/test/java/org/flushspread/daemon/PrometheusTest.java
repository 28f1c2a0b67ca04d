package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flushspread.config.Configuration;
import org.flushspread.daemon.admin.Http;
import org.flushspread.interop.Programs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** operations 3 and 11: what a daemon serves and the rules for it, before the program of Prometheus that checks both. */
@Timeout(120)
class PrometheusTest {
    private static final int PORT = TestPorts.free();
    private static final Configuration ONE = TestDaemons.configuration(1, PORT, TestDaemons.FAST);
    private static final Path RULES = Path.of("..", "scripts", "packaging", "prometheus", "flush-spread.rules.yml");
    private static final Path TESTS = RULES.resolveSibling("flush-spread.test.yml");
    private static final Pattern FIGURE = Pattern.compile("\\b(spread|process)_[a-z_]+");

    private final TestDaemons daemons = new TestDaemons();

    @AfterEach
    void close() {
        daemons.close();
    }

    private String scrape() throws Exception {
        TestDaemons.awaitMembership(daemons.start(ONE, "d1"), "d1");
        Http answer = Http.get(daemons.directory().resolve(PORT + ".admin"), "/metrics");
        assertThat(answer.status()).isEqualTo(200);
        return answer.body();
    }

    private static void assumePromtool() {
        assumeTrue(
                Programs.succeeds("promtool", "--version"),
                "there is no promtool: install the Debian package prometheus to check rules and metrics with it");
    }

    @Test
    void promtoolFindsNothingWrongWithTheRules() {
        assumePromtool();
        assertThat(Programs.run("promtool", "check", "rules", "--lint-fatal", RULES.toString()))
                .contains("SUCCESS");
    }

    /** A whole ring alarms nobody, and each fault its own rule; a daemon that is down is not taken for a split. */
    @Test
    void eachFaultRaisesItsAlertAndAWholeRingNone() {
        assumePromtool();
        assertThat(Programs.run("promtool", "test", "rules", TESTS.toString())).contains("SUCCESS");
    }

    @Test
    void promtoolFindsNothingWrongWithTheMetrics() throws Exception {
        assumePromtool();
        String metrics = scrape();
        Process promtool = new ProcessBuilder("promtool", "check", "metrics")
                .redirectErrorStream(true)
                .start();
        promtool.getOutputStream().write(metrics.getBytes(StandardCharsets.UTF_8));
        promtool.getOutputStream().close();
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(said).isEmpty();
        assertThat(promtool.exitValue()).isZero();
    }

    /** A rule about a figure that nobody serves would never fire. */
    @Test
    void theRulesNameFiguresThatADaemonServes() throws Exception {
        String metrics = scrape();
        String document = Files.readString(Path.of("..", "spec", "operations.md"));
        Set<String> unknown = new TreeSet<>();
        Matcher figure = FIGURE.matcher(Files.readString(RULES));
        int found = 0;
        while (figure.find()) {
            found++;
            // a counter by reason has no line before it counts; the document knows it
            if (!metrics.contains("\n" + figure.group() + "{")
                    && !metrics.contains("\n" + figure.group() + " ")
                    && !document.contains("`" + figure.group() + "`")) {
                unknown.add(figure.group());
            }
        }
        assertThat(found).isPositive();
        assertThat(unknown).isEmpty();
    }
}
