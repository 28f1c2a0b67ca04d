package org.flushspread.interop;

import java.util.List;
import org.flushspread.config.RingVersion;
import org.flushspread.daemon.TestPorts;

/** One segment for each daemon, on 127.0.1.1, 127.0.2.1, ... (ring-protocol 1); ports differ, so that C daemons can share /tmp. */
final class Loopback extends Net {
    private final int size;
    private final int firstPort;

    Loopback(int size) {
        this.size = size;
        firstPort = TestPorts.free(size);
    }

    @Override
    String segments(RingVersion ring) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < size; i++) {
            text.append("Spread_Segment 127.0." + (i + 1) + ".255:" + port(i) + " { " + name(i) + " " + address(i)
                    + " { " + address(i) + " } }\n");
        }
        return text.toString();
    }

    @Override
    int size() {
        return size;
    }

    @Override
    String address(int daemon) {
        return "127.0." + (daemon + 1) + ".1";
    }

    @Override
    String clientAddress(int daemon) {
        return address(daemon);
    }

    @Override
    int port(int daemon) {
        return firstPort + 2 * daemon;
    }

    @Override
    List<String> prefix(int daemon) {
        return List.of();
    }

    @Override
    String monitorAddress() {
        return address(0);
    }

    @Override
    public void close() {}
}
