package org.flushspread.flush.client;

import org.flushspread.flush.ReplicaException;
import org.flushspread.flush.UncertainException;
import org.flushspread.flush.replica.Failure;
import org.flushspread.flush.requests.RequestCodec;

/** Why a request of a client came to nothing, in words. */
final class ClientFailure {
    private ClientFailure() {}

    /** @param at how the client is connected, in words */
    static ReplicaException exception(Failure why, String group, String at) {
        return switch (why) {
            case UNCERTAIN -> new UncertainException("no answer came from group '" + group + "' in time; " + at, null);
            case TIMED_OUT, NOT_PRIMARY, OBSERVER ->
                new ReplicaException(
                        Failure.TIMED_OUT,
                        "no member of group '" + group + "' in a primary component took the request in time, and it"
                                + " takes no effect; do members serve clients (ReplicaOptions.serveClients)? " + at);
            case QUEUE_FULL ->
                new ReplicaException(why, "the members of group '" + group + "' have too much to do; " + at);
            case TOO_LARGE ->
                new ReplicaException(why, "the request takes more than " + RequestCodec.LARGEST + " bytes");
            case OTHER_HISTORY ->
                new ReplicaException(why, "a person has begun another history since this client has read");
            case SESSION_OVER ->
                new ReplicaException(
                        why,
                        "the session is over: it was opened again elsewhere, or was so long without a command that others"
                                + " took its place, or the group has begun another history");
            case CLOSED -> new ReplicaException(why, "the client of group '" + group + "' is closed");
        };
    }
}
