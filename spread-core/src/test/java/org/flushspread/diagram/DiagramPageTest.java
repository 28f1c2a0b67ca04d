package org.flushspread.diagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.flushspread.Wait;
import org.flushspread.daemon.admin.Chromium;
import org.flushspread.simulation.Profile;
import org.flushspread.simulation.Simulation;
import org.flushspread.simulation.Swarm;
import org.flushspread.simulation.Verdict;
import org.flushspread.simulation.mutants.Hunt;
import org.flushspread.simulation.mutants.Mutant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A run of the simulator is a page with a diagram, on which a broken promise is marked where it broke. Pictures stay in target/diagram. */
@Tag("once")
@Timeout(300)
class DiagramPageTest {
    private static final Path PICTURES = Path.of("target", "diagram");
    private static final int RIGHT = 39;

    private static Mutant mutant(String name) {
        return Mutant.all().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatIsDrawnChangesNothing() throws Exception {
        Swarm swarm = Swarm.draw(7, 3, Profile.CALM);

        Verdict drawn = DrawnRun.run(new Simulation(7, swarm, null), PICTURES.resolve("calm.html"));

        assertThat(drawn.fingerprint())
                .isEqualTo(new Simulation(7, swarm, null).run().fingerprint());
        assertThat(Files.readString(PICTURES.resolve("calm.html")))
                .contains("Every promise held.")
                .contains("\"k\":\"token\"")
                .contains("ring of d1 d2 d3")
                .doesNotContain("\"k\":\"violation\"")
                .doesNotContainPattern("(src|href)=.?https?:");
    }

    @Test
    void aBrokenPromiseIsMarkedWhereItBroke() throws Exception {
        Hunt hunt = Hunt.run(
                mutant("safe-as-agreed"),
                DrawnWorld.class,
                mutant("safe-as-agreed").seed(),
                50);
        assertThat(hunt.found()).isTrue();
        assertThat(Files.readString(DrawnWorld.PAGE)).contains("\"k\":\"violation\"");
        Optional<Path> program = Chromium.program();
        assumeTrue(
                program.isPresent(), "no Chromium is installed (Debian package chromium): the page is not looked at");
        try (Chromium browser = new Chromium(program.get())) {
            browser.window(1280, 900, false);
            browser.prefers("light");
            browser.call(
                    "Page.navigate",
                    java.util.Map.of(
                            "url", DrawnWorld.PAGE.toAbsolutePath().toUri().toString()));
            Wait.until(
                    "the mark is in sight",
                    () -> browser.value("document.querySelectorAll('path.broken, line.broken').length > 0")
                            .equals("true"));
            assertThat(browser.value("document.querySelector('.told').textContent"))
                    .contains("BROKEN: ");
            assertThat(browser.value("document.getElementById('summary').textContent"))
                    .contains(String.valueOf(hunt.property()));
            browser.screenshot(PICTURES.resolve("broken-light.png"));
            browser.value("st.step(-1)");
            browser.value("document.querySelector('.scroll').focus()");
            browser.key("ArrowRight", RIGHT);
            Wait.until(
                    "the arrow key leads back",
                    () -> browser.value("document.querySelector('.told').textContent")
                            .contains("BROKEN: "));
            assertThat(browser.value("st.exported(false).startsWith('<svg')")).isEqualTo("true");
            browser.prefers("dark");
            browser.window(390, 844, true);
            Wait.until(
                    "dark",
                    () -> browser.value("document.documentElement.dataset.theme")
                            .equals("dark"));
            assertThat(browser.value("document.documentElement.scrollWidth <= innerWidth"))
                    .as("nothing is wider than a phone")
                    .isEqualTo("true");
            browser.screenshot(PICTURES.resolve("broken-phone.png"));
            assertThat(browser.complaints()).isEmpty();
        }
    }
}
