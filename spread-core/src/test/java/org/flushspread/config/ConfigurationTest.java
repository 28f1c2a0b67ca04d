package org.flushspread.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.flushspread.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments and daemons (configuration 3.2), finding the file (1), the built-in configuration, and who I am (5). */
class ConfigurationTest {
    @TempDir
    private Path folder;

    @Test
    void daemonsAreNumberedThroughTheFile() {
        Configuration configuration = parse(
                "Spread_Segment 10.0.0.255:5000 { a 10.0.0.1 b 10.0.0.2 } Spread_Segment 225.0.0.1 { c 10.0.1.1:99 }");
        assertThat(configuration.segments()).extracting(Segment::port).containsExactly(5000, 4803);
        assertThat(configuration.daemons()).extracting(Daemon::name).containsExactly("a", "b", "c");
        assertThat(configuration.daemons()).extracting(Daemon::index).containsExactly(0, 1, 2);
        assertThat(configuration.daemons()).extracting(Daemon::segment).containsExactly(0, 0, 1);
        assertThat(configuration.daemons()).extracting(Daemon::port).containsExactly(5000, 5000, 4803);
        assertThat(configuration.segments().get(1).daemons())
                .containsExactly(configuration.daemons().get(2));
    }

    @Test
    void portZeroIsTheDefaultPort() {
        assertThat(parse("Spread_Segment 10.0.0.255:0 { a 10.0.0.1 }"))
                .isEqualTo(parse("Spread_Segment 10.0.0.255 { a 10.0.0.1 }"));
    }

    @Test
    void aDaemonWithoutABlockBindsToAnyAddress() {
        Daemon daemon =
                parse("Spread_Segment 10.0.0.255 { a 10.0.0.1 }").daemons().get(0);
        assertThat(daemon.interfaces())
                .containsExactly(new Interface(IpAddress.ipv4(0x0a000001), true, true, true, true));
        assertThat(daemon.bindsAny()).isTrue();
    }

    @Test
    void lettersOfAnInterfaceComeInAnyOrderAndNumber() {
        Daemon daemon = parse(
                        "Spread_Segment 10.0.0.255 { a 10.0.0.1 { M C C D 10.0.0.1 C 10.0.0.2 10.0.0.3 M 10.0.0.1 } }")
                .daemons()
                .get(0);
        assertThat(daemon.interfaces())
                .containsExactly(
                        new Interface(IpAddress.ipv4(0x0a000001), false, true, true, true),
                        new Interface(IpAddress.ipv4(0x0a000002), false, false, true, false),
                        new Interface(IpAddress.ipv4(0x0a000003), false, true, true, true),
                        new Interface(IpAddress.ipv4(0x0a000001), false, false, false, true));
        assertThat(daemon.bindsAny()).isFalse();
    }

    @Test
    void aDaemonWithoutAddressIsResolvedByItsName() {
        List<String> asked = new ArrayList<>();
        Configuration configuration =
                Configuration.parse("Spread_Segment 10.0.0.255 { a b 10.0.0.2 'c' }", "f", (name, ipv6) -> {
                    asked.add(name);
                    return Optional.of(IpAddress.ipv4(name.equals("a") ? 0x0a000001 : 0x0a000003));
                });
        assertThat(asked).containsExactly("a", "c");
        assertThat(configuration.daemons()).extracting(Daemon::id).containsExactly(0x0a000001, 0x0a000002, 0x0a000003);
    }

    @Test
    void allSegmentsMayBeLocal() {
        assertThat(parse("Spread_Segment 127.0.1.255 { a 127.0.1.1 } Spread_Segment 127.0.2.255 { b 127.0.2.1 }")
                        .segments())
                .hasSize(2);
    }

    @Test
    void anAddressSharedByTwoDaemonsIsTheFirstOnes() {
        ConfigurationReading reading = ConfigurationReading.parse(
                "Spread_Segment 10.0.0.255 { a 10.0.0.1 { 10.0.0.1 10.0.0.9 } b 10.0.0.2 { 10.0.0.2 10.0.0.9 } }",
                "f",
                HostResolver.LOCALHOST_ONLY);
        assertThat(reading.configuration()
                        .requireByAddress(List.of(IpAddress.ipv4(0x0a000009)))
                        .name())
                .isEqualTo("a");
        assertThat(reading.warnings())
                .extracting(ConfigurationWarning::toString)
                .containsExactly("f:1:62: warning: daemons 'a' and 'b' share the interface address 10.0.0.9;"
                        + " it counts as an address of 'a'");
    }

    @Test
    void theLimitsThemselvesAreAllowed() {
        StringBuilder file = new StringBuilder();
        int daemon = 0;
        for (int segment = 0; segment < 20; segment++) {
            file.append("Spread_Segment 10.0.").append(segment).append(".255 {");
            for (int i = 0; i < 6 || (segment == 19 && daemon < 128); i++) {
                file.append(" d")
                        .append(daemon++)
                        .append(" 10.0.")
                        .append(segment)
                        .append('.')
                        .append(i + 1);
            }
            file.append(" }\n");
        }
        assertThat(parse(file.toString()).daemons()).hasSize(128);
        StringBuilder ten = new StringBuilder("Spread_Segment 10.0.0.255 { a 10.0.0.1 {");
        for (int i = 1; i <= 10; i++) {
            ten.append(" 10.0.0.").append(i);
        }
        assertThat(parse(ten + " } }").daemons().get(0).interfaces()).hasSize(10);
    }

