package org.flushspread.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flushspread.Wait;
import org.flushspread.daemon.TestPorts;
import org.flushspread.daemon.admin.Chromium;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** operations 4: the live page of a daemon of ours shows the C daemons of its ring, too. Pictures stay in target/page. */
@Timeout(600)
class LivePageOfCDaemonsTest {
    private static final Path PICTURES = Path.of("target", "page");

    @Test
    void cDaemonsAreSeenInTheRingSplitFromItAndGone() throws Exception {
        Optional<Path> program = Chromium.program();
        assumeTrue(program.isPresent(), "no Chromium is installed (Debian package chromium): the page is not tested");
        int http = TestPorts.free();
        try (Ring ring = new Ring("JCC", new Loopback(3), Timers.STEADY, true)) {
            Node ours = ring.nodes.get(0);
            ours.options.addAll(List.of("--http", Integer.toString(http)));
            ring.form().populate();
            try (Chromium browser = new Chromium(program.get())) {
                browser.window(1280, 900, false);
                browser.prefers("light");
                browser.call("Page.navigate", Map.of("url", "http://127.0.0.1:" + http + "/"));
                Wait.until(
                        () -> "three daemons in a ring, and not " + circles(browser),
                        () -> browser.value(
                                        "document.querySelectorAll('circle.node:not(.silent):not(.forming):not(.asked)').length")
                                .equals("3"));
                awaitBanner(browser, "");
                assertThat(browser.value("document.getElementById('groups').innerText"))
                        .contains(Ring.GROUP + " – 3 members");
                assertThat(browser.value("document.body.innerText").replaceAll("\\s+", " "))
                        .contains("d2 127.0.2.1 in a ring d1, 3", "d3 127.0.3.1 in a ring d1, 3");
                browser.screenshot(PICTURES.resolve("c-ring.png"));

                ring.monitor.partition(ring.nodes, 0, 1, 1);
                awaitBanner(browser, "The ring is split: d1 | d2 d3.");
                browser.screenshot(PICTURES.resolve("c-split.png"));
                ring.monitor.partition(ring.nodes, 0, 0, 0);
                awaitBanner(browser, "");

                ring.nodes.get(2).kill();
                awaitBanner(browser, "d3 does not answer.");
                browser.screenshot(PICTURES.resolve("c-gone.png"));
                assertThat(browser.complaints()).isEmpty();
            }
        }
    }

    private static String circles(Chromium browser) {
        return browser.value(
                "[...document.querySelectorAll('circle.node')].map(each => each.getAttribute('class')).join()");
    }

    private static void awaitBanner(Chromium browser, String text) {
        Wait.until(
                () -> "the banner says '" + text + "', and not '"
                        + browser.value("document.getElementById('banner').textContent") + "'",
                () -> browser.value(
                                "document.getElementById('banner').hidden ? '' : document.getElementById('banner').textContent")
                        .equals(text));
    }
}
