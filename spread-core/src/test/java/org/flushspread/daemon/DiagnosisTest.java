package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.HostResolver;
import org.flushspread.kernel.FakePorts;
import org.flushspread.kernel.Kernel;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.Alive;
import org.flushspread.wire.Form1;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.Representative;
import org.flushspread.wire.RingInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a daemon says about being alone (membership-protocol 13.4): each sentence from what a real kernel heard. */
class DiagnosisTest {
    private static final int D1 = 0x0a000001;
    private static final int D2 = 0x0a000002;
    private static final Duration TIME = Duration.ofSeconds(10);

    private Configuration configuration = parse("Spread_Segment 10.0.0.255:4803 { d1 10.0.0.1 d2 10.0.0.2 }");
    private LocalAddresses local = machine(D1, 24);
    private Kernel kernel = kernel();

    @AfterEach
    void stop() {
        kernel.stop();
    }

    private static Configuration parse(String text) {
        return Configuration.parse(
                text,
                "test",
                (name, ipv6) -> name.equals("me")
                        ? Optional.of(IpAddress.ipv4(0x7f000101))
                        : HostResolver.LOCALHOST_ONLY.resolve(name, ipv6));
    }

    private static LocalAddresses machine(int address, int prefix) {
        return new LocalAddresses(List.of(
                new LocalAddresses.Network(IpAddress.ipv4(0x7f000001), 8),
                new LocalAddresses.Network(IpAddress.ipv4(address), prefix)));
    }

    private Daemon me() {
        return configuration.daemons().get(0);
    }

    private Kernel kernel() {
        return new Kernel(
                configuration,
                me(),
                KernelSettings.DEFAULTS,
                new FakePorts(),
                UnpooledByteBufAllocator.DEFAULT,
                1,
                0,
                1000);
    }

    private void use(String text) {
        kernel.stop();
        configuration = parse(text);
        kernel = kernel();
    }

    private List<String> atStart() {
        return new Diagnosis(configuration, me(), local).atStart();
    }

    private List<String> alone() {
        return new Diagnosis(configuration, me(), local).alone(kernel.heard(), TIME);
    }

    private void alive(int from, int hash) {
        ByteBuf packet = Unpooled.buffer();
        new Alive(from, List.of(from)).write(packet, hash);
        kernel.data(packet, 0, packet.readableBytes());
    }

    private void form1(int from, int hash) {
        ByteBuf token = Unpooled.buffer();
        Form1 form = new Form1(
                from,
                new MembershipId(from, 1000),
                3333,
                List.of(from),
                List.of(me().id()),
                List.of(new Representative(from, Representative.Type.SEG_REP, 0)),
                1,
                List.of(new RingInfo(new MembershipId(from, -1), 0, 0, 0, List.of(), 1, List.of(from))));
        form.write(token, hash);
        kernel.token(token, 0, token.readableBytes());
    }

    private String only(List<String> sentences) {
        assertThat(sentences).hasSize(1);
        return sentences.get(0);
    }

    @Test
    void anOrdinaryFileGivesNoWarning() {
        assertThat(atStart()).isEmpty();
    }

    @Test
    void anIdThatIsNoAddressOfThisMachineIsSaid() {
        local = machine(0x0a000009, 24);
        assertThat(only(atStart()))
                .contains("d1 is 10.0.0.1 in spread.conf, which is no address of this machine", "-n");
    }

    @Test
    void anInterfaceLineSaysOtherwise() {
        use("Spread_Segment 10.0.0.255:4803 { d1 10.0.0.1 { D 10.0.0.1 C 10.0.0.9 } d2 10.0.0.2 }");
        local = machine(0x0a000009, 24);
        assertThat(atStart()).isEmpty();
    }

    @Test
    void aLoopbackSegmentAddressWithDaemonsElsewhereIsSaid() {
        use("Spread_Segment 127.0.0.255:4803 { d1 10.0.0.1 d2 10.0.0.2 }");
        assertThat(only(atStart())).contains("127.0.0.255 reaches this machine only", "d2(10.0.0.2)");
    }

