package org.flushspread.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/** One mailbox of {@link Sp}: a connection and the two things the C library remembers about it, the saved header and the error state. */
final class SpSession {
    private static final int NUM_SETS = GroupId.LENGTH;

    final MessageChannel channel;
    private volatile boolean broken;
    private volatile boolean headerSaved;

    SpSession(MessageChannel channel) {
        this.channel = channel;
    }

    boolean isBroken() {
        return broken;
    }

    /** The code of a failed call; after the first loss of the connection every call gets NET_ERROR_ON_SESSION (client-protocol 7.4). */
    int code(SpreadException e) {
        switch (e.code()) {
            case CONNECTION_CLOSED, ILLEGAL_MESSAGE -> broken = true;
            default -> {}
        }
        return e.code().code();
    }

    int poll() {
        try {
            return Math.max(0, channel.poll() - (headerSaved ? MessageHeader.LENGTH : 0));
        } catch (SpreadException e) {
            // The next receive tells; for a poll there is just nothing to read.
            return 0;
        }
    }

    int receive(ReceivedMessage out, ByteBuffer[] mess) {
        try {
            boolean wait = (out.service_type & Sp.DONT_BLOCK) == 0;
            Receive done = channel.receive(new Receive(out, mess), wait ? MessageChannel.FOREVER : 0);
            return done == null ? SpreadCode.WOULD_BLOCK.code() : done.result;
        } catch (SpreadException e) {
            return code(e);
        }
    }

    /** One call of SP_receive (client-protocol 7.4). */
    private final class Receive implements MessageChannel.Decoder<Receive> {
        private final ReceivedMessage out;
        private final ByteBuffer[] mess;
        private int result;

        Receive(ReceivedMessage out, ByteBuffer[] mess) {
            this.out = out;
            this.mess = mess;
        }

        @Override
        public @Nullable Receive decode(IncomingMessage message) {
            int type = message.type();
            boolean membership = ServiceType.isMembership(type);
            boolean drop = (out.service_type & ServiceType.DROP_RECV) != 0;
            int length = message.bodyLength();
            long capacity = 0;
            for (ByteBuffer part : mess) {
                capacity += part.remaining();
            }
            boolean groupsShort = message.numGroups() > out.groups.length;
            boolean bodyShort = length > capacity;
            out.service_type = ServiceType.isReject(type) ? message.rejectedType() | ServiceType.REJECT_MESS : type;
            out.sender = message.sender();
            out.mess_type = membership ? 0 : message.messType();
            if (!drop && (groupsShort || bodyShort)) {
                // Kept whole where the C library keeps the header: the next call sees the same, and no call is ever out
                // of step (client-protocol Q1).
                message.keep();
                headerSaved = true;
                out.num_groups = groupsShort ? -message.numGroups() : 0;
                out.endian_mismatch = bodyShort ? -length : 0;
                result = (groupsShort ? SpreadCode.GROUPS_TOO_SHORT : SpreadCode.BUFFER_TOO_SHORT).code();
                return this;
            }
            headerSaved = false;
            int fitting = Math.min(message.numGroups(), out.groups.length);
            for (int i = 0; i < fitting; i++) {
                out.groups[i] = message.group(i);
            }
            out.num_groups = groupsShort ? -message.numGroups() : message.numGroups();
            out.endian_mismatch = !membership && message.endianMismatch() ? 1 : 0;
            if (membership) {
                out.mess_type = ServiceType.isRegularMembership(type) && !groupsShort ? ownIndex(message) : -1;
                copyMembership(message);
            } else {
                copy(message, 0, length);
            }
            result = bodyShort ? SpreadCode.BUFFER_TOO_SHORT.code() : length;
            return this;
        }

        private short ownIndex(IncomingMessage message) {
            for (int i = 0; i < message.numGroups(); i++) {
                if (message.group(i).equals(message.privateGroup())) {
                    return (short) i;
                }
            }
            return -1;
        }

        private void copy(IncomingMessage message, int from, int length) {
            int at = from;
            int left = length;
            for (ByteBuffer part : mess) {
                int fits = Math.min(left, part.remaining());
                message.copyBody(at, fits, part);
                at += fits;
                left -= fits;
            }
        }

        /** Numbers in the body come in the daemon's order; the caller gets them in this machine's (client-protocol 3.2, Q14). */
        private void copyMembership(IncomingMessage message) {
            ByteOrder order = message.isLittleEndian() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
            if (order == ByteOrder.nativeOrder()) {
                copy(message, 0, message.bodyLength());
                return;
            }
            ByteBuffer body = ByteBuffer.wrap(message.body(0, message.bodyLength()));
            int length = body.capacity();
            for (int at = 0; at < Decoding.SETS && at + 4 <= length; at += 4) {
                swap(body, at);
            }
            int numSets = length < Decoding.SETS
                    ? 0
                    : body.order(ByteOrder.nativeOrder()).getInt(NUM_SETS);
            int at = Decoding.SETS;
            for (int i = 0; i < numSets && at >= 0 && at + 4 <= length; i++) {
                swap(body, at);
                int members = body.getInt(at);
                at = members < 0 || members > (length - at) / Name.SLOT ? -1 : at + 4 + members * Name.SLOT;
            }
            for (ByteBuffer part : mess) {
                int fits = Math.min(body.remaining(), part.remaining());
                part.put(body.slice(body.position(), fits));
                body.position(body.position() + fits);
            }
        }

        private void swap(ByteBuffer body, int at) {
            body.putInt(at, Integer.reverseBytes(body.getInt(at)));
        }
    }

    /** Kept away from callers of Sp: the tag is the library's own. */
    static int withoutTag(int service) {
        return ByteOrderTag.clear(service);
    }
}
