package org.flushspread.examples.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flushspread.Wait;
import org.flushspread.daemon.admin.Chromium;
import org.flushspread.flush.FlushConnection;
import org.flushspread.flush.FlushGroup;
import org.flushspread.flush.FlushListener;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The chat's page in two real browsers at two daemons: views, a flush that waits, a partition, a daemon that dies. Pictures stay in target/chat. */
@Tag("once")
@Timeout(300)
class ChatPageTest {
    private static final Path PICTURES = Path.of("target", "chat");
    private static final int TAB = 9;
    private static final int ENTER = 13;
    /** Markup in every name: it has to be seen as it was typed. */
    private static final String ANN = "<i>ann</i>";

    private static final String ROOM = "<b>room</b>";
    private static final String HOSTILE =
            "<img src=x onerror=\"document.title='broken'\"></p><script>document.title=1</script>";

    @TempDir
    Path directory;

    private static void sees(Chromium browser, String element, String text) {
        String expression = "document.getElementById('" + element + "')?.innerText ?? ''";
        Wait.until(
                () -> element + " shows '" + text + "', and not '" + browser.value(expression) + "'",
                () -> browser.value(expression).contains(text));
    }

    private static void type(Chromium browser, String element, String text) throws Exception {
        browser.value("document.getElementById('" + element + "').focus()");
        browser.call("Input.insertText", Map.of("text", text));
    }

    private static void enter(Chromium browser) throws Exception {
        browser.call("Input.dispatchKeyEvent", key("keyDown"));
        browser.call("Input.dispatchKeyEvent", key("keyUp"));
    }

    private static Map<String, Object> key(String type) {
        return Map.of("type", type, "key", "Enter", "code", "Enter", "windowsVirtualKeyCode", ENTER, "text", "\r");
    }

    private static void say(Chromium browser, String service, String text) throws Exception {
        browser.value("document.querySelector('input[value=" + service + "]').click()");
        type(browser, "text", text);
        enter(browser);
    }

    private static void come(Chromium browser, ChatServer server, String name, String daemon) throws Exception {
        browser.window(1180, 800, false);
        browser.prefers("light");
        browser.call("Page.navigate", Map.of("url", server.url()));
        Wait.until(
                "daemons",
                () -> browser.value("document.querySelectorAll('#daemon option').length")
                        .equals("2"));
        browser.value("document.getElementById('daemon').value='" + daemon + "'");
        browser.value("document.getElementById('room').value=''");
        type(browser, "name", name);
        type(browser, "room", ROOM);
        enter(browser);
    }

    private static void pictures(Chromium browser, String name) throws Exception {
        browser.pictures(PICTURES, name, 1180, 800, "true");
    }

    @Test
    void twoBrowsersSeeViewsFlushesAPartitionAndTheDeathOfADaemonAsTheyAre() throws Exception {
        Optional<Path> program = Chromium.program();
        assumeTrue(program.isPresent(), "no Chromium is installed (Debian package chromium): the page is not tested");
        try (ChatRing ring = new ChatRing(directory)) {
            ring.start("d1");
            ring.start("d2");
            List<String> daemons = List.of(ring.address("d1"), ring.address("d2"));
            try (ChatServer server = ChatServer.start("", 0, daemons, ChatLimits.DEFAULTS);
                    Chromium ann = new Chromium(program.get());
                    Chromium bob = new Chromium(program.get())) {
                Wait.until("the daemons", () -> isThere(daemons.get(0)) && isThere(daemons.get(1)));
                come(ann, server, ANN, daemons.get(0));
                come(bob, server, "bob", daemons.get(1));
                sees(ann, "viewname", "2 members");
                sees(bob, "viewname", "2 members");
                talk(ann, bob);
                flushThatWaits(ann, bob, daemons.get(0));
                partition(ann, bob, ring);
                deathOfADaemon(ann, bob, ring);
                loadedAgain(ann);
                assertThat(ann.complaints()).isEmpty();
                assertThat(bob.complaints()).isEmpty();
            }
        }
    }

