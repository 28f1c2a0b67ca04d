package org.flushspread.kernel.membership;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.flushspread.config.Daemon;
import org.flushspread.config.Segment;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.Route;
import org.flushspread.wire.Alive;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.Form1;
import org.flushspread.wire.Form2;
import org.flushspread.wire.Join;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.Refer;
import org.flushspread.wire.Representative;

/** Who sends what to whom (membership-protocol 2.13). */
final class Sender {
    /** Copies of a FORM token: nobody acknowledges it and nobody sends it again. */
    private static final int FORM_COPIES = 2;

    private final Context context;

    Sender(Context context) {
        this.context = context;
    }

    /** To the own segment, unless nobody else is configured there. */
    void alive(List<Integer> members) {
        if (hasSegment()) {
            ByteBuf out = buffer();
            new Alive(me(), members).write(out, context.hash());
            context.heard().broadcast();
            send(mySegment(), out, 1);
        }
    }

    /** To the own segment; false if nobody else is configured there. */
    boolean joinSegment(List<Integer> members, List<Representative> reps) {
        if (!hasSegment()) {
            return false;
        }
        ByteBuf out = buffer();
        new Join(me(), members, reps).write(out, context.hash());
        context.heard().broadcast();
        send(mySegment(), out, 1);
        return true;
    }

    /** To one daemon; not to myself, which would drop it. */
    void join(Daemon to, List<Integer> members, List<Representative> reps) {
        if (to.id() != me()) {
            ByteBuf out = buffer();
            new Join(me(), members, reps).write(out, context.hash());
            send(context.routes().data(to), out, 1);
        }
    }

    void refer(Daemon to, Representative rep) {
        ByteBuf out = buffer();
        new Refer(me(), rep.procId(), rep.type()).write(out, context.hash());
        send(context.routes().data(to), out, 1);
    }

    void form1(Daemon to, Form1 form) {
        ByteBuf out = context.allocator().buffer(form.length(), form.length());
        form.write(out, context.hash());
        send(context.routes().token(to), out, FORM_COPIES);
    }

    void form2(Daemon to, Form2 form) {
        ByteBuf out = context.allocator().buffer(form.length(), form.length());
        form.write(out, context.hash());
        send(context.routes().token(to), out, FORM_COPIES);
    }

    /** A packet of another ring, as it is but for the transmitter, twice (membership-protocol 9). */
    void forward(Daemon to, ByteBuf packet, int index, int length) {
        ByteBuf out = context.allocator().buffer(length, length);
        out.writeBytes(packet, index, length);
        boolean little = ByteOrderTag.isLittleEndian(out, 0);
        int type = PacketHeader.type(out, 0, little);
        ByteOrderTag.setInt(out, PacketHeader.TYPE, type & ~PacketType.ROUTED, little);
        ByteOrderTag.setInt(out, PacketHeader.TRANSMITTER, me(), little);
        send(context.routes().data(to), out, 2);
    }

    private void send(Route to, ByteBuf out, int copies) {
        try {
            for (int i = 0; i < copies; i++) {
                context.ports().send(to, out);
            }
        } finally {
            out.release();
        }
    }

    private ByteBuf buffer() {
        return context.allocator().buffer(PacketHeader.MAX_PACKET, PacketHeader.MAX_PACKET);
    }

    private int me() {
        return context.me().id();
    }

    private boolean hasSegment() {
        Segment mine = context.configuration().segments().get(context.me().segment());
        return mine.daemons().size() > 1;
    }

    private Route mySegment() {
        return context.routes().segment(context.me().segment());
    }
}
