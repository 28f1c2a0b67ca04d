package org.flushspread.simulation;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.kernel.Kernel;
import org.flushspread.kernel.base.Session;

/** The client connections of a host: those that wait to be accepted, and those that are open. */
final class Pipes {
    private final List<Pipe> open = new ArrayList<>();
    private final List<Pipe> arriving = new ArrayList<>();

    void arrive(Pipe pipe) {
        arriving.add(pipe);
    }

    /** A session for each that waits. */
    void accept(Kernel kernel) {
        if (arriving.isEmpty()) {
            return;
        }
        List<Pipe> fresh = List.copyOf(arriving);
        arriving.clear();
        for (Pipe each : fresh) {
            open.add(each);
            each.session = kernel.opened(0x7f000001, each);
        }
    }

    /** One read of each. True if more is there. */
    boolean read(Kernel kernel) {
        boolean more = false;
        boolean ended = false;
        for (int i = 0; i < open.size(); i++) {
            Pipe each = open.get(i);
            Session session = each.session;
            ended |= each.hostClosed;
            if (session == null || each.hostClosed) {
                continue;
            }
            if (!each.writable && each.isDrained()) {
                each.writable = true;
                kernel.writability(session, true);
            }
            byte[] bytes = each.reading ? each.takeUp() : null;
            if (bytes != null) {
                kernel.bytes(session, Unpooled.wrappedBuffer(bytes));
                each.client.writable();
            } else if (each.clientClosed && !each.hasUp()) {
                each.hostClosed = true;
                kernel.closed(session);
                ended = true;
            }
            more |= each.reading && (each.hasUp() || each.clientClosed) && !each.hostClosed;
        }
        if (ended) {
            open.removeIf(each -> each.hostClosed);
        }
        return more;
    }

    /** Who left a ring has taken leave of its clients before: the others have seen them go in order (membership-protocol 6.8). */
    void requireNone(String daemon) {
        for (Pipe each : open) {
            if (each.session != null && !each.hostClosed && !each.clientClosed) {
                throw new Violation(
                        "clients leave before their daemon",
                        daemon + " left its ring, and " + each.client + " had not");
            }
        }
    }

    /** The process is gone, and with it all of them. */
    void clear() {
        close(open);
        close(arriving);
    }

    private static void close(List<Pipe> pipes) {
        for (Pipe each : pipes) {
            each.hostClosed = true;
            each.client.readable();
        }
        pipes.clear();
    }
}
