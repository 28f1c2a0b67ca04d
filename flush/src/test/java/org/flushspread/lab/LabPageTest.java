package org.flushspread.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.flushspread.Wait;
import org.flushspread.daemon.admin.Chromium;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The page of the lab in a real browser, by mouse and by keyboard. Pictures stay in target/lab. */
@Tag("once")
@Timeout(300)
class LabPageTest {
    private static final Path PICTURES = Path.of("target", "lab");
    private static final int SPACE = 32;
    private static final int ENTER = 13;
    private static final int RIGHT = 39;

    private static void await(Chromium browser, String expression) {
        Wait.until(
                () -> expression + " is true; trouble: " + browser.value("document.body.innerText.slice(0, 400)"),
                // while the page is read some of it is not there
                () -> browser.value("(() => { try { return " + expression + "; } catch (e) { return false; } })()")
                        .equals("true"));
    }

    private static void click(Chromium browser, String label) {
        await(browser, "[...document.querySelectorAll('button')].some(b => b.textContent === '" + label + "')");
        browser.value("[...document.querySelectorAll('button')].find(b => b.textContent === '" + label + "').click()");
    }

    private static void command(Chromium browser, String text) {
        browser.value("(document.getElementById('command').value = '" + text
                + "', document.querySelector('#line button').click())");
    }

    @Test
    void aRingIsWatchedAndDisturbed() throws Exception {
        Optional<Path> program = Chromium.program();
        assumeTrue(program.isPresent(), "no Chromium is installed (Debian package chromium): the page is not tested");
        try (LabServer server = new LabServer(new Stage(Stories.empty()), 0);
                Chromium browser = new Chromium(program.get())) {
            browser.window(1280, 1000, false);
            browser.prefers("light");
            browser.call("Page.navigate", Map.of("url", server.address()));
            await(browser, "document.querySelectorAll('#ring .node').length === 4");
            await(browser, "document.querySelectorAll('#ring .tok').length > 0");
            await(browser, "document.querySelectorAll('.card').length === 4");
            assertThat(browser.value("document.getElementById('cards').innerText"))
                    .contains("room: ann ben cat dan");

            // by mouse: a member speaks, and all deliver
            click(browser, "ann");
            click(browser, "Send");
            await(browser, "document.getElementById('cards').innerText.split('ann: m1').length === 5");

            // by keyboard: the second daemon crashes
            browser.value(
                    "[...document.querySelectorAll('#ring g')].find(g => g.textContent.includes('daemon d3')).focus()");
            browser.key("Enter", ENTER);
            await(browser, "document.getElementById('actions').textContent.startsWith('Daemon d3')");
            browser.value("document.activeElement.blur()");
            browser.key("2", '2');
            await(browser, "document.activeElement.textContent === 'Crash'");
            browser.value("document.activeElement.click()");
            await(browser, "document.querySelectorAll('#ring .node.down').length === 1");
            browser.value(
                    "(document.getElementById('pace').value = '3', document.getElementById('pace').dispatchEvent(new Event('change')))");
            await(browser, "document.getElementById('cards').innerText.includes('room: ann cat dan')");
            pictures(browser, "crash");

            // what cannot be done says why
            command(browser, "crash d7");
            await(browser, "document.getElementById('trouble').textContent.includes('there are d1 to d4')");

            holdsAndGoesBack(browser);
            isSavedAndLoaded(browser);
            assertThat(browser.complaints()).noneMatch(each -> each.contains("exception"));
        }
    }

    private static void holdsAndGoesBack(Chromium browser) throws Exception {
        browser.value("document.activeElement.blur()");
        browser.key(" ", SPACE);
        await(browser, "shown.playing === false");
        browser.value("document.querySelector('.scroll').focus()");
        browser.value("st.choose(st.marks.find(m => m.k === 'down'))");
        browser.key("ArrowRight", RIGHT);
        await(browser, "document.querySelector('.told').textContent.length > 5");
        browser.value("st.choose(st.marks.find(m => m.k === 'deliver'))");
        click(browser, "Go back to this moment");
        await(browser, "document.querySelectorAll('#ring .node.down').length === 0");
        assertThat(browser.value("document.getElementById('cards').innerText")).contains("room: ann ben cat dan");
    }

    private static void isSavedAndLoaded(Chromium browser) {
        command(browser, "cut d1 > d3");
        await(browser, "document.querySelectorAll('#ring .link.cut').length === 1");
        browser.value("fetch('/scenario').then(a => a.text()).then(t => window.saved = t)");
        await(browser, "window.saved !== undefined");
        String saved = browser.value("window.saved");
        assertThat(saved).contains("send ann agreed room m1").endsWith("cut d1 > d3\n");
        assertThat(Scenario.read(Arrays.asList(saved.split("\n"))).daemons()).isEqualTo(4);
        assertThat(browser.value("st.exported(true).length > 1000")).isEqualTo("true");
        browser.value("post('/load', window.saved.replace('daemons 4', 'daemons 9'))");
        await(browser, "document.querySelectorAll('#ring .node').length === 9");
    }

    @Test
    void storiesAreTold() throws Exception {
        Optional<Path> program = Chromium.program();
        assumeTrue(program.isPresent(), "no Chromium is installed (Debian package chromium): the page is not tested");
        try (LabServer server = new LabServer(new Stage(Stories.story("a-flush-that-waits")), 0);
                Chromium browser = new Chromium(program.get())) {
            browser.window(1280, 1000, false);
            browser.prefers("light");
            browser.call("Page.navigate", Map.of("url", server.address()));
            await(browser, "document.getElementById('title').textContent === 'A flush that waits'");
            await(browser, "document.getElementById('cards').innerText.includes('the next view waits for cat')");
            click(browser, "Hold");
            pictures(browser, "flush");
            browser.value(
                    "(document.getElementById('story').value = 'a-primary-component', document.getElementById('story').dispatchEvent(new Event('change')))");
            browser.value(
                    "(document.getElementById('pace').value = '10', document.getElementById('pace').dispatchEvent(new Event('change')))");
            await(browser, "document.getElementById('note').textContent.startsWith('Only the majority')");
            pictures(browser, "primary");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    private static void pictures(Chromium browser, String name) throws Exception {
        browser.pictures(
                PICTURES,
                name,
                1280,
                1000,
                "st.pinned === false || st.box.scrollLeft + st.box.clientWidth > st.space.offsetWidth - 60");
    }
}
