package org.flushspread.kernel.membership;

import io.netty.buffer.ByteBuf;
import org.flushspread.config.Daemon;
import org.flushspread.config.Timers;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.DeadlineKind;
import org.flushspread.kernel.base.MembershipState;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.Alive;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.Form1;
import org.flushspread.wire.Form2;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.Join;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.Refer;
import org.flushspread.wire.Representative;
import org.flushspread.wire.StatusReply;
import org.flushspread.wire.TokenHeader;
import org.jspecify.annotations.Nullable;

/**
 * The membership protocol of one daemon: the door of this room. It takes in what arrives, and refuses what is malformed before anything of
 * it is used (membership-protocol 13.1); what the rest means depends on the {@link MembershipState}.
 */
public final class MembershipProtocol {
    private final Context context;
    private final MembershipStates states;

    public MembershipProtocol(Context context, Timers timers, FormingRing ring) {
        this(context, timers, ring, new Partition(context));
    }

    /**
     * @param timers fixed at start; a reload does not change them
     * @param partition whom I hear; a reload may isolate me
     */
    public MembershipProtocol(Context context, Timers timers, FormingRing ring, Partition partition) {
        this.context = context;
        this.states = new MembershipStates(context, timers, ring, partition);
    }

    /** As if a token was lost in OP: enters SEG (membership-protocol 1, start-up). */
    public void start() {
        states.start();
    }

    /** An ALIVE, JOIN or REFER packet that passed the common checks. */
    public void packet(ByteBuf packet, int index, int length) {
        packet(packet, index, length, null);
    }

    /** As above, with the address it came from. */
    public void packet(ByteBuf packet, int index, int length, @Nullable IpAddress source) {
        boolean little = ByteOrderTag.isLittleEndian(packet, index);
        if (states.isQuiet()) {
            context.refuse(Reason.KEEPS_QUIET);
            return;
        }
        int type = PacketHeader.type(packet, index, little);
        Daemon from = context.configuration().byId(PacketHeader.procId(packet, index, little));
        // None of these is ever relayed.
        if (from != null && from.id() != PacketHeader.transmitter(packet, index, little)) {
            from = null;
        }
        boolean leftOut = from != null && states.hears(from, source);
        if (leftOut && (type & PacketType.JOIN) == 0) {
            context.refuse(Reason.LEFT_OUT);
        } else if ((type & PacketType.ALIVE) != 0) {
            alive(from, Alive.read(packet, index, length));
        } else if ((type & PacketType.JOIN) != 0) {
            join(from, Join.read(packet, index, length), leftOut);
        } else {
            refer(from, Refer.read(packet, index, length));
        }
    }

    /** A FORM1 or FORM2 token that passed the common checks, from a source that was not looked at. */
    public void formToken(ByteBuf token, int index, int length) {
        formToken(token, index, length, null);
    }

    /** As above, with the address it came from. */
    public void formToken(ByteBuf token, int index, int length, @Nullable IpAddress source) {
        states.reached();
        boolean little = ByteOrderTag.isLittleEndian(token, index);
        Daemon from = context.configuration().byId(TokenHeader.transmitter(token, index, little));
        if (from != null && states.isOfAnother(from, source)) {
            context.refuse(Reason.LEFT_OUT);
            return;
        }
        if ((TokenHeader.type(token, index, little) & PacketType.FORM1) != 0) {
            form1(token, index, length);
        } else {
            form2(token, index, length);
        }
    }

    /** A monitor's packet: true if it is the answer to a question of this room, whether a daemon is where its address is (6.7). */
    public boolean answer(ByteBuf packet, int index, int length) {
        StatusReply reply = StatusReply.read(packet, index, length);
        return reply != null && states.answered(reply.daemon());
    }

    /** True while it matters where packets come from (6.7). */
    public boolean wantsSources() {
        return states.wantsSources();
    }

    /** A data packet of another ring (membership-protocol 5.6 and 9). */
    public void foreign(ByteBuf packet, int index, int length) {
        states.foreign(packet, index, length);
    }

    /** The ring installed a regular membership. */
    public void installed(DaemonMembership membership) {
        states.installed(membership);
    }

