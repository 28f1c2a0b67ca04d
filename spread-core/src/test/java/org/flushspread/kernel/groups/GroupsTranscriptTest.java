package org.flushspread.kernel.groups;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.flushspread.kernel.Transcript;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.GroupsMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The groups of several daemons over a fake ring, and their clients. Ids are written daemon/time/index.
 *
 * <pre>
 * daemons 3                           d1, d2, d3, each alone
 * client a d1                         a session that wants membership messages
 * T 109 d1 d2 | R 110 d1 d2 d3        a transitional or regular membership at all of its daemons
 * exchange d1 d2 d3                   these daemons' GROUPS messages are sequenced, one of each in turn
 * groups d1 to d1 d2                  the next GROUPS message of d1, delivered to these
 * cut groups d1 to d1 d2              the same without its last byte
 * join a g d1 d2 | leave a g d1 d2 | kill a d1 d2 | data a g d1 d2           delivered at these
 * </pre>
 *
 * <p>The answer is, daemon by daemon, what it told ring and sessions, what it refused and the state it is in now; then what each client got.
 */
class GroupsTranscriptTest {
    private static final List<String> STATES = List.of("GOP", "GTRANS", "GGATHER", "GGT");

    private @Nullable Cluster cluster;
    private final Map<String, TestSession> clients = new TreeMap<>();
    private int[] states = {};
    private long[][] refused = {};
    private int[] submitted = {};

    static List<Path> transcripts() {
        return Transcript.of("groups");
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void isAnsweredAsWritten(Path file) throws IOException {
        Transcript.holds(file, this::answer);
        Objects.requireNonNull(cluster).assertNothingLeaked();
    }

    private List<String> answer(List<String> words) {
        if (words.get(0).equals("daemons")) {
            int size = Integer.parseInt(words.get(1));
            cluster = new Cluster(size);
            states = new int[size];
            Arrays.fill(states, 1);
            refused = new long[size][Reason.values().length];
            submitted = new int[size];
            return List.of();
        }
        Cluster now = Objects.requireNonNull(cluster);
        now.nodes.forEach(each -> each.calls.clear());
        command(now, words);
        List<String> said = new ArrayList<>();
        now.nodes.forEach(each -> said.addAll(happened(each)));
        clients.forEach((name, session) -> session.news().forEach(each -> said.add(name + " <- " + each)));
        return said;
    }

    private void command(Cluster now, List<String> words) {
        String first = words.get(1);
        switch (words.get(0)) {
            case "client" -> clients.put(first, node(now, words.get(2)).connect(first));
            case "T" -> daemons(now, words, 2).transitional(Integer.parseInt(first));
            case "R" -> daemons(now, words, 2).regular(Integer.parseInt(first));
            case "exchange" -> daemons(now, words, 1).run();
            case "groups" ->
                daemons(now, words, 3)
                        .deliver(Objects.requireNonNull(node(now, first).take()).image());
            case "cut" -> {
                byte[] whole =
                        Objects.requireNonNull(node(now, words.get(2)).take()).image();
                byte[] cut = Arrays.copyOf(whole, whole.length - 1);
                Unpooled.wrappedBuffer(cut).setIntLE(44, cut.length - 48);
                daemons(now, words, 4).deliver(cut);
            }
            case "join" -> daemons(now, words, 3).deliver(Node.join(client(first), words.get(2)));
            case "leave" -> daemons(now, words, 3).deliver(Node.leave(client(first), words.get(2)));
            case "kill" -> daemons(now, words, 2).deliver(Node.kill(client(first)));
            case "data" -> daemons(now, words, 3).deliver(Node.image(8, client(first), new byte[3], words.get(2)));
            default -> throw new IllegalArgumentException(words.toString());
        }
    }

    private List<String> happened(Node node) {
        int at = node.daemon().index();
        String name = node.daemon().name() + " ";
        List<String> said = new ArrayList<>();
        for (String each : node.calls) {
            said.add(name
                    + (each.equals("submitGroups")
                            ? "queues "
                                    + text(node.submitted.get(submitted[at]++).image())
                            : each));
        }
        for (Reason why : Reason.values()) {
            long count = node.refused(why) - refused[at][why.ordinal()];
            if (count > 0) {
                said.add(name + "refuses " + why);
            }
            refused[at][why.ordinal()] += count;
        }
        int state = node.groups.stateNumber();
        if (state != states[at]) {
            states[at] = state;
            said.add(name + "is in " + STATES.get(state - 1));
        }
        return said;
    }

    private static String text(byte[] image) {
        GroupsMessage message =
                Objects.requireNonNull(GroupsMessage.decode(Unpooled.wrappedBuffer(image), 0, image.length));
        return "GROUPS" + (message.last() ? " last" : "") + " for "
                + id(message.membershipId().procId())
                + "/" + message.membershipId().time() + " synced "
                + message.syncedSet().stream()
                        .map(GroupsTranscriptTest::id)
                        .map(each -> "d" + each)
                        .toList()
                + message.groups().stream()
                        .map(each -> " " + each.name() + " "
                                + id(each.id().membershipId().procId()) + "/"
                                + each.id().membershipId().time() + "/"
                                + each.id().index() + (each.changed() ? " changed" : "")
                                + each.daemons().stream()
                                        .map(daemon -> " " + daemon.members() + " from "
                                                + id(daemon.membershipId().procId()) + "/"
                                                + daemon.membershipId().time())
                                        .collect(Collectors.joining()))
                        .collect(Collectors.joining(","));
    }

    private static int id(int procId) {
        return procId >> 8 & 0xff;
    }

    private String client(String name) {
        return Objects.requireNonNull(clients.get(name), name).name();
    }

    private static Node node(Cluster now, String name) {
        return now.node(Integer.parseInt(name.substring(1)));
    }

    private static Cluster.Component daemons(Cluster now, List<String> words, int from) {
        return now.of(words.subList(from, words.size()).stream()
                .map(each -> Integer.parseInt(each.substring(1)))
                .toArray(Integer[]::new));
    }
}
