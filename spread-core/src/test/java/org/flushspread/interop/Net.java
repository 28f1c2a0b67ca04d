package org.flushspread.interop;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.flushspread.config.RingVersion;
import org.flushspread.interop.Namespaces.Cast;
import org.flushspread.wire.Addresses;

/** Where the daemons of a ring live. */
abstract class Net implements AutoCloseable {
    /** For so many daemons: {@code loopback}, or how the segments of namespaces are addressed and their sizes, as {@code MULTICAST 21}. */
    static Net of(String where, int size) {
        if (where.equals("loopback")) {
            return new Loopback(size);
        }
        String[] parts = where.split(" ");
        int[] sizes = sizes(parts[1]);
        if (Arrays.stream(sizes).sum() != size) {
            throw new IllegalArgumentException(where + " is not for " + size + " daemons");
        }
        return new Namespaces(Cast.valueOf(parts[0]), true, sizes);
    }

    /** The sizes of segments, a digit each. */
    static int[] sizes(String segments) {
        return segments.chars().map(each -> each - '0').toArray();
    }

    /** The segments of spread.conf. */
    abstract String segments(RingVersion ring);

    abstract int size();

    /** Address of a daemon, by its place in the configuration from 0. */
    abstract String address(int daemon);

    abstract String clientAddress(int daemon);

    abstract int port(int daemon);

    /** Beginning of a command line that runs in the daemon's network. */
    abstract List<String> prefix(int daemon);

    /** Address to which daemons answer a monitor; one of the configuration (monitor-protocol 3). */
    abstract String monitorAddress();

    /** An IPv4 address as the number it is in packets. */
    static int number(String address) {
        try {
            return Addresses.of(InetAddress.getByName(address).getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(address, e);
        }
    }

    static String name(int daemon) {
        return "d" + (daemon + 1);
    }

    @Override
    public abstract void close();
}
