package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flushspread.Wait;
import org.flushspread.client.Group;
import org.flushspread.client.Mailbox;
import org.flushspread.client.Sp;
import org.flushspread.client.SpTime;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.SpreadException;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.flushspread.config.RingVersion;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.SpreadCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that resolve the name of this host to an IPv6 address first, as libspread 5 does, reach the daemon. */
@Timeout(120)
class Ipv6ClientsTest {
    @TempDir
    Path directory;

    private static InetAddress address(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean hasIpv6() {
        try {
            return NetworkInterface.getByInetAddress(address("::1")) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    private static byte[] choice(String method) {
        byte[] choice = new byte[90];
        System.arraycopy(method.getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, choice, 0, method.length());
        return choice;
    }

    @ParameterizedTest
    @CsvSource({
        "false, d1 127.0.0.1",
        "true, d1 127.0.0.1",
        "false, d1 127.0.0.1 { 127.0.0.1 }",
        "true, d1 127.0.0.1 { 127.0.0.1 }"
    })
    void theLoopbackOfBothFamiliesIsServedAndCountsAsLocal(boolean nio, String me) throws IOException {
        assumeTrue(hasIpv6(), "needs ::1");
        int port = TestPorts.free();
        Files.writeString(directory.resolve("spread.access_ip"), "local\n");
        Configuration configuration = Configuration.parse(
                "AllowedAuthMethods = \"IP\"\nSpread_Segment 127.0.0.255:" + port + " { " + me + " }",
                "test",
                HostResolver.LOCALHOST_ONLY);
        try (TestDaemons daemons = new TestDaemons()) {
            SpreadDaemon daemon = daemons.start(
                    configuration, "d1", daemons.options().withNio(nio).withAccessDirectory(directory));
            assertThat(daemon.listening()).anyMatch(each -> each.startsWith("[::"));
            try (SocketChannel six = SocketChannel.open(new InetSocketAddress(address("::1"), port));
                    SpreadConnection four = SpreadConnection.connect(port + "@127.0.0.1", "four")) {
                assertThat(four.isOpen()).isTrue();
                RawClient.write(six, new byte[] {4, 4, 0, 1, 1, 's'});
                assertThat(RawClient.read(six, 4)).isEqualTo("03495020");
                RawClient.write(six, choice("IP"));
                assertThat(RawClient.read(six, 4)).isEqualTo("01040400");
            }
        }
    }

    /** The own addresses of both families, each by a rule of its family; the listener of both families sees IPv4 as IPv6. */
    @ParameterizedTest
    @CsvSource({
        "::1, true, false",
        "::1/128, true, false",
        "::/112, true, false",
        "::/0, true, true",
        "::ffff:7f00:0/104, true, true",
        "0.0.0.0/0, true, true",
        "127.0.0.1, true, true",
        "127.0.0.2, false, false",
        "fd00::/8, false, false",
        "::2, false, false"
    })
    void rulesOfAccessKnowBothFamilies(String rule, boolean six, boolean four) throws IOException {
        assumeTrue(hasIpv6(), "needs ::1");
        int port = TestPorts.free();
        Files.writeString(directory.resolve("spread.access_ip"), rule + "\n");
        Configuration configuration = Configuration.parse(
                "AllowedAuthMethods = \"IP\"\nSpread_Segment 127.0.0.255:" + port + " { d1 127.0.0.1 }",
                "test",
                HostResolver.LOCALHOST_ONLY);
        try (TestDaemons daemons = new TestDaemons()) {
            daemons.start(configuration, "d1", daemons.options().withAccessDirectory(directory));
            assertThat(mayConnect(port + "@::1", "six")).isEqualTo(six);
            assertThat(mayConnect(port + "@127.0.0.1", "four")).isEqualTo(four);
        }
    }

    /** A daemon whose own address is of IPv6, on all addresses or on that one. */
    @ParameterizedTest
    @CsvSource({
        "d1 ::1 { ::1 }, ::1, true",
        "d1 ::1 { ::1 }, ::2/127, false",
        "d1 ::1 { ::1 }, local, true",
        "d1 ::1, ::1, true",
        "d1 ::1, 127.0.0.2, false"
    })
    void rulesOfAccessHoldInARingOfIpv6(String me, String rule, boolean allowed) throws IOException {
        assumeTrue(hasIpv6(), "needs ::1");
        int port = TestPorts.free();
        Files.writeString(directory.resolve("spread.access_ip"), rule + "\n");
        Configuration configuration = Configuration.parse(
                "AllowedAuthMethods = \"IP\"\nSpread_Segment [::1]:" + port + " { " + me + " }",
                "test",
                HostResolver.LOCALHOST_ONLY);
        assertThat(configuration.ring()).isEqualTo(RingVersion.SPREAD5);
        try (TestDaemons daemons = new TestDaemons()) {
            daemons.start(configuration, "d1", daemons.options().withAccessDirectory(directory));
            assertThat(mayConnect(port + "@[::1]", "six")).isEqualTo(allowed);
        }
    }

    private static boolean mayConnect(String daemon, String name) {
        try (SpreadConnection connection = SpreadConnection.connect(daemon, name)) {
            return connection.isOpen();
        } catch (SpreadException e) {
            assertThat(e.code()).isEqualTo(SpreadCode.REJECT_AUTH);
            return false;
        }
    }

    /** Our client, the SP_ procedures and package {@code spread}; the FL_ procedures connect by those. */
    @ParameterizedTest
    @ValueSource(strings = {"::1", "[::1]", "::1%lo", "0:0:0:0:0:0:0:1"})
    void eachOfOurClientsConnectsOverIpv6(String host) throws Exception {
        assumeTrue(hasIpv6(), "needs ::1");
        int port = TestPorts.free();
        Configuration configuration = Configuration.parse(
                "Spread_Segment 127.0.0.255:" + port + " { d1 127.0.0.1 { 127.0.0.1 } }",
                "test",
                HostResolver.LOCALHOST_ONLY);
        try (TestDaemons daemons = new TestDaemons()) {
            daemons.start(configuration, "d1");
            Mailbox mbox = new Mailbox();
            spread.SpreadConnection official = new spread.SpreadConnection();
            try (SpreadConnection own = SpreadConnection.connect(port + "@" + host, "own")) {
                assertThat(Sp.SP_connect_timeout(port + "@" + host, "sp", 0, true, mbox, new SpTime(60, 0)))
                        .isEqualTo(1);
                official.connect(InetAddress.getByName(host), port, "java", false, true);
                Group room = own.join("room");
                assertThat(Sp.SP_join(mbox, "room")).isZero();
                new spread.SpreadGroup().join(official, "room");
                assertThat(room.awaitView(3, Wait.LONGEST).members())
                        .containsExactlyInAnyOrder("#own#d1", "#sp#d1", "#java#d1");
            } finally {
                Sp.SP_disconnect(mbox);
                official.disconnect();
            }
        }
    }

    @Test
    void anAddressOfEitherFamilyIsNamedAndCounted() throws IOException {
        ClientAddress four = ClientAddress.of(new InetSocketAddress("10.1.2.3", 1));
        assertThat(four).isEqualTo(new ClientAddress(0x0a010203, IpAddress.parse("10.1.2.3")));
        assertThat(four.network()).isEqualTo(0x0a010203);
        assertThat(ClientAddress.of(new InetSocketAddress(address("::1"), 1)).number())
                .isEqualTo(0x7f000001);
        ClientAddress far = ClientAddress.of(new InetSocketAddress(address("fd00::7%1"), 1));
        assertThat(far).isEqualTo(new ClientAddress(-1, IpAddress.parse("fd00::7")));
        assertThat(far.text()).isEqualTo("fd00::7");
        assertThat(far.network())
                .as("of a host that has them all")
                .isEqualTo(ClientAddress.of(new InetSocketAddress(address("fd00::ffff:8"), 1))
                        .network())
                .isNotEqualTo(ClientAddress.of(new InetSocketAddress(address("fd00:1::7"), 1))
                        .network());
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        mapped[12] = 10;
        mapped[15] = 9;
        assertThat(ClientAddress.of(new InetSocketAddress(Inet6Address.getByAddress(null, mapped, -1), 1)))
                .isEqualTo(new ClientAddress(0x0a000009, IpAddress.parse("10.0.0.9")));
        assertThat(ClientAddress.of(java.net.UnixDomainSocketAddress.of("x"))).isEqualTo(ClientAddress.LOCAL);
    }
}
