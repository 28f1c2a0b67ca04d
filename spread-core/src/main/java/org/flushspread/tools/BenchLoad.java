package org.flushspread.tools;

import java.util.Locale;
import org.flushspread.client.Service;

/**
 * What each member of a benchmark does.
 *
 * @param service of its messages
 * @param bytes of the body, 16 at least
 * @param window own messages on their way at the most (closed loop); 0 for an open loop
 * @param rate messages a second of each member (open loop); 0 for a closed loop
 * @param warmup messages of each member before the measurement
 * @param messages of each member that are measured
 */
record BenchLoad(Service service, int bytes, int window, int rate, int warmup, int messages) {
    static final int MIN_BYTES = 16;

    /** For the lines a script reads. */
    String fields() {
        return "service=" + service.name().toLowerCase(Locale.ROOT) + " bytes=" + bytes
                + (window > 0 ? " window=" + window : " rate=" + rate);
    }

    /** For the command line of a member in a process of its own. */
    String encode() {
        return service + ":" + bytes + ":" + window + ":" + rate + ":" + warmup + ":" + messages;
    }

    static BenchLoad decode(String text) {
        String[] parts = text.split(":", -1);
        return new BenchLoad(
                Service.valueOf(parts[0]),
                Integer.parseInt(parts[1]),
                Integer.parseInt(parts[2]),
                Integer.parseInt(parts[3]),
                Integer.parseInt(parts[4]),
                Integer.parseInt(parts[5]));
    }
}
