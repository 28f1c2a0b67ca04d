package org.flushspread.tools;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.client.ClientTls;

/**
 * The members of a group that carry a load, and wait for each other first.
 *
 * @param processes each in a process of its own, else a thread of this one
 * @param spin how long a receiver looks before it sleeps
 */
record BenchMembers(BenchProcesses made, int count, boolean processes, Duration spin) {
    /** Where a member connects, and what stands before its command. */
    record Place(String spreadName, List<String> prefix) {}

    /** What each of them measured; they are spread over the places. */
    List<BenchResult> run(List<Place> places, BenchLoad load) {
        return processes
                ? runProcesses(places, load)
                : BenchThreads.run(places.stream().map(Place::spreadName).toList(), count, spin, load);
    }

    private List<BenchResult> runProcesses(List<Place> places, BenchLoad load) {
        List<Process> running = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                running.add(startMember(places.get(i % places.size()), i, load));
            }
            List<BenchResult> results = new ArrayList<>();
            for (Process each : running) {
                results.add(result(each));
            }
            return results;
        } catch (IOException e) {
            throw new UncheckedIOException("a member could not be started: " + e.getMessage(), e);
        } finally {
            running.forEach(Process::destroyForcibly);
        }
    }

    private Process startMember(Place place, int index, BenchLoad load) throws IOException {
        List<String> command = new ArrayList<>(place.prefix());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        String trusted = System.getProperty(ClientTls.CA);
        if (trusted != null) {
            command.add("-D" + ClientTls.CA + "=" + trusted);
        }
        command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Bench.class.getName(), "--member", place.spreadName(), BenchThreads.name(index)));
        command.addAll(List.of("" + index, "" + count, "" + spin.toNanos(), load.encode()));
        return made.start(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null"))));
    }

    private static BenchResult result(Process member) throws IOException {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(member.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            if (line == null) {
                throw new IllegalStateException("a member ended without a result");
            }
            return BenchResult.decode(line);
        }
    }
}
