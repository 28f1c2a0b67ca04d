package org.flushspread.tools;

import java.time.Duration;
import java.util.Locale;
import org.flushspread.client.Service;

/**
 * What each member of a benchmark does.
 *
 * @param service of its messages
 * @param bytes of the body, 16 at least
 * @param window own messages on their way at the most (closed loop); 0 for an open loop
 * @param rate messages a second of each member (open loop); 0 for a closed loop
 * @param warmup time it sends before the measurement
 * @param measured time of the measurement
 * @param messages of each member that are measured, however long it takes; 0 if the time decides
 * @param patience time in which a daemon may begin to listen; zero if it must listen already
 */
record BenchLoad(
        Service service,
        int bytes,
        int window,
        int rate,
        Duration warmup,
        Duration measured,
        int messages,
        Duration patience) {
    static final int MIN_BYTES = 16;
    /** One message of each member: it ends when the daemons run and all members reach each other. */
    static final BenchLoad TRIAL =
            new BenchLoad(Service.AGREED, MIN_BYTES, 1, 0, Duration.ZERO, Duration.ZERO, 1, Duration.ofSeconds(60));

    /** Where its members meet. A trial has a group of its own: its members may still be on their way out when those of the load come. */
    String group() {
        return equals(TRIAL) ? "bench-trial" : "bench";
    }

    /** For the lines a script reads. */
    String fields() {
        return "service=" + service.name().toLowerCase(Locale.ROOT) + " bytes=" + bytes
                + (window > 0 ? " window=" + window : " rate=" + rate);
    }

    /** For the command line of a member in a process of its own. */
    String encode() {
        return service + ":" + bytes + ":" + window + ":" + rate + ":" + warmup.toNanos() + ":" + measured.toNanos()
                + ":" + messages + ":" + patience.toNanos();
    }

    static BenchLoad decode(String text) {
        String[] parts = text.split(":", -1);
        return new BenchLoad(
                Service.valueOf(parts[0]),
                Integer.parseInt(parts[1]),
                Integer.parseInt(parts[2]),
                Integer.parseInt(parts[3]),
                Duration.ofNanos(Long.parseLong(parts[4])),
                Duration.ofNanos(Long.parseLong(parts[5])),
                Integer.parseInt(parts[6]),
                Duration.ofNanos(Long.parseLong(parts[7])));
    }
}
