package org.flushspread.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Somebody on the way between one client and its daemon: hands bytes on in pieces, and changes one when told. */
final class Proxy implements AutoCloseable {
    private final ServerSocket server;
    private final String host;
    private final int piece;
    private final Socket behind;
    private volatile boolean changesUp;
    private volatile boolean changesDown;

    /** @param piece bytes that are handed on at a time, at the most */
    Proxy(String host, int port, int piece) throws IOException {
        this.host = host;
        this.piece = piece;
        server = new ServerSocket(0, 1, InetAddress.getByName(host));
        behind = new Socket(host, port);
        behind.setTcpNoDelay(true);
        run(() -> {
            Socket client = server.accept();
            client.setTcpNoDelay(true);
            run(() -> pump(behind, client, false));
            pump(client, behind, true);
        });
    }

    String name() {
        return "tls://" + host + ":" + server.getLocalPort();
    }

    /** Changes a bit of what comes next. */
    void change(boolean up) {
        if (up) {
            changesUp = true;
        } else {
            changesDown = true;
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void run(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // The connection has ended.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void pump(Socket from, Socket to, boolean up) throws IOException {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] bytes = new byte[piece];
        try {
            for (int length = in.read(bytes); length > 0; length = in.read(bytes)) {
                if (up ? changesUp : changesDown) {
                    bytes[length - 1] ^= 1;
                }
                out.write(bytes, 0, length);
            }
        } finally {
            to.shutdownOutput();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        behind.close();
    }
}
