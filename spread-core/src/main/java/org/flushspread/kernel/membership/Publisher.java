package org.flushspread.kernel.membership;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.flushspread.config.Daemon;
import org.flushspread.config.Segment;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.Route;
import org.flushspread.wire.Alive;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.Form1;
import org.flushspread.wire.Form2;
import org.flushspread.wire.Join;
import org.flushspread.wire.MonitorPackets;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.Refer;
import org.flushspread.wire.Representative;
import org.jspecify.annotations.Nullable;

/** Sends what this room has to say: what to whom, and how many copies (membership-protocol 2.13). It decides nothing. */
final class Publisher {
    /** Copies of a FORM token: nobody acknowledges it and nobody sends it again. */
    private static final int FORM_COPIES = 2;

    private final Context context;
    private @Nullable Form2 toMyself;

    Publisher(Context context) {
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

    /** Asks a daemon where its address is for its status, as a monitor does; every kind of daemon answers, to my data port (6.7). */
    void ask(Daemon daemon) {
        ByteBuf out = buffer();
        Daemon me = context.me();
        MonitorPackets.writeStatus(out, context.configuration().ring().monitor(me, me.id(), context.hash()), me.port());
        send(context.routes().data(daemon), out, 1);
    }

    /** A gathering: to the own segment if no token turns there, and to each potential representative. */
    void join(List<Integer> heard, List<Representative> reps, Representatives potential, boolean token) {
        if (!token) {
            joinSegment(heard, reps);
        }
        for (int i = 0; i < potential.size(); i++) {
            Daemon to = context.configuration().byId(potential.get(i).procId());
            if (to != null) {
                join(to, heard, reps);
            }
        }
    }

    /** The lookup of a ring leader (5.6); false if there was nobody to send it to. */
    boolean lookup(Representative leader, DaemonMembership ring) {
        List<Representative> reps = List.of(leader);
        if (context.configuration().segments().size() == 1) {
            return joinSegment(List.of(), reps);
        }
        boolean sent = false;
        for (Daemon each : context.configuration().daemons()) {
            if (!ring.contains(each.id())) {
                join(each, List.of(), reps);
                sent = true;
            }
        }
        return sent;
    }

    private boolean joinSegment(List<Integer> members, List<Representative> reps) {
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
    private void join(Daemon to, List<Integer> members, List<Representative> reps) {
        if (to.id() != me()) {
            ByteBuf out = buffer();
            new Join(me(), members, reps).write(out, context.hash());
            send(context.routes().data(to), out, 1);
        }
    }

    /** A packet of no ring: what a leader takes for a sign of another one (5.6). */
    void foreign(Daemon to) {
        ByteBuf out = buffer();
        PacketHeader.write(out, PacketType.RELIABLE, me(), me(), me(), -1, context.hash(), 1);
        out.setShortLE(PacketHeader.FRAGMENT_INDEX, -1);
        out.setShortLE(PacketHeader.FRAGMENT_LENGTH, 1);
        out.writeByte(0);
        send(context.routes().data(to), out, 1);
    }

    /** A JOIN to each other member of a ring, by which they know it broken. */
    void joinMembers(DaemonMembership ring, Representative me) {
        for (Daemon each : ring.members()) {
            join(each, List.of(), List.of(me));
        }
    }

    void refer(Daemon to, Representative rep) {
        ByteBuf out = buffer();
        new Refer(me(), rep.procId(), rep.type()).write(out, context.hash());
        send(context.routes().data(to), out, 1);
    }

    void form1(int procId, Form1 form) {
        Daemon to = context.configuration().byId(procId);
        if (to != null) {
            ByteBuf out = context.allocator().buffer(form.length(), form.length());
            form.write(out, context.hash());
            send(context.routes().token(to), out, FORM_COPIES);
        }
    }

    /** To the first pending member, if there is one. To myself it does not travel: {@link #takeToMyself} (15, 10). */
    void form2(Form2 form) {
        Daemon to = form.pending().isEmpty()
                ? null
                : context.configuration().byId(form.pending().get(0));
        if (to == null) {
            return;
        }
        if (to.id() == me()) {
            toMyself = form;
        } else {
            ByteBuf out = context.allocator().buffer(form.length(), form.length());
            form.write(out, context.hash());
            send(context.routes().token(to), out, FORM_COPIES);
        }
    }

    boolean hasToMyself() {
        return toMyself != null;
    }

    /** The FORM2 for myself, at the end of the turn; or null. */
    @Nullable
    Form2 takeToMyself() {
        Form2 form = toMyself;
        toMyself = null;
        return form;
    }

    void dropToMyself() {
        toMyself = null;
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
