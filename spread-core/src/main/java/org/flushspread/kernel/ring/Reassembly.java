package org.flushspread.kernel.ring;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/** Messages of several fragments, one at a time per originator, each in one buffer that grows as fragments arrive (ring-protocol 13.4). */
final class Reassembly {
    /** The most that is allocated only because a message header claims it. */
    private static final int FIRST_ALLOCATION = 256 * 1024;

    private final Context context;
    private final ArrayList<Partial> partials = new ArrayList<>();
    private int open;

    Reassembly(Context context) {
        this.context = context;
    }

    /** The next fragment of an originator in order. Returns the whole image, which the caller releases, or null. */
    @Nullable
    ByteBuf add(int originator, int fragmentIndex, ByteBuf packet, int at, int length) {
        Partial partial = of(originator);
        int number = Math.abs(fragmentIndex);
        if (number != partial.fragments + 1) {
            context.refuse(Reason.FRAGMENT_OUT_OF_ORDER);
            drop(partial);
            if (number != 1) {
                return null;
            }
        }
        if (number == 1) {
            begin(partial, packet, at, length);
        }
        partial.fragments++;
        ByteBuf image = partial.image;
        if (image != null && length > image.maxCapacity() - image.writerIndex()) {
            context.refuse(Reason.BAD_MESSAGE_IMAGE);
            partial.skip();
            image = null;
        }
        if (image != null) {
            image.writeBytes(packet, at, length);
        }
        if (fragmentIndex > 0) {
            return null;
        }
        partial.image = null;
        drop(partial);
        return image;
    }

    /** A whole message of this originator came in its place: the message that it had begun will not be finished. */
    void interrupted(int originator) {
        if (open > 0 && of(originator).fragments > 0) {
            context.refuse(Reason.FRAGMENT_OUT_OF_ORDER);
            drop(of(originator));
        }
    }

    /** Drops everything unfinished, at a regular membership. */
    void clear() {
        for (int i = 0; i < partials.size(); i++) {
            drop(partials.get(i));
        }
        partials.clear();
    }

    /** True if the counts in the header at {@code at} are possible and give exactly {@code length} bytes (16 S6, S7). */
    static boolean isImage(ByteBuf bytes, int at, int length) {
        return length >= MessageHeader.LENGTH && imageLength(bytes, at) == length;
    }

    /** Bytes of the image that begins with this header, or -1 if it cannot be one. */
    private static long imageLength(ByteBuf bytes, int at) {
        boolean little = ByteOrderTag.isLittleEndian(bytes, at);
        int groups = MessageHeader.numGroups(bytes, at, little);
        int data = MessageHeader.dataLength(bytes, at, little);
        if (groups < 0 || groups > MessageHeader.MAX_GROUPS || data < 0) {
            return -1;
        }
        return MessageHeader.LENGTH + (long) groups * Name.SLOT + data;
    }

    private void begin(Partial partial, ByteBuf packet, int at, int length) {
        open++;
        long total = length < MessageHeader.LENGTH ? -1 : imageLength(packet, at);
        if (total < 0 || total > MessageHeader.MAX_IMAGE) {
            context.refuse(Reason.BAD_MESSAGE_IMAGE);
            return;
        }
        partial.image = context.allocator().buffer((int) Math.min(total, FIRST_ALLOCATION), (int) total);
    }

    private void drop(Partial partial) {
        if (partial.fragments > 0) {
            open--;
        }
        partial.fragments = 0;
        partial.skip();
    }

    private Partial of(int originator) {
        for (int i = 0; i < partials.size(); i++) {
            if (partials.get(i).originator == originator) {
                return partials.get(i);
            }
        }
        Partial partial = new Partial(originator);
        partials.add(partial);
        return partial;
    }

    private static final class Partial {
        final int originator;
        int fragments;
        /** Null while a message that was refused passes by. */
        @Nullable
        ByteBuf image;

        Partial(int originator) {
            this.originator = originator;
        }

        void skip() {
            if (image != null) {
                image.release();
                image = null;
            }
        }
    }
}
