package hello;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.flushspread.client.Service;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.flushspread.daemon.DaemonOptions;
import org.flushspread.daemon.DaemonStartException;
import org.flushspread.embedded.EmbeddedDaemon;
import org.flushspread.flush.FlushConnection;
import spread.SpreadConnection;
import spread.SpreadGroup;
import spread.SpreadMessage;

/** Run by scripts/check-modules with a port and a directory for the daemon's socket. */
class Hello {
    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        DaemonOptions options = DaemonOptions.DEFAULTS.withSocketDirectory(Optional.of(Path.of(args[1])));
        EmbeddedDaemon started = null;
        for (int last = port + 8; started == null; ) {
            try {
                started = start(port, options);
            } catch (DaemonStartException portInUse) {
                if (port == last) {
                    throw portInUse;
                }
                port += 2;
            }
        }
        try (EmbeddedDaemon daemon = started;
                org.flushspread.client.SpreadConnection sender = daemon.connect("sender")) {
            SpreadConnection connection = new SpreadConnection();
            connection.connect(InetAddress.getByName("127.0.0.1"), port, "receiver", false, true);
            new SpreadGroup().join(connection, "room");
            System.out.println(connection.receive().getMembershipInfo().getJoined() + " joined");
            SpreadMessage message = new SpreadMessage();
            message.setObject("hello");
            sender.multicast(Service.SAFE, "room", message.getData());
            System.out.println("received " + connection.receive().getObject());
            connection.disconnect();
            System.out.println("sockets: " + (io.netty.channel.epoll.Epoll.isAvailable() ? "epoll" : "NIO"));
            System.out.println(FlushConnection.class.getModule() + " and " + SpreadConnection.class.getModule());
        }
    }

    static EmbeddedDaemon start(int port, DaemonOptions options) {
        Configuration configuration = Configuration.parse(
                "Spread_Segment 127.0.0.255:" + port + " { modules 127.0.0.1 { 127.0.0.1 } }\n", "here", HostResolver.LOCALHOST_ONLY);
        return EmbeddedDaemon.start(configuration, "modules", options);
    }
}
