package org.flushspread.simulation;

import java.util.List;
import org.flushspread.wire.Name;

/** What a client did and saw, in its own order. */
public interface ClientWatch {
    /** How an incarnation ended. */
    enum End {
        DISCONNECTED,
        CRASHED,
        CLOSED_BY_DAEMON
    }

    /** True once the traffic of this run is enough: clients then send little. */
    boolean hasSeenEnough();

    void connected(SimulatedClient client);

    void joins(SimulatedClient client, Name group);

    void leaves(SimulatedClient client, Name group);

    /** A message was handed to the connection; its body begins with the incarnation and {@code id}. */
    void sends(SimulatedClient client, int id, int service, List<Name> groups);

    /** A whole message from the daemon. */
    void received(SimulatedClient client, byte[] image);

    void ended(SimulatedClient client, End how);
}
