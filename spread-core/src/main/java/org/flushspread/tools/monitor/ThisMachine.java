package org.flushspread.tools.monitor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.SpreadException;
import org.flushspread.config.Daemon;
import org.flushspread.config.Interface;
import org.flushspread.daemon.net.NetworkAddresses;
import org.flushspread.tools.admin.AdminClient;
import org.flushspread.wire.IpAddress;

/** Facts of the host this runs on. What the system does not tell stays unknown. */
final class ThisMachine {
    /** What our daemon asks for; the system grants less where its limit is lower. */
    private static final int WANTED_BUFFER = 4 << 20;

    /** Daemons that are in no ring together look for each other more often. */
    private static final Duration RECENT = Duration.ofMinutes(1);

    private static final int TYPE_MASK = 0170000;
    private static final int SOCKET_TYPE = 0140000;
    private static final Path PROC = Path.of("/proc");
    private static final int INODE_COLUMN = 9;
    private static final int LOCAL_COLUMN = 1;

    private ThisMachine() {}

    static void networks(Facts facts) {
        try {
            for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                for (InterfaceAddress each : card.getInterfaceAddresses()) {
                    if (card.isUp()) {
                        facts.networks.add(new Facts.Network(
                                NetworkAddresses.address(each.getAddress()),
                                each.getNetworkPrefixLength(),
                                card.getName(),
                                card.getMTU(),
                                card.isLoopback()));
                    }
                }
            }
        } catch (SocketException e) {
            facts.networks.clear();
        }
    }

    static void receiveBuffer(Facts facts) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setReceiveBufferSize(WANTED_BUFFER);
            // The JDK has already halved what Linux doubles.
            facts.receiveBuffer = Optional.of((long) socket.getReceiveBufferSize());
        } catch (SocketException e) {
            facts.receiveBuffer = Optional.empty();
        }
    }

    private static InetAddress bindAddress(Daemon self) {
        if (self.bindsAny()) {
            return NetworkAddresses.inet(self.address().isIpv6() ? IpAddress.ANY_IPV6 : IpAddress.ANY);
        }
        try {
            return NetworkAddresses.inet(NetworkAddresses.onLinkOf(self.address(), self.address()));
        } catch (SocketException e) {
            return NetworkAddresses.inet(self.address().withoutScope());
        }
    }

    /** Tries to have the ports that the daemon needs. */
    static void ports(Facts facts, Daemon self) {
        InetAddress any = bindAddress(self);
        for (int port : new int[] {self.port(), self.tokenPort()}) {
            try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(any, port))) {
                socket.getLocalPort();
            } catch (SocketException e) {
                facts.taken.add(new Facts.Taken("UDP port " + port, holder("udp", port)));
            }
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(any, self.port()));
        } catch (IOException e) {
            facts.taken.add(new Facts.Taken("TCP port " + self.port(), holder("tcp", self.port())));
        }
    }

    static void socketFile(Facts facts, Path socket) {
        facts.socketPath = socket.toString();
        try {
            int mode = (Integer) Files.getAttribute(socket, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            if ((mode & TYPE_MASK) != SOCKET_TYPE) {
                facts.socketFile = Facts.SocketFile.NO_SOCKET;
                return;
            }
        } catch (IOException | UnsupportedOperationException notThere) {
            return;
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            facts.socketFile = Facts.SocketFile.ANSWERS;
        } catch (AccessDeniedException e) {
            facts.socketFile = Facts.SocketFile.FORBIDDEN;
        } catch (IOException e) {
            facts.socketFile =
                    String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("permission")
                            ? Facts.SocketFile.FORBIDDEN
                            : Facts.SocketFile.STALE;
        }
    }

    /** What the daemon of this host says of its seal, over its admin socket. */
    static void seal(Facts facts, Path admin) {
        if (!Files.exists(admin)) {
            return;
        }
        try {
            if (new AdminClient(admin).object("/status").get("seal") instanceof Map<?, ?> seal) {
                List<String> keys = seal.get("keys") instanceof List<?> ids
                        ? ids.stream().map(String::valueOf).toList()
                        : List.of();
                Map<String, String> strangers = new LinkedHashMap<>();
                for (Map<?, ?> each : AdminClient.objects(seal, "strangers")) {
                    String name = String.valueOf(each.get("daemon"));
                    if (!name.isEmpty() && isRecent(String.valueOf(each.get("last")))) {
                        strangers.put(name, String.valueOf(each.get("text")));
                    }
                }
                facts.localSeal = Optional.of(new Facts.LocalSeal(keys, strangers));
            }
        } catch (IOException notOursOrNotForUs) {
            facts.localSeal = Optional.empty();
        }
    }

    private static boolean isRecent(String time) {
        try {
            return Instant.parse(time).isAfter(Instant.now().minus(RECENT));
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    /** Of the running daemon, or what a daemon started from here can have: the launcher raises the limit as far as it may. */
    static void descriptors(Facts facts, Daemon self) {
        Optional<Path> process = facts.isRunning() ? process("tcp", self.port()) : Optional.empty();
        int column = process.isPresent() ? 0 : 1;
        if (facts.isRunning() && process.isEmpty()) {
            return;
        }
        try (Stream<String> lines =
                Files.lines(process.orElse(PROC.resolve("self")).resolve("limits"))) {
            facts.descriptors = lines.filter(each -> each.startsWith("Max open files"))
                    .map(each ->
                            each.substring("Max open files".length()).strip().split("\\s+", -1)[column])
                    .filter(each -> !each.equals("unlimited"))
                    .map(Long::valueOf)
                    .findFirst();
        } catch (IOException | UncheckedIOException e) {
            facts.descriptors = Optional.empty();
        }
    }

    /** Connects as a client, as those of this host do and as those of others do. */
    static void clients(Facts facts, Daemon self, Path socketDirectory, Duration patience) {
        List<String> ways = new ArrayList<>();
        if (facts.socketFile == Facts.SocketFile.ANSWERS) {
            ways.add(Integer.toString(self.port()));
        }
        self.interfaces().stream()
                .filter(Interface::client)
                .map(each -> self.port() + "@" + each.address())
                .forEach(ways::add);
        for (String way : ways) {
            try (SpreadConnection connection = SpreadConnection.connect(ConnectOptions.of(way, "")
                    .withMembership(false)
                    .withTimeout(patience)
                    .withSocketDirectory(socketDirectory))) {
                connection.privateGroup();
            } catch (SpreadException e) {
                facts.refused.add(new Facts.Refused(way, e.code().code(), String.valueOf(e.getMessage())));
            }
        }
    }

    private static String holder(String protocol, int port) {
        Optional<Path> process = process(protocol, port);
        if (process.isEmpty()) {
            return "a process that this user may not see";
        }
        Path directory = process.get();
        try {
            String command = Files.readString(directory.resolve("cmdline"))
                    .replace('\0', ' ')
                    .strip();
            return "process " + directory.getFileName() + " (" + command.replaceAll("\\p{Cntrl}", "?") + ")";
        } catch (IOException e) {
            return "process " + directory.getFileName();
        }
    }

    /** The process that has the port, as its directory in /proc. */
    private static Optional<Path> process(String protocol, int port) {
        List<String> sockets = inodes(protocol, port).stream()
                .map(each -> "socket:[" + each + "]")
                .toList();
        if (sockets.isEmpty()) {
            return Optional.empty();
        }
        try (Stream<Path> processes = Files.list(PROC)) {
            return processes
                    .filter(each -> each.getFileName().toString().matches("[0-9]+"))
                    .filter(each -> holds(each, sockets))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean holds(Path process, List<String> sockets) {
        try (Stream<Path> open = Files.list(process.resolve("fd"))) {
            return open.anyMatch(each -> {
                try {
                    return sockets.contains(Files.readSymbolicLink(each).toString());
                } catch (IOException closedMeanwhile) {
                    return false;
                }
            });
        } catch (IOException notOurs) {
            return false;
        }
    }

    private static List<String> inodes(String protocol, int port) {
        List<String> found = new ArrayList<>();
        String end = String.format(":%04X", port);
        for (String table : List.of(protocol, protocol + "6")) {
            try (Stream<String> lines = Files.lines(PROC.resolve("self/net").resolve(table))) {
                lines.map(each -> each.strip().split("\\s+"))
                        .filter(each -> each.length > INODE_COLUMN && each[LOCAL_COLUMN].endsWith(end))
                        .forEach(each -> found.add(each[INODE_COLUMN]));
            } catch (IOException e) {
                // No such table here.
            }
        }
        return found;
    }
}
