package org.flushspread.flush;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;
import org.flushspread.client.UserCode;
import org.flushspread.flush.replica.ReplicaReason;

/**
 * What a member has to tell its user: results, roles, reports. It is kept until the call of the replica that it came from has returned and
 * its state is whole, and then told. Used by the internal thread.
 */
final class Tellings {
    static final String ON_REPORT = "the handler of onReport";

    private final ReplicaApplication<?, ?, ?> application;
    private final BiConsumer<ReplicaReason, String> reports;
    private final Deque<Runnable> waiting = new ArrayDeque<>();

    Tellings(ReplicaApplication<?, ?, ?> application, BiConsumer<ReplicaReason, String> reports) {
        this.application = application;
        this.reports = reports;
    }

    /** @param handler whose code it runs, in words */
    void add(String handler, Runnable code) {
        waiting.add(() -> {
            application.doing(handler);
            try {
                code.run();
            } finally {
                application.doing("");
            }
        });
    }

    void report(ReplicaReason reason, String text) {
        add(ON_REPORT, () -> reports.accept(reason, text));
    }

    /** Tells all that waits. What a handler throws goes to the uncaught exception handler. */
    void tell() {
        Runnable next;
        while ((next = waiting.poll()) != null) {
            application.begins();
            UserCode.run(next);
        }
    }
}
