package org.flushspread.kernel.session;

import io.netty.buffer.ByteBuf;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.Outbound;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.groups.Groups;
import org.flushspread.kernel.groups.LocalGroup;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;

/**
 * What clients send after the handshake (client-protocol 4): cuts the stream into messages, checks them, and queues them for the ring with
 * a little-endian header and clean slots (groups-protocol 3). A message that is whole, little-endian and clean in the bytes that were read
 * goes to the ring from where it lies.
 */
final class ClientRequests {
    /** Members of a group at one daemon; a denied join is returned (groups-protocol Q7). */
    static final int MAX_LOCAL_MEMBERS = 3121;

    private static final int SMALLEST_PARTIAL = 256;
    private static final int CONTROL_LENGTH = MessageHeader.LENGTH + Name.SLOT;

    private final Context context;
    private final Outbound ring;
    private final LifeCycle life;
    private final Rejections rejections;
    private final InputLimits limits;
    private final AccessPolicy policy;
    private @Nullable Groups groups;
    private @Nullable ByteBuf scratch;
    private long begun;

    ClientRequests(
            Context context,
            Outbound ring,
            LifeCycle life,
            Rejections rejections,
            InputLimits limits,
            AccessPolicy policy) {
        this.context = context;
        this.ring = ring;
        this.life = life;
        this.rejections = rejections;
        this.limits = limits;
        this.policy = policy;
    }

    void groups(Groups lookup) {
        groups = lookup;
    }

    /**
     * Takes bytes from {@code in} until it is empty, input has to wait, the session has ended or {@code most} steps were made; a step is
     * at most one message.
     */
    void read(ClientSession session, ByteBuf in, int most) {
        for (int steps = 0;
                steps < most
                        && in.isReadable()
                        && session.state == ClientSession.State.OPEN
                        && !limits.isInputStopped(session);
                steps++) {
            if (session.partial != null) {
                collect(session, session.partial, in);
            } else {
                front(session, in);
            }
        }
    }

    void release() {
        if (scratch != null) {
            scratch.release();
            scratch = null;
        }
    }

    /** A message begins at the reader index. */
    private void front(ClientSession session, ByteBuf in) {
        int at = in.readerIndex();
        int there = in.readableBytes();
        int length = 0;
        if (there >= MessageHeader.LENGTH) {
            if (!admitHeader(session, in, at)) {
                return;
            }
            length = RequestHeader.messageLength(in, at);
            if (there >= length) {
                in.skipBytes(length);
                take(session, in, at, length, false);
                return;
            }
        }
        int capacity = Math.min(MessageHeader.MAX_IMAGE, Math.max(SMALLEST_PARTIAL, 2 * there));
        ByteBuf partial = context.allocator().buffer(capacity, MessageHeader.MAX_IMAGE);
        session.partial = partial;
        session.partialLength = length;
        session.partialNumber = ++begun;
        partial.writeBytes(in, there);
        limits.countInput(session);
    }

    /** More of a message whose front was kept. The buffer grows with what has come, never with what a header promises. */
    private void collect(ClientSession session, ByteBuf partial, ByteBuf in) {
        if (session.partialLength == 0) {
            partial.writeBytes(in, Math.min(in.readableBytes(), MessageHeader.LENGTH - partial.readableBytes()));
            if (partial.readableBytes() < MessageHeader.LENGTH || !admitHeader(session, partial, 0)) {
                return;
            }
            session.partialLength = RequestHeader.messageLength(partial, 0);
        }
        partial.writeBytes(in, Math.min(in.readableBytes(), session.partialLength - partial.readableBytes()));
        limits.countInput(session);
        if (session.state == ClientSession.State.OPEN && partial.readableBytes() == session.partialLength) {
            session.partial = null;
            session.partialLength = 0;
            limits.countInput(session);
            try {
                take(session, partial, 0, partial.readableBytes(), true);
            } finally {
                partial.release();
            }
        }
    }

    /** False if the session has ended by what the header says. */
    private boolean admitHeader(ClientSession session, ByteBuf in, int at) {
        int maxPayload = MessageHeader.maxPayload(context.configuration().ring().major());
        Reason violation = RequestHeader.violation(session, in, at, maxPayload);
        if (violation != null) {
            int word = MessageHeader.type(in, at, ByteOrderTag.isLittleEndian(in, at));
            rejections.violated(session, violation, ByteOrderTag.clear(word));
            return false;
        }
        if ((MessageHeader.type(in, at, ByteOrderTag.isLittleEndian(in, at)) & ServiceType.KILL_MESS) != 0) {
            // a disconnect counts when its header is read; groups and body of it say nothing (client-protocol 4.3)
            life.disconnected(session);
            return false;
        }
        return true;
    }

    /** A whole message with a checked header; {@code own} if the bytes may be changed. */
    private void take(ClientSession session, ByteBuf in, int at, int length, boolean own) {
        int type = ByteOrderTag.clear(MessageHeader.type(in, at, ByteOrderTag.isLittleEndian(in, at)));
        if ((type & ServiceType.CONTROL_MESS) != 0) {
            control(session, type, in, at, length);
        } else {
            data(session, type, in, at, length, own);
        }
    }

