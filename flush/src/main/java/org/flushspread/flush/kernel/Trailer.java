package org.flushspread.flush.kernel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind the user's bytes of a message, and the bodies of the layer's own ones (flush-protocol 4.4, 4.5).
 *
 * @param group the group a message to some members is for; null for others
 * @param id the view that data names, or the change or view that a control message is about; null if it names none
 * @param userType the message type that the sender gave
 * @param end where the user's bytes end; in a control message the names
 */
record Trailer(@Nullable String group, @Nullable GroupId id, short userType, int end) {
    /** In one control message; more than any group that works has members. */
    private static final int MAX_NAMES = 10_000;

    private static final int WRAP = Short.BYTES + GroupId.LENGTH;

    /**
     * Reads from the end, by the marks of the message alone.
     *
     * @return null if the body is too short for what its marks announce
     */
    static @Nullable Trailer read(int service, short messType, boolean littleEndian, ByteBuffer body) {
        int end = body.limit();
        String group = null;
        if (FlushService.isSubgroup(service)) {
            end -= Name.SLOT;
            if (end < body.position()) {
                return null;
            }
            group = name(body, end);
        }
        if (messType >= FlushService.MIN_LEGAL_MESS_TYPE) {
            return new Trailer(group, null, messType, end);
        }
        boolean wrapped = messType == FlushService.VULNERABLE;
        if (end - body.position() < (wrapped ? WRAP : GroupId.LENGTH)) {
            return null;
        }
        end -= GroupId.LENGTH;
        GroupId id = GroupId.read(Unpooled.wrappedBuffer(body.duplicate().position(end)), 0, littleEndian);
        if (!wrapped) {
            return new Trailer(group, id, messType, end);
        }
        end -= Short.BYTES;
        ByteOrder order = littleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        return new Trailer(group, id, body.duplicate().order(order).getShort(end), end);
    }

    /**
     * The names in front of the id of a control message (exclusion, Wire).
     *
     * @return null if that is no list of names
     */
    static @Nullable List<String> names(ByteBuffer body, int end) {
        int length = end - body.position();
        if (length % Name.SLOT != 0 || length > MAX_NAMES * Name.SLOT) {
            return null;
        }
        List<String> names = new ArrayList<>();
        for (int at = body.position(); at < end; at += Name.SLOT) {
            names.add(name(body, at));
        }
        return names;
    }

    private static String name(ByteBuffer body, int at) {
        return Name.read(Unpooled.wrappedBuffer(body.duplicate().position(at)), 0)
                .toString();
    }

    /** Bytes that {@link #write} makes. */
    static int length(@Nullable GroupId wrapIn, @Nullable String group) {
        return (wrapIn == null ? 0 : WRAP) + (group == null ? 0 : Name.SLOT);
    }

    /** What follows the user's bytes of a message that names the view it is sent in, or the group it is for, or both. */
    static ByteBuffer write(@Nullable GroupId wrapIn, short userType, @Nullable String group) {
        int length = length(wrapIn, group);
        ByteBuf bytes = Unpooled.buffer(length, length);
        if (wrapIn != null) {
            bytes.writeShortLE(userType);
            wrapIn.write(bytes);
        }
        if (group != null) {
            Name.of(group).write(bytes);
        }
        return ByteBuffer.wrap(bytes.array());
    }

    /** The body of a control message. The C library cuts the id off the end and looks at nothing before it (exclusion, Wire). */
    static ByteBuffer control(GroupId id, List<String> names) {
        int length = names.size() * Name.SLOT + GroupId.LENGTH;
        ByteBuf body = Unpooled.buffer(length, length);
        for (String name : names) {
            Name.of(name).write(body);
        }
        id.write(body);
        return ByteBuffer.wrap(body.array());
    }
}
