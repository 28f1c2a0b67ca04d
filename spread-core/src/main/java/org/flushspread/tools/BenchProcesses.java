package org.flushspread.tools;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What a benchmark has made and must take away again, last things first: at the end, and when the program is interrupted. Thread safe. */
final class BenchProcesses {
    private final Deque<AutoCloseable> made = new ArrayDeque<>();
    private boolean over;

    /** Also closes everything when this program is asked to end by a signal. */
    void closeOnExit() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "cleanup"));
    }

    /** Starts a process; it is killed at the end if it has not ended by then. */
    synchronized Process start(ProcessBuilder builder) throws IOException {
        refuseIfOver();
        Process process = builder.start();
        made.push(process::destroyForcibly);
        return process;
    }

    /** Keeps in mind what is to be closed at the end; closing twice must do no harm. */
    synchronized <T extends AutoCloseable> T add(T one) {
        made.push(one);
        refuseIfOver();
        return one;
    }

    private void refuseIfOver() {
        if (over) {
            close();
            throw new IllegalStateException("interrupted");
        }
    }

    /** Ends everything. */
    synchronized void close() {
        over = true;
        List<AutoCloseable> all = new ArrayList<>(made);
        made.clear();
        for (AutoCloseable each : all) {
            try {
                each.close();
            } catch (Exception e) {
                System.err.println("bench: " + e.getMessage());
            }
        }
    }
}
