package org.flushspread.daemon;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for daemons of tests: found free on every address of this host, and given out once in this process. Test runs side by side begin
 * their search at different places.
 */
public final class TestPorts {
    private static final int FIRST = 14_000;
    private static final int COUNT = 10_000;
    private static final AtomicInteger NEXT =
            new AtomicInteger((int) (ProcessHandle.current().pid() * 97 % COUNT) & ~1);

    private TestPorts() {}

    /** A port P, even, so that P (clients, data) and P+1 (tokens) are free. */
    public static int free() {
        for (int tries = 0; tries < COUNT; tries += 2) {
            int port = FIRST + (NEXT.getAndAdd(2) & Integer.MAX_VALUE) % COUNT;
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port from " + FIRST + " on");
    }

    /** The first of {@code count} such ports, each two above the one before. */
    public static int free(int count) {
        for (int tries = 0; tries < COUNT; tries += 2 * count) {
            int first = free();
            int port = first;
            for (int i = 1; i < count && port == first + 2 * (i - 1); i++) {
                port = free();
            }
            if (port == first + 2 * (count - 1)) {
                return first;
            }
        }
        throw new IllegalStateException("no " + count + " free ports in a row from " + FIRST + " on");
    }

    private static boolean isFree(int port) {
        try (ServerSocket tcp = new ServerSocket();
                DatagramSocket data = new DatagramSocket(null);
                DatagramSocket token = new DatagramSocket(null)) {
            tcp.bind(new InetSocketAddress("0.0.0.0", port));
            data.bind(new InetSocketAddress("0.0.0.0", port));
            token.bind(new InetSocketAddress("0.0.0.0", port + 1));
            return true;
        } catch (IOException inUse) {
            return false;
        }
    }
}
