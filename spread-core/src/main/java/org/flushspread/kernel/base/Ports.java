package org.flushspread.kernel.base;

import io.netty.buffer.ByteBuf;
import org.flushspread.config.Configuration;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Everything a kernel does to the world. Calls come from the thread that runs the kernel, during one of its inputs; none may block, throw
 * or call back into the kernel, except that {@link #write} may change the writability of the session through
 * {@code Kernel.writability}.
 */
public interface Ports {
    /**
     * Sends a datagram. The bytes (reader to writer index) are lent for this call only: the far side copies. The order of calls is the
     * order on the wire, also between data and tokens. There is no result; a lost datagram is the protocol's daily bread.
     */
    void send(Route to, ByteBuf datagram);

    /**
     * Answers a monitor, which is no daemon and so has no route: sends a datagram from a socket that is not the one of {@link #send}. The
     * bytes are lent for this call only. A host that serves no monitors may lose it, as the default does.
     *
     * @param address of a configured daemon
     * @param port 1..65535
     */
    default void reply(IpAddress address, int port, ByteBuf datagram) {}

    /**
     * Queues bytes to a client. Hands over one reference; these bytes never change again. A session gets one write in a turn, more only
     * where it is sent more than 64 KB or a large message, which goes out without a copy.
     *
     * <p>A far side whose buffer fills up tries the connection once more before it says that the session is not writable: what the kernel
     * queues from then on counts against the client's limits.
     */
    void write(Session to, ByteBuf bytes);

    /**
     * What the signature of a monitor's command proves, now and once: a command that was valid is a replay the next time. A host without
     * a key for monitors need not answer otherwise than the default does.
     *
     * @param packet lent for this call
     */
    default CommandProof proofOf(ByteBuf packet, int index, int length) {
        return CommandProof.NOT_ASKED_FOR;
    }

    /**
     * Stops or resumes reading from a client. New sessions start with reading on. What has come already is handed in all the same: the
     * kernel keeps it.
     */
    void reading(Session session, boolean on);

    /** Stops or resumes accepting connections. */
    void accepting(boolean on);

    /**
     * Asks for the verdict of an authentication method that needs the world (a file, a hash). Answered, now or later, by
     * {@code Kernel.authenticated}, or for the method SCRAM by {@code Kernel.answered}.
     *
     * @param said what the client sent for this method, lent for this call
     */
    void authenticate(Session session, String method, ByteBuf said);

    /**
     * Where a client is, of either family; null for a client on a unix domain socket or in this process. A host without IPv6 clients need
     * not answer otherwise than the default does.
     */
    default @Nullable IpAddress addressOf(Session session) {
        return session.address() == 0 ? null : IpAddress.ipv4(session.address());
    }

    /** Closes a client's connection after what was written before; nothing is written to this session afterwards. */
    void close(Session session, Reason why);

    /**
     * Another configuration is in force. What is sent from now on goes by its routes; what a host has kept of the former one no longer
     * counts.
     */
    void configured(Configuration now);

    /** Something a person or a metric may want to know. Rare: never called per message. */
    void report(Event event);
}
