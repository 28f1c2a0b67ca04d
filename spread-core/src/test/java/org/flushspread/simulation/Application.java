package org.flushspread.simulation;

import org.jspecify.annotations.Nullable;

/**
 * What a client does with its session in place of random things. It is told what comes and may call {@link SimulatedClient#write} and its
 * neighbours at any time; such clients are judged by whoever plugged the application in, not by the checkers of Spread's groups.
 */
public interface Application {
    /** The private name to ask for, at each attempt to connect; null to try again later. */
    @Nullable
    String name();

    /** A session begins; {@link SimulatedClient#privateGroup} is its name. */
    void connected(SimulatedClient client);

    /** A whole message from the daemon. */
    void received(SimulatedClient client, byte[] image);

    /** The session is over; the client connects again by itself. */
    void ended(SimulatedClient client, ClientWatch.End how);

    /** All is healed: from here on it should answer and come to rest. */
    void calm(SimulatedClient client);
}