    @Test
    void aBroadcastAddressOfAnotherNetmaskIsSaid() {
        local = machine(D1, 16);
        assertThat(only(atStart())).contains("10.0.0.255 is not the broadcast address of 10.0.0.1/16", "10.0.255.255");
    }

    @Test
    void multicastAndOneDaemonInEachSegmentNeedNoBroadcastAddress() {
        local = machine(D1, 16);
        use("Spread_Segment 225.0.0.1:4803 { d1 10.0.0.1 d2 10.0.0.2 }");
        assertThat(atStart()).isEmpty();
        use("Spread_Segment 10.0.0.255:4803 { d1 10.0.0.1 } Spread_Segment 10.0.1.255:4803 { d2 10.0.1.2 }");
        assertThat(atStart()).isEmpty();
    }

    @Test
    void aNameThatLeadsToLoopbackIsSaid() {
        use("Spread_Segment 225.0.0.1:4803 { me d2 10.0.0.2 }");
        assertThat(only(atStart())).contains("me(127.0.1.1)", "only this machine knows", "d2(10.0.0.2)", "/etc/hosts");
        use("Spread_Segment 225.0.0.1:4803 { d1 10.0.0.1 me }");
        assertThat(only(atStart())).contains("me(127.0.1.1)", "/etc/hosts");
    }

    @Test
    void aWrongHashIsSaidWithBothHashesAndWhoseItIs() {
        alive(D2, -2);
        form1(D2, -3);
        assertThat(only(alone()))
                .contains("2 packets", "d2(10.0.0.2)", "4294967293", Integer.toUnsignedString(configuration.hash()));
    }

    @Test
    void discoveryWithoutATokenMeansTheTokenPort() {
        alive(D2, configuration.hash());
        assertThat(only(alone())).contains("heard (1 packet of discovery)", "UDP 4804, seems blocked");
    }

    @Test
    void tokensWithoutARingAreSaid() {
        alive(D2, configuration.hash());
        form1(D2, configuration.hash());
        assertThat(only(alone())).contains("no ring comes about");
    }

    @Test
    void aStrangerIsSaid() {
        alive(0x0a000063, configuration.hash());
        assertThat(only(alone())).contains("10.0.0.99, which is no daemon");
    }

    @Test
    void nothingHeardIsSaidWithWhatToCheck() {
        assertThat(only(alone()))
                .contains("nothing was heard of d2(10.0.0.2) for 10 s", "UDP 4803 and 4804", "same spread.conf")
                .doesNotContain("multicast");
        use("Spread_Segment 225.0.0.1:4803 { d1 10.0.0.1 d2 10.0.0.2 }");
        assertThat(only(alone())).contains("multicast to 225.0.0.1");
    }

    @Test
    void whatWasSaidIsNotCountedAgain() {
        alive(D2, -2);
        kernel.heard().forget();
        assertThat(only(alone())).contains("nothing was heard");
    }

    @Test
    void aDaemonThatIsTheOnlyOneOfItsFileIsNotAlone() {
        use("Spread_Segment 10.0.0.255:4803 { d1 10.0.0.1 }");
        assertThat(alone()).isEmpty();
    }

    /** Nothing sends a token to itself. */
    @Test
    void aTokenThatNamesMeIsOfAnImpostor() {
        form1(D1, configuration.hash());
        assertThat(kernel.counters().refused(Reason.MY_ID_FROM_ELSEWHERE)).isOne();
        assertThat(only(alone())).contains("another daemon says it is d1(10.0.0.1)", "-n d1");
    }

    /** A broadcast comes back once. */
    @Test
    void anAliveThatNamesMeIsOfAnImpostorIfISentNone() {
        kernel.start();
        alive(D1, configuration.hash());
        assertThat(kernel.counters().refused(Reason.MY_ID_FROM_ELSEWHERE)).isZero();
        alive(D1, configuration.hash());
        assertThat(kernel.counters().refused(Reason.MY_ID_FROM_ELSEWHERE)).isOne();
    }
}
