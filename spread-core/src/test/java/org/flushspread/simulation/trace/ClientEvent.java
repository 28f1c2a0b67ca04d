package org.flushspread.simulation.trace;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipBody;
import org.flushspread.wire.MembershipMessage;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;

/** One thing that one incarnation of a client (one successful connect) did or saw. */
public sealed interface ClientEvent {
    /** What a view was caused by. */
    enum Cause {
        JOIN(ServiceType.CAUSED_BY_JOIN),
        LEAVE(ServiceType.CAUSED_BY_LEAVE),
        DISCONNECT(ServiceType.CAUSED_BY_DISCONNECT),
        NETWORK(ServiceType.CAUSED_BY_NETWORK);

        private final int bit;

        Cause(int bit) {
            this.bit = bit;
        }

        static @Nullable Cause of(int type) {
            for (Cause each : values()) {
                if ((type & each.bit) != 0) {
                    return each;
                }
            }
            return null;
        }
    }

    /** The session was accepted. Always first. */
    record Connected(Name privateGroup, boolean membership) implements ClientEvent {}

    /** The client asked to join. */
    record JoinCalled(Name group) implements ClientEvent {}

    /** The client asked to leave. */
    record LeaveCalled(Name group) implements ClientEvent {}

    /** The client multicast a message; {@code message} is unique in the world. */
    record Sent(long message, int service, List<Name> groups) implements ClientEvent {}

    /** A regular membership message. */
    record View(Name group, GroupId id, Cause cause, List<Name> members, List<List<Name>> vsSets, int localVsSet)
            implements ClientEvent {
        public List<Name> localSet() {
            return vsSets.get(localVsSet);
        }

        /** Who joined, left or disconnected; only for views that are not of the network. */
        public Name subject() {
            return vsSets.get(0).get(0);
        }

        /** A view of the network in a transitional period; one that ends the period, or needs none, has index 1. */
        public boolean isTransitional() {
            return cause == Cause.NETWORK && id.index() > 1;
        }

        /** A view of the network that is not transitional. */
        public boolean isInstalled() {
            return cause == Cause.NETWORK && id.index() == 1;
        }
    }

    /** A transition message. */
    record Transition(Name group, GroupId id) implements ClientEvent {}

    /** The client's own leave took effect. */
    record SelfLeave(Name group) implements ClientEvent {}

    /** A data message. */
    record Delivered(long message, Name sender, int service, List<Name> groups) implements ClientEvent {
        /** True for services in total order; RELIABLE and UNRELIABLE may overtake (groups-protocol Q16). */
        public boolean isOrdered() {
            return (service & (ServiceType.RELIABLE_MESS | ServiceType.UNRELIABLE_MESS)) == 0;
        }

        public boolean isSafe() {
            return (service & ServiceType.SAFE_MESS) != 0;
        }

        public boolean isSelfDiscard() {
            return (service & ServiceType.SELF_DISCARD) != 0;
        }
    }

    /**
     * The client's daemon entered another transitional membership while groups exchanged their state (groups-protocol 6.4). Not visible to
     * clients, but it excuses one thing they see: members lost in such a cascade are not announced by a transition.
     */
    record Cascade() implements ClientEvent {}

    /**
     * Told to the checkers right before a view: since the last one of this group the client's daemon went through more than one change of its
     * membership. Those that touched nobody in the group were not told to it, but messages of senders they lost are missing since.
     */
    record UntoldChange(Name group) implements ClientEvent {}

    /** The client said goodbye. */
    record Disconnected() implements ClientEvent {}

    /** The client, its connection, or its daemon broke. */
    record Crashed() implements ClientEvent {}

    /** The daemon closed the session. */
    record Closed() implements ClientEvent {}

    /**
     * The event behind a message that a client received.
     *
     * @param message the id of a data message; not used for others
     * @return null for what no client may be sent, or a body that cannot be read
     */
    static @Nullable ClientEvent received(ByteBuf image, int at, long message) {
        boolean little = ByteOrderTag.isLittleEndian(image, at);
        int type = ByteOrderTag.clear(MessageHeader.type(image, at, little));
        Name name = Name.read(image, at + MessageHeader.PRIVATE_GROUP);
        int count = MessageHeader.numGroups(image, at, little);
        int body = at + MessageHeader.LENGTH + count * Name.SLOT;
        int length = MessageHeader.dataLength(image, at, little);
        List<Name> slots = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            slots.add(Name.read(image, at + MessageHeader.LENGTH + i * Name.SLOT));
        }
        if (ServiceType.isRegular(type)) {
            return new Delivered(message, name, type, slots);
        }
        if (ServiceType.isSelfLeave(type)) {
            return new SelfLeave(name);
        }
        if (ServiceType.isTransition(type)) {
            GroupId id = MembershipMessage.transition(image, body, length, little);
            return id == null ? null : new Transition(name, id);
        }
        Cause cause = Cause.of(type);
        MembershipBody view = MembershipBody.decode(image, body, length, little);
        return cause == null || view == null
                ? null
                : new View(name, view.groupId(), cause, slots, view.vsSets(), view.localVsSet());
    }
}
