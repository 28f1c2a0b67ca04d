package org.flushspread.kernel.session;

import org.flushspread.kernel.base.Session;
import org.flushspread.wire.Name;

/**
 * One client at one moment.
 *
 * @param session the kernel's object, for the host to know its connection by; hosts look at it on the kernel's thread only
 * @param name private group; empty before the end of the handshake
 * @param membership asked for membership messages
 * @param open the handshake is over
 * @param openedAt monotonic nanoseconds of the connection
 * @param queuedMessages messages that wait to be handed to its connection (client-protocol 6.4)
 * @param queuedBytes bytes of these
 * @param unsentBytes bytes it sent that wait for the token
 * @param writable its connection takes more
 * @param read false while the daemon does not read from it: back-pressure
 */
public record SessionFigures(
        Session session,
        Name name,
        boolean membership,
        boolean open,
        long openedAt,
        int queuedMessages,
        long queuedBytes,
        long unsentBytes,
        boolean writable,
        boolean read) {}
