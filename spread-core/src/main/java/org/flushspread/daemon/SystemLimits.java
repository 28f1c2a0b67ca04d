package org.flushspread.daemon;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the system allows this process: above all, file descriptors. Connections may not take the last ones, and a few are held in reserve, so that a flood of
 * connections leaves the daemon able to open what it needs.
 */
final class SystemLimits {
    /** Left for class files, logs, name service, the next configuration. */
    private static final int RESERVE = 64;

    private static final int HELD = 4;
    private static final Path ANY_FILE = Path.of("/dev/null");

    private final long limit;
    private final List<FileChannel> held = new ArrayList<>();
    private boolean released;

    SystemLimits() {
        limit = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
        restore();
    }

    /** The limit of the process (ulimit -n), or {@link Long#MAX_VALUE} where it is unknown. */
    long limit() {
        return limit;
    }

    /** Connections that may exist at a time. */
    long connections() {
        return Math.max(1, limit - RESERVE);
    }

    /** Bytes of direct buffers this process may have (-XX:MaxDirectMemorySize, or else the size of the heap). */
    static long directMemory() {
        HotSpotDiagnosticMXBean flags = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        long said = flags == null
                ? 0
                : Long.parseLong(flags.getVMOption("MaxDirectMemorySize").getValue());
        return said == 0 ? Runtime.getRuntime().maxMemory() : said;
    }

    boolean mayHold(int connections) {
        return connections < connections();
    }

    /** Gives the reserve away, to be used for getting out of a shortage. */
    void sacrifice() {
        for (FileChannel each : held) {
            try {
                each.close();
            } catch (IOException e) {
                // It is closed all the same.
            }
        }
        held.clear();
    }

    /** Gives the reserve away for good: the daemon ends. */
    void release() {
        released = true;
        sacrifice();
    }

    /** Takes the reserve back, as far as it goes. */
    void restore() {
        if (released) {
            return;
        }
        try {
            while (held.size() < HELD) {
                held.add(FileChannel.open(ANY_FILE));
            }
        } catch (IOException e) {
            // None left now; the next call tries again.
        }
    }
}