    private static boolean isThere(String daemon) {
        try (FlushConnection connection = FlushConnection.connect(daemon, "probe")) {
            return connection.isOpen();
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static void talk(Chromium ann, Chromium bob) throws Exception {
        say(bob, "SAFE", HOSTILE);
        sees(ann, "logs", HOSTILE);
        say(ann, "FIFO", "in my own order");
        say(ann, "AGREED", "in one order for all");
        sees(bob, "logs", "in one order for all");
        sees(bob, "logs", ANN);
        sees(ann, "tabs", ROOM);
        for (Chromium each : List.of(ann, bob)) {
            assertThat(each.value("document.querySelectorAll('main b, main i, main img, main script').length"
                            + " - document.querySelectorAll('.view b').length"))
                    .as("nothing typed has become markup")
                    .isEqualTo("0");
            assertThat(each.value("document.title")).isEqualTo("Chat");
            assertThat(each.value("[...document.querySelectorAll('.badge')].map(b => b.textContent).join(' ')"))
                    .isEqualTo("SAFE FIFO AGREED");
        }
        pictures(ann, "talk");
    }

    private static void flushThatWaits(Chromium ann, Chromium bob, String daemon) throws Exception {
        ann.value("document.getElementById('manual').click()");
        Wait.until(
                "asked from now on",
                () -> ann.value("rooms.get(current).manual").equals("true"));
        try (FlushConnection carol = FlushConnection.connect(daemon, "carol")) {
            FlushGroup group = carol.join(ROOM);
            group.listen(new FlushListener() {});
            sees(ann, "status", "Flush request");
            sees(bob, "status", ANN + " has not agreed yet");
            assertThat(bob.value("document.getElementById('send').textContent")).isEqualTo("Send in the new view");
            say(bob, "AGREED", "typed too early");
            sees(bob, "boxes", "waits for the new view");
            say(ann, "AGREED", "still in the old view");
            sees(bob, "logs", "still in the old view");
            assertThat(bob.value("document.getElementById('logs').innerText")).doesNotContain("typed too early");
            pictures(bob, "waiting");
            pictures(ann, "asked");
            ann.value("document.getElementById('flush').focus()");
            enter(ann);
            assertThat(group.awaitView(3, Wait.LONGEST).members()).hasSize(3);
            sees(ann, "logs", "typed too early");
            assertThat(ann.value("document.getElementById('logs').innerText.replace(/\\s+/g, ' ')"))
                    .matches(".*still in the old view.*carol joined.*typed too early.*");
            Wait.until(
                    "nothing waits",
                    () -> bob.value("document.querySelectorAll('.box > div').length")
                            .equals("0"));
            ann.value("document.getElementById('manual').click()");
            Wait.until("at once", () -> ann.value("rooms.get(current).manual").equals("false"));
        }
        sees(bob, "logs", "carol is gone");
        sees(ann, "viewname", "2 members");
    }

    private static void partition(Chromium ann, Chromium bob, ChatRing ring) throws Exception {
        ring.part(0, 1);
        sees(ann, "logs", "the network changed; lost bob");
        sees(bob, "logs", "the network changed; lost " + ANN);
        sees(bob, "logs", "Transitional signal");
        say(ann, "AGREED", "alone on this side");
        sees(ann, "logs", "alone on this side");
        ring.part(0, 0);
        sees(ann, "logs", "merged with bob");
        sees(bob, "logs", "merged with " + ANN);
        assertThat(bob.value("document.getElementById('logs').innerText")).doesNotContain("alone on this side");
        pictures(ann, "merged");
    }

    private static void deathOfADaemon(Chromium ann, Chromium bob, ChatRing ring) throws Exception {
        ring.kill("d2");
        sees(bob, "banner", "does not answer. Trying again");
        sees(bob, "status", "Nothing can be sent now");
        type(bob, "text", "kept in the composer");
        enter(bob);
        assertThat(bob.value("document.getElementById('text').value")).isEqualTo("kept in the composer");
        Wait.until("ann is alone", () -> ann.value("rooms.get(current).count").equals("1"));
        say(ann, "AGREED", "bob is not here");
        sees(ann, "logs", "bob is not here");
        pictures(bob, "down");
        ring.start("d2");
        sees(ann, "viewname", "2 members");
        sees(bob, "viewname", "2 members");
        assertThat(bob.value("document.getElementById('banner').hidden")).isEqualTo("true");
        bob.value("document.getElementById('text').focus()");
        enter(bob);
        sees(ann, "logs", "kept in the composer");
        assertThat(bob.value("document.getElementById('logs').innerText")).doesNotContain("bob is not here");
    }

    private static void loadedAgain(Chromium ann) throws Exception {
        ann.call("Page.reload", Map.of());
        sees(ann, "logs", "kept in the composer");
        sees(ann, "logs", HOSTILE);
        sees(ann, "viewname", "2 members");
        ann.value("document.getElementById('theme').focus()");
        ann.key("Tab", TAB);
        assertThat(ann.value("document.activeElement.id")).isEqualTo("end");
    }
}
