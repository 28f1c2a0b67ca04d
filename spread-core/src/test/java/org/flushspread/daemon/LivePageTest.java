package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.flushspread.Wait;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadConnection;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.daemon.admin.Chromium;
import org.flushspread.wire.MonitorOrigin;
import org.flushspread.wire.MonitorPackets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** operations 4: the live page in a real browser while a ring forms, splits, heals and loses a daemon. Pictures stay in target/page. */
@Tag("once")
@Timeout(600)
class LivePageTest {
    private static final int PORT = TestPorts.free();
    private static final int HTTP = TestPorts.free();
    private static final Configuration THREE =
            TestDaemons.configuration(3, PORT, TestDaemons.FAST + "DangerousMonitor = true\n");
    private static final Path PICTURES = Path.of("target", "page");
    private static final int TAB = 9;
    private static final int ENTER = 13;

    private final TestDaemons daemons = new TestDaemons();

    @AfterEach
    void close() {
        daemons.close();
    }

    private SpreadDaemon start(String name) {
        AdminOptions admin = name.equals("d1")
                ? AdminOptions.DEFAULTS.withHttp(Optional.of(new InetSocketAddress("127.0.0.1", HTTP)))
                : AdminOptions.DEFAULTS;
        DaemonOptions options =
                name.equals("d1") ? daemons.options() : daemons.options().withSocketDirectory(Optional.empty());
        return daemons.start(THREE, name, options.withAdmin(admin));
    }

    private static void partition(short... components) throws Exception {
        try (DatagramSocket monitor = new DatagramSocket()) {
            for (Daemon each : THREE.daemons()) {
                ByteBuf out = Unpooled.buffer();
                MonitorPackets.writePartition(
                        out, MonitorOrigin.spread4(each.id()), monitor.getLocalPort(), components);
                monitor.send(new DatagramPacket(
                        out.array(),
                        out.readableBytes(),
                        InetAddress.getByName(each.address().toString()),
                        each.port()));
            }
        }
    }

    private static void awaitBanner(Chromium browser, String text) {
        Wait.until(
                () -> "the banner says '" + text + "', and not '"
                        + browser.value("document.getElementById('banner').textContent") + "'",
                () -> browser.value(
                                "document.getElementById('banner').hidden ? '' : document.getElementById('banner').textContent")
                        .equals(text));
    }

    @Test
    void theRingIsSeenFormingSplittingHealingAndLosingADaemon() throws Exception {
        Optional<Path> program = Chromium.program();
        assumeTrue(program.isPresent(), "no Chromium is installed (Debian package chromium): the page is not tested");
        SpreadDaemon first = start("d1");
        start("d2");
        SpreadDaemon third = start("d3");
        TestDaemons.awaitMembership(first, "d1", "d2", "d3");
        try (SpreadConnection client = SpreadConnection.builder(Integer.toString(PORT), "ann")
                        .socketDirectory(daemons.directory())
                        .connect();
                Chromium browser = new Chromium(program.get())) {
            client.join("<b>room</b>").awaitView(1, Wait.LONGEST);
            client.multicast(Service.AGREED, "<b>room</b>", new byte[1000]);
            browser.window(1280, 900, false);
            browser.prefers("light");
            browser.call("Page.navigate", Map.of("url", "http://127.0.0.1:" + HTTP + "/"));
            Wait.until(
                    "three daemons in a ring",
                    () -> browser.value(
                                    "document.querySelectorAll('circle.node:not(.silent):not(.forming):not(.asked)').length")
                            .equals("3"));
            awaitBanner(browser, "");
            assertThat(browser.value("document.getElementById('groups').innerText"))
                    .contains("<b>room</b> – 1 member");
            assertThat(browser.value("document.getElementById('sessions').innerText"))
                    .contains("#ann#d1");
            assertThat(browser.value("document.getElementById('queues').innerText"))
                    .startsWith("For all clients together wait 0 messages of 2,000,000, 0 B of ");
            assertThat(browser.value("document.getElementById('changes').innerText"))
                    .contains("this daemon started");
            assertThat(browser.value("document.querySelectorAll('path.token').length"))
                    .isEqualTo("3");
            Wait.until(
                    "the plots move",
                    () -> browser.value(
                                    "document.querySelector('#plot-rotation path:not(.area)').getAttribute('d').split('L').length > 3")
                            .equals("true"));
            pictures(browser, "ring");
            keyboard(browser);

            partition((short) 0, (short) 1, (short) 1);
            awaitBanner(browser, "The ring is split: d1 | d2 d3.");
            pictures(browser, "split");
            partition((short) 0, (short) 0, (short) 0);
            awaitBanner(browser, "");

            third.close();
            awaitBanner(browser, "d3 does not answer.");
            Wait.until(
                    "the change is told in words",
                    () -> browser.value("document.getElementById('changes').innerText")
                            .contains("d3 is gone: "));
            pictures(browser, "gone");
            first.close();
            awaitBanner(browser, "This daemon does not answer. What is shown is old.");
            assertThat(browser.complaints())
                    .allMatch(each -> each.contains("ERR_CONNECTION_REFUSED")
                            || each.contains("ERR_EMPTY_RESPONSE")
                            || each.contains("ERR_CONNECTION_RESET"));
        }
    }

    private static void keyboard(Chromium browser) throws Exception {
        browser.value("document.getElementById('theme').focus()");
        browser.key("Tab", TAB);
        assertThat(browser.value("document.activeElement.dataset.name")).isEqualTo("d1");
        browser.key("Enter", ENTER);
        Wait.until(
                "the daemon's row is marked",
                () -> browser.value("document.querySelector('tr.chosen').dataset.name")
                        .equals("d1"));
    }

    private static void pictures(Chromium browser, String name) throws Exception {
        browser.pictures(PICTURES, name, 1280, 900, "true");
    }
}
