package org.flushspread.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flushspread.Guide;
import org.flushspread.JavaProgram;
import org.flushspread.Page;
import org.flushspread.Page.Block;
import org.flushspread.daemon.TestPorts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The commands of each page of the guide, by the scripts of the checkout in a directory that has the jars of this build and no sources, print what
 * the page says. Ports are other ones. A command that another one follows in its block has to end well, unless it ends with an ampersand; a
 * program at the end of a transcript goes on until the page ends, and what is typed in a block without a command is typed to it.
 */
@Tag("once")
@Timeout(180)
class GuideCommandsTest {
    private static final Pattern PORT = Pattern.compile("\\b48\\d\\d\\b");
    private static final Pattern EXAMPLE = Pattern.compile("scripts/example (?!.* -s )(?!kv-client)\\S+ \\S+");
    private static final Pattern TYPED = Pattern.compile("(?:kv|User|chat|lock)> (.*)");

    private final List<Program> started = new ArrayList<>();
    private final Map<String, String> ports = new TreeMap<>();

    @TempDir
    Path home = Path.of(".");

    @BeforeEach
    void makeACheckoutThatIsBuilt() throws IOException {
        Path scripts = Files.createDirectories(home.resolve("scripts"));
        try (Stream<Path> files = Files.list(Guide.file("scripts/env").getParent())) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                Files.copy(each, scripts.resolve(each.getFileName()));
            }
        }
        // One jar that names those of this build.
        Path built = Files.createDirectories(home.resolve(".run/current"));
        Files.createFile(built.resolve("sources"));
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        Stream.of(JavaProgram.SHIPPED.classPath().split(File.pathSeparator))
                                .map(jar -> Path.of(jar).toUri().toString())
                                .collect(Collectors.joining(" ")));
        new JarOutputStream(Files.newOutputStream(built.resolve("all.jar")), manifest).close();
        Files.writeString(
                home.resolve("spread.conf"), here("Spread_Segment 127.0.0.255:4803 { localhost 127.0.0.1 }\n"));
    }

    /** Gently: daemons remove their sockets. */
    @AfterEach
    void end() throws InterruptedException {
        started.forEach(Program::interrupt);
        for (Program each : started) {
            each.ends();
        }
        Program.kill(started);
    }

    static Stream<String> pages() {
        return Page.guide().stream()
                .filter(page -> page.blocks().stream().anyMatch(block -> block.is("sh") || block.is("console")))
                .map(Page::path);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void theCommandsPrintWhatThePageShows(String path) throws Exception {
        Page page = Page.of(path);
        for (Block block : page.blocks()) {
            if (block.isFile()) {
                Files.writeString(home.resolve(block.mark()), here(block.code()));
            } else if (block.is("sh")) {
                Program shell = start("set -e\n" + block.code());
                expect(shell, page.printedBy(block));
                assertThat(shell.exitStatus()).as(block + "\n" + shell.output()).isZero();
            } else if (block.is("console")) {
                play(block);
            }
        }
    }

    private void play(Block block) throws Exception {
        Program running = started.isEmpty() ? null : started.get(started.size() - 1);
        boolean mustEnd = false;
        for (String line : block.code().split("\n")) {
            Matcher typed = TYPED.matcher(line);
            if (line.startsWith("$ ")) {
                if (mustEnd) {
                    end(block, running);
                }
                String command = line.substring(2);
                mustEnd = !command.endsWith(" &");
                running = start("exec " + command.replaceAll(" &$", ""));
            } else if (typed.matches()) {
                running.type(here(typed.group(1)));
            } else {
                expect(running, line);
            }
        }
    }

    private static void end(Block block, Program program) throws Exception {
        program.endOfInput();
        assertThat(program.exitStatus()).as(block + "\n" + program.output()).isZero();
    }

    /** Each line is printed, in this order; three dots stand for anything. */
    private void expect(Program program, String lines) {
        for (String line : here(lines).split("\n")) {
            for (String part : line.split("\\.\\.\\.")) {
                if (!part.isBlank()) {
                    program.prints(part.strip());
                }
            }
        }
    }

    private Program start(String command) throws IOException {
        String shell = "cd '" + home + "' && export FLUSH_SPREAD_JAVA_OPTS=-XX:TieredStopAtLevel=1\n" + here(command);
        Program program = new Program(home.resolve("output" + started.size()), List.of("bash", "-c", shell));
        started.add(program);
        return program;
    }

    /** The text with ports that nobody else has; an example that names no daemon means the one at the usual port. */
    private String here(String text) {
        return PORT.matcher(EXAMPLE.matcher(text).replaceAll("$0 -s 4803@localhost"))
                .replaceAll(port -> ports.computeIfAbsent(port.group(), any -> "" + TestPorts.free()));
    }
}