    @Test
    void theBuiltInConfigurationListensOnlyOnTheLoopback() {
        Configuration local = Configuration.local();
        Interface loopback = new Interface(IpAddress.ipv4(0x7f000001), false, true, true, true);
        Daemon daemon =
                new Daemon("localhost", 0x7f000001, IpAddress.ipv4(0x7f000001), 0, 0, 4803, ImmutableList.of(loopback));
        assertThat(local.daemons()).containsExactly(daemon);
        assertThat(local.options()).isEqualTo(Options.DEFAULTS);
        assertThat(Configuration.local(15100).daemons().get(0).port()).isEqualTo(15100);
        assertThatThrownBy(() -> Configuration.local(65535)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void iAmTheDaemonOfMyName() {
        Configuration configuration = parse("Spread_Segment 10.0.0.255 { a 10.0.0.1 b 10.0.0.2 }");
        assertThat(configuration.requireByName("b").id()).isEqualTo(0x0a000002);
        assertThatThrownBy(() -> configuration.requireByName("c"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("no daemon is called 'c'; the configuration has a(10.0.0.1), b(10.0.0.2)");
    }

    @Test
    void iAmTheDaemonOfMyFirstAddressThatIsAnInterface() {
        Configuration configuration =
                parse("Spread_Segment 10.0.0.255 { a 10.0.0.1 b 10.0.0.2 { D 10.0.0.2 C 10.9.0.2 } }");
        assertThat(configuration
                        .requireByAddress(addresses(0x0b000001, 0x0a090002, 0x0a000001))
                        .name())
                .isEqualTo("b");
        assertThatThrownBy(() -> configuration.requireByAddress(addresses(0x7f000001, 0x0b000001)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("no address of this host (127.0.0.1, 11.0.0.1) belongs to a daemon; the configuration has"
                        + " a(10.0.0.1), b(10.0.0.2); name one of them with -n");
    }

    @Test
    void aFileIsReadAsBytes() throws IOException {
        Path file = folder.resolve("spread.conf");
        Files.write(file, "# \u00e9\nSpread_Segment 127.0.0.255 { localhost }".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(Configuration.read(file).daemons().get(0).id()).isEqualTo(0x7f000001);
        assertThat(Configuration.read(file, (name, ipv6) -> Optional.of(IpAddress.ipv4(0x7f000002)))
                        .daemons()
                        .get(0)
                        .id())
                .isEqualTo(0x7f000002);
        assertThat(Configuration.parse(Files.readAllBytes(file), "f", HostResolver.LOCALHOST_ONLY))
                .isEqualTo(Configuration.read(file));
    }

    @Test
    void aFileThatCannotBeReadIsNamed() throws IOException {
        Path missing = folder.resolve("none.conf");
        assertThatThrownBy(() -> Configuration.read(missing)).hasMessage(missing + ": there is no such file");
        assertThatThrownBy(() -> Configuration.read(folder)).hasMessageStartingWith(folder + ": cannot be read: ");
        Path large = folder.resolve("large.conf");
        Files.write(large, new byte[ConfigurationReading.MAX_FILE + 1]);
        assertThatThrownBy(() -> Configuration.read(large)).hasMessageContaining("not a configuration file");
    }

    @Test
    void theFirstOfTheUsualPlacesIsUsed() throws IOException {
        Path first = folder.resolve("first");
        Path second = Files.createFile(folder.resolve("second"));
        Path third = Files.createFile(folder.resolve("third"));
        assertThat(ConfigurationFile.find(null, List.of(first, second, third))).contains(second);
        assertThat(ConfigurationFile.find(null, List.of(first, folder))).isEmpty();
        assertThat(ConfigurationFile.find(third, List.of(second))).contains(third);
        assertThat(ConfigurationFile.USUAL_PLACES)
                .containsExactly(
                        Path.of("spread.conf"), Path.of("/etc/spread.conf"), Path.of("/etc/spread/spread.conf"));
    }

    @Test
    void aNamedFileMustExist() throws IOException {
        Path usual = Files.createFile(folder.resolve("spread.conf"));
        Path missing = folder.resolve("my.conf");
        assertThatThrownBy(() -> ConfigurationFile.find(missing, List.of(usual)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(missing + ": there is no such file");
        assertThatThrownBy(() -> ConfigurationFile.find(folder))
                .hasMessage(folder + ": is a directory, expected a spread.conf");
    }

    private static Configuration parse(String text) {
        return Configuration.parse(text, "f", HostResolver.LOCALHOST_ONLY);
    }

    private static List<IpAddress> addresses(Integer... numbers) {
        return Arrays.stream(numbers).map(IpAddress::ipv4).toList();
    }
}
