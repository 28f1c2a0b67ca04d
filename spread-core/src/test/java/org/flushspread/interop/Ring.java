package org.flushspread.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flushspread.Wait;
import org.flushspread.config.Configuration;
import org.flushspread.config.ConfigurationReading;
import org.flushspread.config.HostResolver;
import org.flushspread.config.RingVersion;
import org.flushspread.wire.StatusReply;

/** A ring of daemon processes with one spread.conf, and the members connected to them. */
final class Ring implements AutoCloseable {
    static final String GROUP = "room";
    private static final int OPERATIONAL = 1;
    /** Attempts at an exchange where memberships may change by themselves. */
    private static final int EXCHANGES = 5;

    final List<Node> nodes = new ArrayList<>();
    final List<Member> members = new ArrayList<>();
    final Traces traces = new Traces();
    final Monitor monitor;
    final Net net;
    private final Path directory;
    private boolean cascades;
    private boolean closed;

    /** @param letters one letter for each daemon, as {@link Kind} has them, in the order of the configuration */
    Ring(String letters, Net net, Timers timers, boolean accelerated, String... options) {
        this.net = net;
        List<Kind> kinds;
        try {
            kinds = Kind.ofRing(letters);
            directory = Files.createTempDirectory("interop");
            Files.writeString(
                    directory.resolve("spread.conf"),
                    timers.text() + "AcceleratedRing = " + (accelerated ? "yes" : "no")
                            + "\nDangerousMonitor = yes\nSocketPortReuse = ON\nDaemonUser = root\nDaemonGroup = root\n"
                            + "RuntimeDir = /\nMaxSessionMessages = 100000\n" + String.join("\n", options) + "\n"
                            + net.segments(kinds.get(0).ring));
        } catch (IOException e) {
            net.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            // Skipped, as a rule: nobody else knows the network yet.
            net.close();
            throw e;
        }
        monitor = new Monitor(net.monitorAddress(), read(kinds.get(0).ring));
        for (int i = 0; i < net.size(); i++) {
            nodes.add(new Node(
                    Net.name(i),
                    i,
                    kinds.get(i),
                    net.address(i),
                    net.clientAddress(i),
                    net.port(i),
                    directory,
                    net.prefix(i)));
        }
    }

    private Configuration read(RingVersion ring) {
        return ConfigurationReading.read(
                        directory.resolve("spread.conf"), HostResolver.LOCALHOST_ONLY, Optional.of(ring))
                .configuration();
    }