    private void control(ClientSession session, int type, ByteBuf in, int at, int length) {
        boolean join = (type & ServiceType.JOIN_MESS) != 0;
        int cause = join ? ServiceType.CAUSED_BY_JOIN : ServiceType.CAUSED_BY_LEAVE;
        if (MessageHeader.numGroups(in, at, ByteOrderTag.isLittleEndian(in, at)) == 0) {
            // a C daemon takes the name that happens to lie in its buffer (client-protocol 4.2, Q25)
            context.refuse(Reason.BAD_GROUP_COUNT, session.toString());
            rejections.reject(session, cause, in, at, length);
            return;
        }
        // Any bytes are a name, and further groups mean nothing, as at a C daemon: libraries and programs differ in
        // what they allow, and none of it harms a daemon (client-protocol 4.1).
        int slot = at + MessageHeader.LENGTH;
        boolean clean = RequestHeader.isCleanSlot(in, slot);
        Name group = Name.read(in, slot);
        boolean allowed = join
                ? (policy.mayJoin(session, session.privateGroup(), group) && !isFull(in, slot))
                : policy.mayLeave(session, session.privateGroup(), group);
        if (!allowed) {
            rejections.reject(session, cause, in, at, length);
            return;
        }
        int request = type & ServiceType.CONTROL_MESS;
        if (length == CONTROL_LENGTH && clean && type == request && isNormal(session, in, at)) {
            ring.submit(session.backlog, PacketType.AGREED, in, at, length);
            return;
        }
        // the body of a join or leave means nothing and travels no further
        ByteBuf image = scratch(CONTROL_LENGTH);
        MessageHeader.write(image, request, session.privateGroup(), 1, MessageHeader.rawHint(in, at), 0);
        group.write(image);
        ring.submit(session.backlog, PacketType.AGREED, image, 0, CONTROL_LENGTH);
    }

    private void data(ClientSession session, int type, ByteBuf in, int at, int length, boolean own) {
        int count = MessageHeader.numGroups(in, at, ByteOrderTag.isLittleEndian(in, at));
        int slots = at + MessageHeader.LENGTH;
        Reason returned = RequestHeader.returned(type);
        if (returned != null) {
            context.refuse(returned, session.toString());
            rejections.reject(session, type, in, at, length);
            return;
        }
        if (count > 0 && !maySend(session, in, slots, count)) {
            rejections.reject(session, type, in, at, length);
            return;
        }
        boolean forged = RequestHeader.isForged(type);
        if (forged) {
            context.refuse(Reason.FORGED_MEMBERSHIP_BITS, session.toString());
        }
        boolean ready = !forged && isNormal(session, in, at);
        for (int i = 0; i < count && ready; i++) {
            ready = RequestHeader.isCleanSlot(in, slots + i * Name.SLOT);
        }
        int service = PacketType.ofMessage(type);
        if (ready) {
            ring.submit(session.backlog, service, in, at, length);
        } else if (own) {
            normalise(in, at, count);
            ring.submit(session.backlog, service, in, at, length);
        } else {
            ByteBuf image = scratch(length);
            image.writeBytes(in, at, length);
            normalise(image, 0, count);
            ring.submit(session.backlog, service, image, 0, length);
        }
    }

    private boolean maySend(ClientSession session, ByteBuf in, int slots, int count) {
        return (count == 1 && in.getByte(slots) == '#')
                ? policy.maySendPrivate(session, session.privateGroup(), in, slots)
                : policy.maySend(session, session.privateGroup(), in, slots, count);
    }

    private boolean isFull(ByteBuf in, int slot) {
        if (groups == null) {
            return false;
        }
        LocalGroup members = groups.local(in, slot);
        return members != null && members.size() >= MAX_LOCAL_MEMBERS;
    }

    /** True if header and sender slot are as daemons exchange them. */
    private static boolean isNormal(ClientSession session, ByteBuf in, int at) {
        return ByteOrderTag.isLittleEndian(in, at) && session.isCleanSlot(in, at + MessageHeader.PRIVATE_GROUP);
    }

    private static void normalise(ByteBuf image, int at, int count) {
        if (!ByteOrderTag.isLittleEndian(image, at)) {
            RequestHeader.toLittleEndian(image, at);
        }
        RequestHeader.takeOffForgery(image, at);
        RequestHeader.cleanSlot(image, at + MessageHeader.PRIVATE_GROUP);
        for (int i = 0; i < count; i++) {
            RequestHeader.cleanSlot(image, at + MessageHeader.LENGTH + i * Name.SLOT);
        }
    }

    /** An empty buffer for one message, used until the next call. */
    private ByteBuf scratch(int length) {
        if (scratch == null) {
            scratch = context.allocator().buffer(Math.max(length, SMALLEST_PARTIAL), MessageHeader.MAX_IMAGE);
        }
        return scratch.clear().ensureWritable(length);
    }
}
