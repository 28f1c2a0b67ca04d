package org.flushspread.flush.requests;

import java.util.List;
import org.flushspread.flush.replica.Lineage;

/** One thing that a client says to a desk or a desk to a client (replica-protocol 2). Arrays are not changed after they were given. */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public sealed interface RequestItem {
    /** A client looks for a desk. */
    record Who(long number) implements RequestItem {}

    /**
     * A desk answers that.
     *
     * @param primary whether its member is in a primary component
     * @param desks private groups of all desks, in the order of their group
     */
    record Here(long number, boolean primary, List<String> desks) implements RequestItem {}

    /** What a client wants of a desk, under a number that is never used again. */
    sealed interface Request extends RequestItem {
        long request();

        /** Bytes that it takes in a queue. */
        int bytes();
    }

    /**
     * @param incarnation tells it from other sessions of this client
     * @param before the session of its name that it takes the place of; 0 for none
     */
    record Begin(long request, long incarnation, long before, byte[] name) implements Request {
        @Override
        public int bytes() {
            return name.length;
        }
    }

    record Command(long request, long session, long number, byte[] command) implements Request {
        @Override
        public int bytes() {
            return command.length;
        }
    }

    /** @param index the place it must be behind, in this history; 0 for none */
    record Read(long request, ReadKind kind, Lineage history, long index, byte[] question) implements Request {
        @Override
        public int bytes() {
            return question.length;
        }
    }

    /**
     * What became of a request.
     *
     * @param history and {@code index}: the place that the member had confirmed then; none and 0 where it did not say
     */
    record Answer(long request, Outcome outcome, Lineage history, long index, byte[] body) implements RequestItem {}
}