    /** The text of spread.conf. */
    String configuration() {
        try {
            return Files.readString(directory.resolve("spread.conf"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Rewrites spread.conf. Daemons that run know nothing of it until {@link #reload}. */
    void configuration(UnaryOperator<String> change) {
        try {
            Path file = directory.resolve("spread.conf");
            Files.writeString(file, change.apply(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (running().isEmpty()) {
            monitor.speakFor(read(nodes.get(0).kind.ring));
        }
    }

    /** Starts all daemons and waits until they are one ring. */
    Ring form() {
        try {
            nodes.forEach(Node::start);
            nodes.forEach(Node::awaitListening);
            awaitRing(nodes);
            return this;
        } catch (RuntimeException | AssertionError e) {
            // The caller may not hold the ring yet.
            close();
            throw e;
        }
    }

    /** One member of {@link #GROUP} at each daemon that has none; waits until all see all. */
    Ring populate() {
        List<Node> served = open().stream().map(each -> each.node).toList();
        nodes.stream().filter(each -> !served.contains(each)).forEach(this::addMember);
        awaitViews();
        return this;
    }

    Member addMember(Node node) {
        Member member = new Member(node, "m", traces);
        members.add(member);
        member.join(GROUP);
        return member;
    }

    List<Node> running() {
        return nodes.stream().filter(Node::isRunning).toList();
    }

    List<Member> open() {
        return members.stream()
                .filter(each -> each.isOpen() && each.hasItsDaemon())
                .toList();
    }

    /** Waits until these daemons, and no others, are one ring and have finished the exchange of groups. */
    Duration awaitRing(List<Node> expected) {
        return Wait.until(
                () -> "one ring of " + expected + "\n" + explain(),
                () -> expected.stream().allMatch(each -> isIn(each, expected)));
    }

    /** Waits until the membership of a daemon has such a size. */
    void awaitMembers(Node node, IntPredicate size) {
        Wait.until(
                () -> node + " in a ring of another size" + "\n" + explain(),
                () -> size.test(status(node).members()));
    }

    /** Waits until a daemon has lost the ring of all. */
    void awaitBroken(Node node) {
        Wait.until(() -> node + " out of the ring of all" + "\n" + explain(), () -> {
            StatusReply status = status(node);
            return status.state() != OPERATIONAL || status.members() < nodes.size();
        });
    }

    private boolean isIn(Node node, List<Node> expected) {
        node.requireAlive();
        StatusReply status = monitor.status(node);
        return status != null
                && status.state() == OPERATIONAL
                && status.groupsState() == OPERATIONAL
                && status.members() == expected.size()
                && status.leader() == expected.get(0).id();
    }

    /** Waits until all open members see each other, and nobody else. */
    Duration awaitViews() {
        return awaitViews(open());
    }

    Duration awaitViews(List<Member> expected) {
        List<String> names =
                expected.stream().map(Member::privateGroup).sorted().toList();
        return Wait.until(
                () -> "one view of " + names + "\n" + explain(),
                () -> expected.stream().allMatch(each -> {
                    each.node.requireAlive();
                    var view = each.view(GROUP);
                    return view != null
                            && view.members().stream().sorted().toList().equals(names);
                }));
    }

    /** Splits the network, or the running daemons by the monitor: for each daemon, the number of its component. */
    void partition(int... components) {
        if (net instanceof Namespaces namespaces) {
            namespaces.partition(components);
        } else {
            monitor.partition(running(), components);
        }
    }

    /** Lets the running daemons read the changed file, and asks under its hash from then on. */
    void reload() {
        monitor.reload(running());
        monitor.speakFor(read(nodes.get(0).kind.ring));
    }

    Traffic traffic() {
        return new Traffic(open(), GROUP);
    }

    /** Waits until everything that was sent since then has reached every open member. */
    void awaitComplete(int since) {
        awaitComplete(since, () -> false);
    }

    /** Waits until everything that some members sent since then has reached each of them. */
    void awaitComplete(int since, List<Member> members) {
        List<Integer> numbers = members.stream().map(each -> each.number).toList();
        Wait.until(
                () -> "all their messages at all of them" + "\n" + traces.missing(since, numbers, numbers) + "\n"
                        + explain(),
                () -> traces.missing(since, numbers, numbers).isEmpty());
    }

    /** As {@link #awaitComplete(int)}, or until the rest is not to be expected any more; false then. */
    private boolean awaitComplete(int since, BooleanSupplier givenUp) {
        List<Integer> receivers = open().stream().map(each -> each.number).toList();
        Wait.until(
                () -> "all messages at all members" + "\n" + traces.missing(since, receivers) + "\n" + explain(),
                () -> traces.missing(since, receivers).isEmpty() || givenUp.getAsBoolean());
        return traces.missing(since, receivers).isEmpty();
    }

    /**
     * Sends a little through the ring as it is now, and waits until all of it has arrived everywhere. Where memberships may follow each other,
     * one that comes in between lets it begin again.
     */
    void exchange(int messages) {
        for (int tries = 1; ; tries++) {
            int views = viewCount();
            int since = traces.size();
            try (Traffic traffic = traffic()) {
                traffic.await(messages);
            }
            boolean last = !cascades || tries == EXCHANGES;
            if (awaitComplete(since, () -> !last && viewCount() != views)) {
                return;
            }
            awaitViews();
        }
    }

    private int viewCount() {
        return members.stream().mapToInt(Member::viewCount).sum();
    }

    StatusReply status(Node node) {
        StatusReply[] found = new StatusReply[1];
        Wait.until(() -> node + " answers" + "\n" + explain(), () -> (found[0] = monitor.status(node)) != null);
        return found[0];
    }

    int membershipChanges() {
        return nodes.stream().mapToInt(each -> status(each).membershipChanges()).sum();
    }

    /** Packets sent again by all daemons since their start. */
    int retransmissions() {
        return running().stream()
                .mapToInt(each -> status(each).retransmissions())
                .sum();
    }

    /** From now on memberships may follow each other so fast that losses are not announced. */
    void expectCascades() {
        cascades = true;
    }

    /** Nothing that clients saw breaks a promise, and no daemon ended by itself. What is still owed may come; what is broken stays broken. */
    void requireSound() {
        nodes.forEach(Node::requireAlive);
        Wait.until(
                () -> "all promises are kept" + "\n" + traces.judge(true, cascades) + "\n" + explain(),
                () -> traces.judge(true, cascades).isEmpty());
    }

    private String explain() {
        return nodes.stream()
                        .filter(Node::isRunning)
                        .map(each -> each + " " + monitor.status(each))
                        .collect(Collectors.joining("\n"))
                + "\n" + members + "\n" + traces.tail() + "\n"
                + nodes.stream().map(Node::logText).collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        members.forEach(Member::close);
        nodes.forEach(Node::close);
        net.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
