package org.flushspread.tools;

import java.util.List;

/**
 * The same daemons at their TLS port.
 *
 * @param behind how they are reached without TLS
 */
record BenchTls(BenchNetwork behind, int tlsPort) implements BenchNetwork {
    /** The host in a name of the form PORT@HOST. */
    static String host(String spreadName) {
        return spreadName.substring(spreadName.indexOf('@') + 1);
    }

    @Override
    public String name() {
        return behind.name();
    }

    @Override
    public List<String> segments(int port) {
        return behind.segments(port);
    }

    @Override
    public String spreadName(int index, int port) {
        return "tls://" + host(behind.spreadName(index, port)) + ":" + tlsPort;
    }

    @Override
    public List<String> prefix(int index) {
        return behind.prefix(index);
    }

    @Override
    public void close() {
        behind.close();
    }
}