    /** The token is lost (membership-protocol 4.2), whatever noticed it. Nothing happens where no token is alive or awaited. */
    public void tokenLost(Reason why) {
        states.tokenLost(why);
    }

    /** One of TOKEN, ALIVE, JOIN, REP, SEG, GATHER, LOOKUP fired. */
    public void timeout(DeadlineKind kind) {
        states.timeout(kind);
    }

    /** Work that needs no socket: a FORM2 to myself; the merge after a reload. Before the ring's own end of turn. */
    public void turnEnded() {
        states.turnEnded();
    }

    /** True if {@link #turnEnded} has something to do. */
    public boolean hasWork() {
        return states.hasWork();
    }

    /** True in OP: only then a reload is carried out. */
    public boolean isOperational() {
        return states.state() == MembershipState.OP;
    }

    /**
     * A new configuration is in force (membership-protocol 10); only in OP. Gives up the token, so that a membership of those who loaded
     * it too follows.
     *
     * @param alone first form a ring of my own, so that clients see all others leave and come back
     */
    public void reloaded(boolean alone) {
        states.reloaded(alone);
    }

    /** True if others would wait for this daemon if it stopped: it has a ring with them, or one is being formed. */
    public boolean isAwaited() {
        return states.isAwaited();
    }

    /** Nothing of this daemon is under way any more: it leaves its ring, as soon as it has one (6.8). {@code Event.Left} says when. */
    public void leave() {
        states.leave();
    }

    /** There is no ring to leave. */
    public void leaveNothing() {
        states.leaveNothing();
    }

    /** True after {@code Event.Left}. */
    public boolean hasLeft() {
        return states.hasLeft();
    }

    /** OP 1, SEG 2, REPRESENTED 3, GATHER 4, FORM 5, EVS 6 (the numbers of the status packet). */
    public int stateNumber() {
        return states.state().number();
    }

    /** The last regular membership, also while another one is formed. */
    public DaemonMembership regular() {
        return states.regular();
    }

    private void alive(@Nullable Daemon from, @Nullable Alive alive) {
        if (from == null || alive == null) {
            context.refuse(Reason.MALFORMED_ALIVE);
        } else if (from.segment() != context.me().segment()) {
            context.refuse(Reason.OTHER_SEGMENT);
        } else {
            states.alive(from);
        }
    }

    private void join(@Nullable Daemon from, @Nullable Join join, boolean leftOut) {
        if (from == null || join == null) {
            context.refuse(Reason.MALFORMED_JOIN);
            return;
        }
        String fault = Validity.fault(join, context.configuration());
        if (fault != null) {
            context.refuse(Reason.MALFORMED_JOIN, fault);
        } else if (leftOut) {
            states.joinOfImpostor(from, join);
        } else {
            states.join(from, join);
        }
    }

    private void refer(@Nullable Daemon from, @Nullable Refer refer) {
        Daemon referred = refer == null ? null : context.configuration().byId(refer.representative());
        if (from == null || refer == null || referred == null) {
            context.refuse(Reason.MALFORMED_REFER);
        } else {
            states.refer(new Representative(referred.id(), refer.type(), referred.segment()));
        }
    }

    /** Second copies, which come in FORM and EVS, are not even decoded. */
    private void form1(ByteBuf token, int index, int length) {
        if (states.state() == MembershipState.FORM || states.state() == MembershipState.EVS) {
            return;
        }
        Form1 form = Form1.read(token, index, length);
        if (form == null) {
            context.refuse(Reason.MALFORMED_FORM1);
            return;
        }
        String fault =
                Validity.fault(form, context.configuration(), context.me().id());
        if (fault != null) {
            context.refuse(Reason.MALFORMED_FORM1, fault);
        } else {
            states.form1(form);
        }
    }

    /** Second copies come in EVS, and in OP where the ring was installed meanwhile. */
    private void form2(ByteBuf token, int index, int length) {
        if (states.state() == MembershipState.FORM) {
            Form2 form = Form2.read(token, index, length);
            if (form == null) {
                context.refuse(Reason.MALFORMED_FORM2);
            } else {
                states.form2InForm(form);
            }
        } else if (states.state() != MembershipState.EVS && states.state() != MembershipState.OP) {
            context.refuse(Reason.FORM_NOT_EXPECTED, "FORM2");
        }
    }
}
