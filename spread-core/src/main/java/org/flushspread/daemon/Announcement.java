package org.flushspread.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a daemon tells people about itself when it has opened its sockets. */
final class Announcement {
    private static final Logger LOG = LoggerFactory.getLogger(SpreadDaemon.class);

    private final Daemon me;
    private final Configuration configuration;
    private final List<String> listening;

    /** @param listening where it listens, client addresses first */
    Announcement(Daemon me, Configuration configuration, List<String> listening) {
        this.me = me;
        this.configuration = configuration;
        this.listening = listening;
    }

    /** @param network false if no socket is open */
    void log(Sockets sockets, boolean network) {
        LOG.info(
                "daemon {} listens on {} ({}, {})",
                me.name(),
                listening.isEmpty() ? "nothing" : String.join(" ", listening),
                sockets == Sockets.EPOLL ? "epoll" : "NIO, epoll is not available: slower",
                network ? (me.address().isIpv6() ? "IPv6" : "IPv4") + " between daemons" : "no network");
        if (!listening.isEmpty()) {
            LOG.info("clients connect with {}", spreadNames());
        }
        LOG.info(
                "configuration with hash {}: {}",
                Integer.toUnsignedString(configuration.hash()),
                configuration.daemons().stream().map(Daemon::toString).collect(Collectors.joining(" ")));
    }

    /** What a person gives a client: the port for the unix domain socket, port@address for TCP. */
    private String spreadNames() {
        List<String> names = new ArrayList<>();
        for (String each : listening) {
            if (each.endsWith("/tcp")) {
                String address = each.substring(0, each.lastIndexOf(':'));
                boolean any = address.equals("0.0.0.0") || address.equals("[::]");
                String name = me.port() + "@" + (any ? "HOST" : address);
                if (!names.contains(name)) {
                    names.add(name);
                }
            } else if (each.endsWith("/tls")) {
                String address = each.substring(0, each.length() - "/tls".length());
                String name = "tls://" + address.replaceFirst("^(0\\.0\\.0\\.0|\\[::\\]):", "HOST:");
                if (!names.contains(name)) {
                    names.add(name);
                }
            } else if (each.startsWith("/")) {
                names.add(0, me.port() + " (on this machine)");
            }
        }
        return String.join(" or ", names);
    }
}
