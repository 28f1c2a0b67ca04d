package org.flushspread.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The C program spflooder as a load: one member, window of 200, RELIABLE (the program knows no other service), timed from outside. */
final class CFlooder {
    static final int WINDOW = 200;

    private CFlooder() {}

    /** Messages a second. A short run is subtracted, so that starting and connecting do not count. */
    static double rate(Path home, String daemon, int bytes, int messages) {
        int few = Math.max(1, messages / 10);
        run(home, daemon, bytes, few);
        long shorter = run(home, daemon, bytes, few);
        long longer = run(home, daemon, bytes, messages + few);
        return messages / (Math.max(1, longer - shorter) / 1e9);
    }

    private static long run(Path home, String daemon, int bytes, int messages) {
        try {
            long start = System.nanoTime();
            Process process = new ProcessBuilder(
                            home.resolve("bin/spflooder").toString(),
                            "-u",
                            "cf" + start % 1_000_000,
                            "-s",
                            daemon,
                            "-b",
                            "" + bytes,
                            "-m",
                            "" + messages)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException("the C spflooder failed");
            }
            return System.nanoTime() - start;
        } catch (IOException e) {
            throw new UncheckedIOException("the C spflooder does not start: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
