package org.flushspread.kernel.ring;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.Transcript;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.Route;
import org.flushspread.wire.PacketType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Several rings of one network: packets, tokens and what goes up, in a standing ring and through recoveries.
 *
 * <pre>
 * daemons 2 1 AcceleratedRing=yes     segments of so many (alpha, beta, gamma ...), lines of spread.conf; all form one idle ring
 * send beta SAFE one                  a message with this body; a length behind it fills the body up
 * lose data beta | lose tokens beta | lose nothing       what these daemons do not get from now on
 * lose 1 beta gamma                   the packet of this number, whenever it is sent
 * step                                one turn of each daemon             rest: turns until nothing is on its way
 * pass 500                            milliseconds, resting in between
 * lost alpha beta                     these lose the token                form beta alpha: FORM1 visits them, then FORM2
 * </pre>
 *
 * <p>The answer is what was on the wire, in order, then what each daemon told upwards and refused. Times in ids are left out.
 */
class RingTranscriptTest {
    private @Nullable RingNetwork network;
    private long[][] refused = {};

    static Stream<Path> transcripts() {
        return Stream.of("ring", "recovery").flatMap(each -> Transcript.of(each).stream());
    }

    @AfterEach
    void everyBufferIsGivenBack() {
        if (network != null) {
            network.close();
        }
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void isAnsweredAsWritten(Path file) throws IOException {
        Transcript.holds(file, this::answer);
    }

    private List<String> answer(List<String> words) {
        if (words.get(0).equals("daemons")) {
            begin(words.subList(1, words.size()));
            return List.of();
        }
        RingNetwork net = Objects.requireNonNull(network);
        net.forget();
        net.daemons.forEach(each -> {
            each.failures.clear();
            each.events().clear();
        });
        command(net, words);
        List<String> said = new ArrayList<>();
        net.wire.forEach(each -> said.add(line(net, each)));
        for (RingDaemon each : net.daemons) {
            String name = each.self.name();
            each.log.forEach(line -> said.add(name + " <- " + (line.endsWith("]") ? line : Images.name(line))));
            each.failures.forEach(why -> said.add(name + " loses its token: " + why));
            for (Event event : each.events()) {
                if (event instanceof Event.RingStandsStill still) {
                    said.add(name + " says: " + still.text());
                }
            }
            for (Reason why : Reason.values()) {
                long count = newlyRefused(each, why);
                if (count > 0) {
                    said.add(name + " refuses " + why + (count > 1 ? " " + count + " times" : ""));
                }
            }
        }
        return said;
    }

    private long newlyRefused(RingDaemon daemon, Reason why) {
        long[] before = refused[daemon.self.index()];
        long count = daemon.refused(why) - before[why.ordinal()];
        before[why.ordinal()] += count;
        return count;
    }

    private void begin(List<String> words) {
        int[] sizes = words.stream()
                .filter(each -> each.matches("\\d+"))
                .mapToInt(Integer::parseInt)
                .toArray();
        String options = words.stream()
                .filter(each -> each.contains("="))
                .map(each -> each.replace("=", " = ") + "\n")
                .collect(Collectors.joining());
        RingNetwork net = new RingNetwork(RingConfigurations.of(options, sizes), KernelSettings.DEFAULTS);
        net.formAll();
        refused = new long[net.daemons.size()][Reason.values().length];
        for (RingDaemon each : net.daemons) {
            Arrays.stream(Reason.values()).forEach(why -> newlyRefused(each, why));
        }
        network = net;
    }

    private static void command(RingNetwork net, List<String> words) {
        switch (words.get(0)) {
            case "send" -> {
                String body =
                        words.size() > 4 ? Images.body(words.get(3), Integer.parseInt(words.get(4))) : words.get(3);
                named(net, words.get(1)).submit(service(words.get(2)), body);
            }
            case "lose" -> {
                String what = words.get(1);
                List<String> who = words.subList(2, words.size());
                net.lost = (datagram, to) -> who.contains(to.self.name()) && isMeant(datagram, what);
            }
            case "step" -> net.step();
            case "rest" -> net.settle();
            case "pass" -> net.pass(Duration.ofMillis(Long.parseLong(words.get(1))));
            case "lost" -> net.loseToken(indexes(net, words));
            case "form" -> net.form(indexes(net, words));
            default -> throw new IllegalArgumentException(words.toString());
        }
    }

    private static boolean isMeant(Datagram datagram, String what) {
        return switch (what) {
            case "tokens" -> datagram.isToken();
            case "data" -> !datagram.isToken();
            default -> datagram.isData() && datagram.packet().sequence() == Integer.parseInt(what);
        };
    }

    private static int[] indexes(RingNetwork net, List<String> words) {
        return words.stream()
                .skip(1)
                .mapToInt(each -> named(net, each).self.index())
                .toArray();
    }

    private static RingDaemon named(RingNetwork net, String name) {
        return net.daemons.stream()
                .filter(each -> each.self.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static int service(String name) {
        return switch (name) {
            case "RELIABLE" -> PacketType.RELIABLE;
            case "FIFO" -> PacketType.FIFO;
            case "AGREED" -> PacketType.AGREED;
            case "SAFE" -> PacketType.SAFE;
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static String line(RingNetwork net, Datagram datagram) {
        String to = " -> " + address(net, datagram.to());
        if (datagram.isToken()) {
            Datagram.TokenFields token = datagram.token();
            return datagram.from().name() + " token" + to + ": generation " + token.arq()
                    + (token.retrans() > 0 ? ", again " + token.retrans() : "") + ", seq " + token.sequence() + ", aru "
                    + (token.aru() == Integer.MAX_VALUE ? "max" : token.aru())
                    + (token.aruLastId() == -1 ? "" : " by " + name(net, token.aruLastId())) + ", flow "
                    + token.flowControl()
                    + token.requests().stream()
                            .map(each -> ", asks for " + each.sequences() + " for "
                                    + (each.procId() == -1
                                            ? each.segment() == -1 ? "all" : "segment" + each.segment()
                                            : name(net, each.procId())))
                            .collect(Collectors.joining());
        }
        if (datagram.isHurry()) {
            return datagram.from().name() + " hurry" + to;
        }
        Datagram.Packet packet = datagram.packet();
        String origin = name(net, packet.procId());
        return datagram.from().name() + " " + serviceName(packet.service()) + " " + packet.sequence()
                + (origin.equals(datagram.from().name()) ? "" : " of " + origin)
                + (packet.routed() ? " routed" : "") + to + ": " + contents(packet);
    }

    private static String contents(Datagram.Packet packet) {
        return packet.fragments().stream()
                .map(each -> each.index() == -1
                        ? Images.name(packet.bytes()
                                .toString(
                                        each.payloadAt() + Images.OVERHEAD,
                                        each.length() - Images.OVERHEAD,
                                        java.nio.charset.StandardCharsets.ISO_8859_1))
                        : "fragment " + each.index())
                .collect(Collectors.joining(" + "));
    }

    private static String serviceName(int service) {
        return Arrays.stream(new String[] {"RELIABLE", "FIFO", "AGREED", "SAFE"})
                .filter(each -> service(each) == service)
                .findFirst()
                .orElse(Integer.toHexString(service).toUpperCase(Locale.ROOT));
    }

    private static String address(RingNetwork net, Route to) {
        return to.kind() == Route.Kind.SEGMENT
                ? "segment" + to.index()
                : net.configuration.daemons().get(to.index()).name();
    }

    private static String name(RingNetwork net, int id) {
        Daemon daemon = net.configuration.byId(id);
        return daemon == null ? "?" : daemon.name();
    }
}
