package org.flushspread;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No class of the main code is larger than a reader takes in at one time, unless a line of its first comments says why it is whole, and begins
 * with {@value #REASON}.
 */
class ClassSizesTest {
    private static final Path REPOSITORY = Path.of("..");
    static final String REASON = "One class because";

    /** Lines of a file, by module. */
    private static final Map<String, Integer> LIMITS = Map.of("spread-core", 450, "flush", 350, "flush-examples", 450);

    /** Too large, and nobody has said in them why: the list only gets shorter. */
    private static final Map<String, String> STILL_TOO_LARGE = Map.ofEntries(
            Map.entry(
                    "org/flushspread/client/MessageChannel.java",
                    "handshake, sending, receiving and the end of a session"),
            Map.entry("org/flushspread/client/SpreadConnection.java", "all that a program asks of a connection"),
            Map.entry("org/flushspread/daemon/SpreadDaemon.java", "start, event loop and end of a daemon"),
            Map.entry(
                    "org/flushspread/daemon/SpreadMain.java",
                    "options with their defaults, and the process from its start to its end"),
            Map.entry("org/flushspread/flush/Destinations.java", "where events go: backlog, listeners and waits"),
            Map.entry("org/flushspread/flush/FlushGroup.java", "all that a program asks of a group"),
            Map.entry("org/flushspread/flush/ListenerQueue.java", "queue and executors of a listener"),
            Map.entry(
                    "org/flushspread/flush/ReplicaConnection.java", "connections one after the other, and roll calls"),
            Map.entry("org/flushspread/flush/ReplicaMember.java", "thread, connection and status of a member"),
            Map.entry("org/flushspread/flush/kernel/GroupAutomaton.java", "all states of the flush protocol"),
            Map.entry("org/flushspread/flush/replica/Replica.java", "a member in a view and what outlives views"),
            Map.entry("org/flushspread/flush/replica/ReplicaCodec.java", "all messages of the replica protocol"),
            Map.entry("org/flushspread/flush/store/FileStore.java", "log, snapshots and record in their directory"),
            Map.entry("org/flushspread/kernel/Kernel.java", "inputs of all rooms and what joins the rooms"),
            Map.entry("org/flushspread/kernel/groups/Groups.java", "requests and both memberships of groups"),
            Map.entry(
                    "org/flushspread/kernel/membership/MembershipStates.java", "all states of the membership protocol"),
            Map.entry("org/flushspread/kernel/ring/Ring.java", "tokens, packets and delivery of a ring"));

    @Test
    void aLargeClassSaysWhyItIsWhole() throws IOException {
        Map<String, String> unexplained = new TreeMap<>();
        for (String module : LIMITS.keySet()) {
            try (Stream<Path> files = Files.walk(REPOSITORY.resolve(module).resolve("src/main/java"))) {
                for (Path file :
                        files.filter(each -> each.toString().endsWith(".java")).toList()) {
                    String text = Files.readString(file);
                    long lines = text.lines().count();
                    boolean large = lines > LIMITS.get(module);
                    if (large && !saysWhy(text)) {
                        unexplained.put(nameOf(module, file), lines + " lines");
                    }
                    assertThat(!large && saysWhy(text))
                            .as(file + " has " + lines + " lines and explains why it is so large")
                            .isFalse();
                }
            }
        }
        assertThat(unexplained.keySet())
                .as(
                        "classes over the limit of their module %s without a line above the class that begins with '%s': %s."
                                + " Who is in the list of this test and not here any more has to be taken from it",
                        LIMITS, REASON, unexplained)
                .containsExactlyInAnyOrderElementsOf(STILL_TOO_LARGE.keySet());
    }

    private static String nameOf(String module, Path file) {
        return REPOSITORY
                .resolve(module)
                .resolve("src/main/java")
                .relativize(file)
                .toString()
                .replace(File.separatorChar, '/');
    }

    /** In a comment above the first brace. */
    private static boolean saysWhy(String text) {
        return text.lines()
                .takeWhile(line -> !line.matches("(public |abstract |final |sealed )*(class|interface|enum|record) .*"))
                .anyMatch(line -> line.replaceFirst("^[ /*]*(<p>)?", "").startsWith(REASON));
    }
}
