package org.flushspread.interop;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.flushspread.config.RingVersion;
import org.flushspread.wire.Addresses;

/** Where the daemons of a ring live. */
abstract class Net implements AutoCloseable {
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
