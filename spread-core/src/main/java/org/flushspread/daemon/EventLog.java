package org.flushspread.daemon;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.Session;
import org.flushspread.wire.Addresses;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event log of {@code -l y} (ring-protocol 20): a file named as the daemon in the working directory, one line for the start, each
 * membership, each session that comes or goes. Sequence numbers, descriptors and queue lengths, which only the C daemon has, are 0; the
 * alive line is not written.
 */
final class EventLog {
    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);

    private final RandomAccessFile file;

    private EventLog(RandomAccessFile file) {
        this.file = file;
    }

    static EventLog open(Daemon me) {
        Path path = Path.of(me.name());
        try {
            RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
            file.seek(file.length());
            EventLog log = new EventLog(file);
            log.line("B " + now());
            return log;
        } catch (IOException e) {
            throw new DaemonStartException(
                    "cannot write the event log " + path.toAbsolutePath() + ": " + e.getMessage(), e);
        }
    }

    void report(Event event, Configuration configuration) {
        if (event instanceof Event.MembershipInstalled installed) {
            StringBuilder members = new StringBuilder();
            for (Daemon each : configuration.daemons()) {
                members.append(' ')
                        .append(installed.membership().contains(each.id()) ? String.format("%2d", each.index()) : "--");
            }
            line("M " + now() + " " + installed.membership().id().time() + " 0 >" + members);
        } else if (event instanceof Event.SessionOpened opened) {
            line("C " + now() + " 0 0 " + address(opened.session()) + " " + opened.privateGroup());
        } else if (event instanceof Event.SessionClosed closed) {
            line("D " + now() + " 0 0 " + address(closed.session()) + " " + closed.privateGroup() + " 0");
        }
    }

    /** As the C daemon writes it: 0.0.0.0 for a client without a network. */
    private static String address(Session session) {
        return session.address() == 0 ? Addresses.text(0) : DaemonLog.from(session);
    }

    private static long now() {
        return System.currentTimeMillis() / 1000;
    }

    private void line(String text) {
        try {
            file.write((text + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            LOG.warn("cannot write the event log: {}", e.getMessage());
        }
    }

    void close() {
        try {
            file.close();
        } catch (IOException e) {
            LOG.debug("closing the event log: {}", e.getMessage());
        }
    }
}
