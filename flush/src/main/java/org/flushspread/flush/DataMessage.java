package org.flushspread.flush;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.flushspread.client.Service;
import org.flushspread.flush.kernel.FlushService;
import org.flushspread.flush.kernel.GroupEvent;
import org.flushspread.wire.ServiceType;

/** A message of a member of the current view, or of anybody to this connection's private group. */
public final class DataMessage implements FlushEvent {
    private final GroupEvent.Data data;

    DataMessage(GroupEvent.Data data) {
        this.data = data;
    }

    @Override
    public String group() {
        return data.group();
    }

    /** Private group of the sender, {@code #alice#node1} for example. */
    public String sender() {
        return data.sender();
    }

    /** Who a unicast or subgroupcast was sent to, as its sender listed them; empty for a multicast. */
    public List<String> receivers() {
        List<String> groups = data.groups();
        return isSubgroup() ? groups.subList(0, groups.size() - 1) : List.of();
    }

    /** True for unicasts and subgroupcasts. */
    public boolean isSubgroup() {
        return FlushService.isSubgroup(data.service());
    }

    public Service service() {
        return Service.of(data.service());
    }

    /** The type word as the C API shows it. */
    public int serviceType() {
        return data.service();
    }

    /** The sender's own number for it, -32765..32767. */
    public short type() {
        return data.messType();
    }

    /** True if the sender asked not to get its own copy. */
    public boolean isSelfDiscard() {
        return (data.service() & ServiceType.SELF_DISCARD) != 0;
    }

    /** Length of the body in bytes. */
    public int length() {
        return data.body().remaining();
    }

    /** The body itself where it fills an array of its own, else a copy; nothing else holds it. */
    public byte[] bytes() {
        ByteBuffer body = data.body();
        if (body.hasArray() && body.array().length == body.remaining()) {
            return body.array();
        }
        byte[] copy = new byte[length()];
        data.body().duplicate().get(copy);
        return copy;
    }

    /** The body, read-only, in the byte order of the sender's machine. */
    public ByteBuffer body() {
        return data.body().slice().asReadOnlyBuffer().order(order());
    }

    /** The body read as UTF-8. */
    public String text() {
        return StandardCharsets.UTF_8.decode(data.body().duplicate()).toString();
    }

    /** Byte order of the sender's machine. */
    public ByteOrder order() {
        return data.endianMismatch() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    @Override
    public String toString() {
        return "DataMessage[" + service() + " from " + sender() + " in " + group()
                + (isSubgroup() ? " to " + receivers() : "") + ", type " + type() + ", " + length() + " bytes]";
    }
}
