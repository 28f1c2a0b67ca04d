package org.flushspread.simulation.evs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.HostResolver;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.Message;
import org.flushspread.simulation.trace.ClientEvent.Cause;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.ServiceType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ids are excused where the protocol gives one to two views, and nowhere else. */
class GroupIdsTest {
    private static final Configuration CONFIGURATION = Configuration.parse(
            "Spread_Segment 127.0.0.255:4803 { p 127.0.0.1\n q 127.0.0.2 }\n", "test", HostResolver.LOCALHOST_ONLY);
    private static final Daemon P = CONFIGURATION.requireByName("p");
    private static final Daemon Q = CONFIGURATION.requireByName("q");
    private static final DaemonMembership RING = of(10, P, Q);
    private static final DaemonMembership TRANSITIONAL = of(11, P);
    private static final Name G = Name.of("g");
    private static final Name A = Name.of("#a#p");
    private static final Name B = Name.of("#b#p");
    private static final Name FAR = Name.of("#far#q");

    private final EvsChecks checks = new EvsChecks();
    private final DaemonLife p = checks.started("p.1", P.id(), () -> 100);
    private final GroupIds ids = new GroupIds(checks.lives());
    private int sequence;

    private static DaemonMembership of(int time, Daemon... members) {
        return new DaemonMembership(new MembershipId(members[0].id(), time), ImmutableList.copyOf(members));
    }

    /** p has lost q, and both a and the far one were members of g. */
    @BeforeEach
    void losing() {
        p.transitional(of(0, P));
        p.regular(of(1, P));
        p.transitional(of(2, P));
        p.regular(RING);
        p.transitional(TRANSITIONAL);
    }

    private void happens(int type, Name member) {
        sequence++;
        p.sequenced(RING.id(), sequence, PacketType.SAFE, -1, 1);
        ByteBuf image = Unpooled.buffer();
        image.writeZero(MessageHeader.LENGTH);
        image.setIntLE(MessageHeader.TYPE, type | ByteOrderTag.LITTLE_ENDIAN);
        image.setIntLE(MessageHeader.NUM_GROUPS, 1);
        image.writerIndex(MessageHeader.PRIVATE_GROUP);
        member.write(image);
        image.writerIndex(MessageHeader.LENGTH);
        G.write(image);
        Message message = new Message().set(image, 0, image.writerIndex(), P.id());
        p.delivered(RING.id(), sequence, PacketType.SAFE, true, message);
    }

    private static GroupId second() {
        return new GroupId(TRANSITIONAL.id(), 2);
    }

    private void seen(Name... members) {
        ids.view(p, new View(G, second(), Cause.NETWORK, List.of(members), List.of(List.of(members)), 0));
    }

    @Test
    void aGroupThatWasEmptiedAndMadeAgainInTheTransitionalMembershipRepeatsItsIds() {
        happens(ServiceType.LEAVE_MESS, FAR);
        seen(A);
        happens(ServiceType.LEAVE_MESS, A);
        happens(ServiceType.JOIN_MESS, FAR);
        happens(ServiceType.JOIN_MESS, B);
        seen(B, FAR);
        assertThat(ids.ambiguous(G, second())).isTrue();
    }

    @Test
    void aGroupThatAlwaysHadMembersDoesNot() {
        happens(ServiceType.LEAVE_MESS, FAR);
        seen(A);
        happens(ServiceType.JOIN_MESS, B);
        happens(ServiceType.LEAVE_MESS, A);
        assertThat(ids.ambiguous(G, second())).isFalse();
    }
}
