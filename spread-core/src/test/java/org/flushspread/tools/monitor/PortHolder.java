package org.flushspread.tools.monitor;

import java.net.DatagramSocket;

/** A program that has a UDP port. */
final class PortHolder {
    private PortHolder() {}

    /** @param args the port */
    public static void main(String[] args) throws Exception {
        try (DatagramSocket socket = new DatagramSocket(Integer.parseInt(args[0]))) {
            System.out.println("listening on " + socket.getLocalPort());
            // Holds the port until the test ends this process.
            Thread.sleep(Long.MAX_VALUE);
        }
    }
}
