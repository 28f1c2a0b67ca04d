package org.flushspread.kernel;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.wire.Form1;
import org.flushspread.wire.Join;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.Representative;
import org.flushspread.wire.RingInfo;
import org.flushspread.wire.TokenHeader;

/**
 * Datagrams that pass the common checks and end a daemon of C Spread 5.0.1, in a ring or while it looks for one (spread5 6.3).
 *
 * @param name what is wrong with it
 * @param token true if it goes to the token port
 */
public record EndsCDaemons(String name, boolean token, byte[] bytes) {
    private static final int EPOCH = 1000;
    /** Where counts of a FORM1 are (membership-protocol 2.9). */
    private static final int FORM1_MEMBERS = TokenHeader.LENGTH;

    private static final int FORM1_RINGS = FORM1_MEMBERS + 4 + 4 * 128 + 4 + 8 * 25;

    /** All of them as {@code from} would send them to {@code to}, both of this configuration. */
    public static List<EndsCDaemons> all(Configuration configuration, Daemon from, Daemon to) {
        int hash = configuration.hash();
        return List.of(
                packet("JOIN with a representative of type 7", join(hash, from).setShortLE(56, 7)),
                packet("JOIN with 32000 members", join(hash, from).setShortLE(40, 32_000)),
                packet("JOIN with -5 members", join(hash, from).setShortLE(40, -5)),
                packet("JOIN without a body", LoneKernel.packet(PacketType.JOIN, from.id(), hash, 0)),
                packet("JOIN of an unknown representative", join(hash, from).setIntLE(52, 0x1234)),
                packet("REFER of type 9", refer(hash, from)),
                packet("all type bits, as a PARTITION that exits", everyBit(configuration, from)),
                token("FORM1 with 32000 members", form1(hash, from, to).setShortLE(FORM1_MEMBERS, 32_000)),
                token("FORM1 with a million rings", form1(hash, from, to).setIntLE(FORM1_RINGS, 1_000_000)),
                token("FORM1 with the own id that lists me", form1OfItself(hash, from, to)),
                token("FORM1 with random members", randomMembers(form1(hash, from, to))),
                token("token of 40 bytes that speaks of 400 more", shortToken(hash, from)));
    }

    private static EndsCDaemons packet(String name, ByteBuf bytes) {
        return of(name, false, bytes);
    }

    private static EndsCDaemons token(String name, ByteBuf bytes) {
        return of(name, true, bytes);
    }

    private static EndsCDaemons of(String name, boolean token, ByteBuf bytes) {
        byte[] copy = io.netty.buffer.ByteBufUtil.getBytes(bytes);
        bytes.release();
        return new EndsCDaemons(name, token, copy);
    }

    private static Representative rep(Daemon daemon) {
        return new Representative(daemon.id(), Representative.Type.SEG_REP, daemon.segment());
    }

    private static ByteBuf join(int hash, Daemon from) {
        ByteBuf out = LoneKernel.buffer();
        new Join(from.id(), List.of(from.id()), List.of(rep(from))).write(out, hash);
        return out;
    }

    private static ByteBuf refer(int hash, Daemon from) {
        return LoneKernel.packet(PacketType.REFER, from.id(), hash, 0)
                .setIntLE(PacketHeader.MEMBERSHIP_ID, from.id())
                .setIntLE(PacketHeader.MEMBERSHIP_ID + 4, 9);
    }

    private static ByteBuf everyBit(Configuration configuration, Daemon from) {
        int entries = configuration.daemons().size();
        ByteBuf out = LoneKernel.packet(-1, from.id(), configuration.hash(), 2 * entries);
        for (int i = 0; i < entries; i++) {
            out.setShortLE(PacketHeader.LENGTH + 2 * i, -1);
        }
        return out;
    }

    private static ByteBuf form1(int hash, Daemon from, Daemon to) {
        return form1(hash, from, new MembershipId(from.id(), EPOCH), List.of(from.id()), List.of(to.id()), from);
    }

    private static ByteBuf form1OfItself(int hash, Daemon from, Daemon to) {
        return form1(hash, from, new MembershipId(to.id(), EPOCH), List.of(to.id()), List.of(to.id()), to);
    }

    private static ByteBuf form1(
            int hash, Daemon from, MembershipId id, List<Integer> visited, List<Integer> pending, Daemon of) {
        RingInfo ring = new RingInfo(new MembershipId(of.id(), -1), 0, 0, 0, List.of(), 1, List.of(of.id()));
        ByteBuf out = LoneKernel.buffer();
        new Form1(from.id(), id, 3333, visited, pending, List.of(rep(of)), 1, List.of(ring)).write(out, hash);
        return out;
    }

    private static ByteBuf randomMembers(ByteBuf form1) {
        form1.setShortLE(FORM1_MEMBERS, 100).setShortLE(FORM1_MEMBERS + 2, 20);
        int number = 1;
        for (int i = 0; i < 120; i++) {
            number = number * 1_103_515_245 + 12_345;
            form1.setIntLE(FORM1_MEMBERS + 4 + 4 * i, number);
        }
        return form1;
    }

    private static ByteBuf shortToken(int hash, Daemon from) {
        return LoneKernel.packet(0, from.id(), 0, 0)
                .setIntLE(TokenHeader.CONF_HASH, hash)
                .setShortLE(TokenHeader.RTR_LENGTH, 400);
    }

    @Override
    public String toString() {
        return name;
    }
}
