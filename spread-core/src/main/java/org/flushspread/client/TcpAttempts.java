package org.flushspread.client;

import com.google.common.net.InetAddresses;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * Connects to whichever address of a host answers first (client-protocol 2.1). They are tried in the order of the name service, the next one
 * when the one before has failed or a moment after it began, so that an address that nobody reaches costs that moment and not the time of
 * the whole connect. That is RFC 8305 without its sorting.
 */
final class TcpAttempts {
    /** How long an attempt goes on alone: the delay of RFC 8305, section 5. */
    private static final long HEAD_START = Duration.ofMillis(250).toNanos();

    private static final class Attempt {
        final InetSocketAddress address;
        private @Nullable SocketChannel channel;
        private @Nullable Exception failure;

        Attempt(InetAddress address, int port) {
            this.address = new InetSocketAddress(address, port);
        }

        boolean isUnderWay() {
            return channel != null && failure == null;
        }

        boolean wasTried() {
            return channel != null || failure != null;
        }

        void start(Selector selector) {
            try {
                boolean four = address.getAddress() instanceof Inet4Address;
                SocketChannel opened =
                        SocketChannel.open(four ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
                channel = opened;
                opened.configureBlocking(false);
                opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
                opened.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
                SocketLink.setBuffers(opened);
                opened.register(selector, SelectionKey.OP_CONNECT);
                opened.connect(address);
            } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
                fail(e);
            }
        }

        /** Its channel, once it is connected. */
        @Nullable
        SocketChannel connected() {
            SocketChannel trying = channel;
            if (trying == null || failure != null) {
                return null;
            }
            try {
                return trying.finishConnect() ? trying : null;
            } catch (IOException e) {
                fail(e);
                return null;
            }
        }

        private void fail(Exception why) {
            failure = why;
            SocketLink.closeQuietly(channel);
        }

        boolean wasRefused() {
            return failure instanceof ConnectException;
        }

        String text() {
            return InetAddresses.toUriString(address.getAddress()) + ":" + address.getPort();
        }

        String outcome() {
            if (failure == null) {
                return text() + ": " + (wasTried() ? "no answer" : "not tried in that time");
            }
            return text() + ": " + (wasRefused() ? "nothing listens there" : failure.getMessage());
        }
    }

    private final DaemonAddress daemon;
    private final List<Attempt> attempts;
    private final Deadline deadline;
    private int started;
    private long lastStart;

    /** @param addresses at least one, in the order in which they are tried */
    TcpAttempts(DaemonAddress daemon, List<InetAddress> addresses, Deadline deadline) {
        this.daemon = daemon;
        this.attempts = addresses.stream()
                .distinct()
                .map(address -> new Attempt(address, daemon.port()))
                .toList();
        this.deadline = deadline;
    }

    /** @throws SpreadException {@link SpreadCode#ILLEGAL_SPREAD} for an unknown host */
    static TcpAttempts to(DaemonAddress daemon, String host, Deadline deadline) {
        try {
            return new TcpAttempts(daemon, List.of(InetAddress.getAllByName(host)), deadline);
        } catch (UnknownHostException e) {
            throw new SpreadException(
                    SpreadCode.ILLEGAL_SPREAD, "cannot connect to " + daemon + ": unknown host '" + host + "'", e);
        }
    }

    /** @throws SpreadException {@link SpreadCode#COULD_NOT_CONNECT} if no address answers in time; it names each and why */
    SocketLink connect() {
        Selector selector = null;
        SocketLink made = null;
        try {
            selector = Selector.open();
            made = connect(selector);
            // Now the sockets of the others give their descriptors back.
            selector.selectNow();
            return made;
        } catch (IOException e) {
            throw SocketLink.refused(daemon, "no selector can be opened: " + e.getMessage(), e);
        } finally {
            if (made == null) {
                attempts.forEach(each -> SocketLink.closeQuietly(each.channel));
                // Behind the channels, whose descriptors it gives back.
                SocketLink.closeQuietly(selector);
            }
        }
    }

    private SocketLink connect(Selector selector) throws IOException {
        while (true) {
            for (Attempt each : attempts) {
                SocketChannel connected = each.connected();
                if (connected != null) {
                    return won(connected, selector);
                }
            }
            checkTime();
            if (mayStart()) {
                lastStart = System.nanoTime();
                attempts.get(started++).start(selector);
            } else if (isAnyUnderWay()) {
                long alone = started < attempts.size() ? HEAD_START - sinceLastStart() : Long.MAX_VALUE;
                selector.select(SocketLink::ignore, SocketLink.millis(Math.min(alone, deadline.remaining())));
            } else {
                throw failed();
            }
        }
    }

    private boolean mayStart() {
        return started < attempts.size() && (!isAnyUnderWay() || sinceLastStart() >= HEAD_START);
    }

    private long sinceLastStart() {
        return System.nanoTime() - lastStart;
    }

    private boolean isAnyUnderWay() {
        return attempts.stream().anyMatch(Attempt::isUnderWay);
    }

    private SocketLink won(SocketChannel winner, Selector selector) {
        for (Attempt each : attempts) {
            if (each.channel != winner) {
                SocketLink.closeQuietly(each.channel);
            }
        }
        return SocketLink.of(winner, selector, winner.keyFor(selector));
    }

    private void checkTime() {
        if (Thread.currentThread().isInterrupted()) {
            throw new SpreadInterruptedException("connecting to " + daemon);
        }
        if (deadline.isOver()) {
            throw SocketLink.refused(
                    daemon,
                    attempts.size() == 1
                            ? "no answer from " + attempts.get(0).text() + " within " + deadline.length()
                            : "none of " + attempts.size() + " addresses answers within " + deadline.length() + ": "
                                    + outcomes(),
                    lastFailure());
        }
    }

    private SpreadException failed() {
        String hint = " (is the daemon running? start one with scripts/spread)";
        Attempt only = attempts.get(0);
        String why;
        if (attempts.size() > 1) {
            boolean refused = attempts.stream().anyMatch(Attempt::wasRefused);
            why = "none of " + attempts.size() + " addresses answers: " + outcomes() + (refused ? hint : "");
        } else if (only.wasRefused()) {
            why = "nothing listens on " + only.text() + hint;
        } else {
            why = only.outcome();
        }
        return SocketLink.refused(daemon, why, lastFailure());
    }

    private String outcomes() {
        return attempts.stream().map(Attempt::outcome).collect(Collectors.joining("; "));
    }

    /** The cause of one address; those of the others stand in the text. */
    private @Nullable Exception lastFailure() {
        Exception last = null;
        for (Attempt each : attempts) {
            last = each.failure == null ? last : each.failure;
        }
        return last;
    }
}
