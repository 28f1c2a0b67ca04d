package org.flushspread.flush.kernel;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.wire.GroupId;
import org.jspecify.annotations.Nullable;

/**
 * What the application of a connection gets to see, in this order and no other. The events that {@code FlushConnection} and {@code Fl} give
 * out show these records and copy nothing of them.
 */
public sealed interface GroupEvent {
    /** The group it is about; for messages to private groups and rejects the destination. */
    String group();

    /**
     * A message.
     *
     * @param service as sent, without the byte order tag
     * @param groups the group; for subgroup messages the receivers in sent order and then the group
     * @param endianMismatch true if the sender's byte order is not little-endian, which is ours
     * @param body without trailers; a view of the bytes that came in
     */
    record Data(
            String group,
            int service,
            String sender,
            List<String> groups,
            short messType,
            boolean endianMismatch,
            ByteBuffer body)
            implements GroupEvent {}

    /**
     * A new view. The lists never change, and what follows from them is worked out when somebody asks.
     *
     * @param changed who joined, left or disconnected; null for a network change
     * @param previous members of the view before; in the first view of a life only this connection
     * @param live those of them that are not known to have gone
     * @param excluded members of the daemons' membership that are not in the view because they do not answer (exclusion E6)
     */
    record View(
            String group,
            GroupId id,
            List<String> members,
            int myIndex,
            Cause cause,
            @Nullable String changed,
            List<String> previous,
            List<String> live,
            List<String> excluded)
            implements GroupEvent {
        /** Who moved here from the view before together with this connection, in the order of that view (flush-protocol 1.3, T). */
        public List<String> transitional() {
            if (cause == Cause.NETWORK) {
                return live;
            }
            if (cause != Cause.JOIN || changed == null) {
                return members;
            }
            if (changed.equals(members.get(myIndex))) {
                return List.of(changed);
            }
            List<String> others = new ArrayList<>(members);
            others.remove(changed);
            return List.copyOf(others);
        }
    }

    /** From here to the next view SAFE means: safe among those who come along. */
    record Transition(String group) implements GroupEvent {}

    /** A change is pending and waits for this connection's consent. */
    record FlushRequest(String group) implements GroupEvent {}

    /** The others go on without this connection, which leaves the group (exclusion E7). Only the self-leave follows. */
    record Excluded(String group) implements GroupEvent {}

    /** The group was left. */
    record SelfLeave(String group) implements GroupEvent {}

    /**
     * The daemon's access policy refused a request.
     *
     * @param service the refused type with the reject bit
     */
    record Reject(
            String group,
            int service,
            String sender,
            List<String> groups,
            short messType,
            boolean endianMismatch,
            ByteBuffer body)
            implements GroupEvent {}
}
