package org.flushspread.tools.monitor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.PortUnreachableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.Segment;
import org.flushspread.daemon.net.NetworkAddresses;
import org.flushspread.tools.monitor.MonitorPort.Answer;
import org.flushspread.wire.MonitorPackets;
import org.flushspread.wire.MonitorQuestion;
import org.flushspread.wire.MonitorQuestion.Kind;
import org.flushspread.wire.PacketHeader;

/**
 * Looks at the file, this host and the network. Asks each directed pair of daemons: those of this project pass requests on, and the
 * answers of the far ones tell what arrived. What does not arrive is told from what comes late by {@link Arrivals}, and {@link Pace}
 * spaces questions so that no daemon refuses some for their number.
 */
final class Gathering {
    private static final int ATTEMPTS = 3;
    /** Who is silent at first, and not known to be down, is asked for so many times the patience. */
    private static final int PATIENCES = 5;

    private static final Duration LATE = Duration.ofMillis(150);
    /**
     * A system tells one host of closed ports six times at once and then once a second (Linux, icmp_ratelimit); our questions to such a port
     * count too. After a pause of this length the next datagram is answered.
     */
    private static final Duration TOLD_AGAIN = Duration.ofMillis(1100);
    /** Clients of a busy daemon wait longer than questions of monitors. */
    private static final int CLIENT_PATIENCES = 10;

    private final Facts facts;
    private final Duration patience;
    private final Path socket;
    private final int mostPairs;
    /** Opens a port of a number, 0 for any, as the daemon of this host. */
    private final BiFunction<Daemon, Integer, MonitorPort> opening;

    private final Consumer<String> progress;
    private final Pace pace = new Pace(System::nanoTime);

    /**
     * @param patience for each question
     * @param socket where clients look for the daemon's socket
     * @param mostDaemons up to which every pair is tested; beyond it, those of this host
     */
    Gathering(
            Facts facts,
            Duration patience,
            Path socket,
            int mostDaemons,
            BiFunction<Daemon, Integer, MonitorPort> opening,
            Consumer<String> progress) {
        this.facts = facts;
        this.patience = patience;
        this.socket = socket;
        this.mostPairs = mostDaemons;
        this.opening = opening;
        this.progress = progress;
    }

    private Configuration configuration() {
        return facts.configuration;
    }

    void gather() {
        ThisMachine.networks(facts);
        ThisMachine.receiveBuffer(facts);
        Daemon self = facts.self;
        if (self == null) {
            return;
        }
        if (facts.isLocal(self.address())) {
            network(self);
        }
        if (!facts.isRunning()) {
            ThisMachine.ports(facts, self);
        }
        ThisMachine.socketFile(facts, socket);
        ThisMachine.seal(facts, socket.resolveSibling(self.port() + ".admin"));
        ThisMachine.descriptors(facts, self);
        if (facts.isRunning()) {
            ThisMachine.clients(facts, self, socket.resolveSibling(""), patience.multipliedBy(CLIENT_PATIENCES));
        }
    }

    private void network(Daemon self) {
        progress.accept("asking " + configuration().daemons().size() + " daemons");
        direct(self);
        tokenPorts(self);
        fullPackets(self);
        entries(self);
        segments(self);
        if (!facts.isRunning()) {
            progress.accept("testing the ways back to the ports of " + self.name());
            back(self);
        }
        if (configuration().daemons().size() <= mostPairs) {
            pairs(self);
        } else {
            progress.accept("testing no pairs of other daemons: there are more than " + mostPairs
                    + " (--all-pairs tests them)");
        }
    }

    private void direct(Daemon self) {
        try (MonitorPort port = opening.apply(self, 0)) {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                direct(port, attempt > 0, patience.dividedBy(ATTEMPTS));
            }
            Duration pause = patience.compareTo(TOLD_AGAIN) < 0 ? TOLD_AGAIN : patience;
            for (int attempt = 1; attempt < PATIENCES; attempt++) {
                closed(self);
                direct(port, true, pause);
            }
        }
    }

    /** Asks those that have not answered, and keeps all answers, those of a second daemon of a name included. */
    private void direct(MonitorPort port, boolean again, Duration wait) {
        List<Daemon> silent = silent();
        if (silent.isEmpty()) {
            return;
        }
        for (Daemon each : silent) {
            pace.before(each);
            facts.askedAt.putIfAbsent(each, System.currentTimeMillis());
            port.ask(each, new MonitorQuestion(Kind.FACTS, 0), again);
        }
        long end = System.nanoTime() + wait.toNanos();
        while (!facts.answers.keySet().containsAll(silent)) {
            Answer answer = port.receive(Duration.ofNanos(end - System.nanoTime()));
            if (answer == null) {
                return;
            }
            keep(answer);
        }
        port.everything(LATE).forEach(this::keep);
    }

    private void keep(Answer answer) {
        facts.allAnswers.add(answer);
        if (facts.answers.putIfAbsent(answer.from(), answer) == null) {
            facts.answeredAt.put(answer.from(), System.currentTimeMillis());
            facts.closed.remove(answer.from());
        }
    }

    /** A host that is up says so where nobody listens, if it has not said so too often: asked before anything else after a pause. */
    private void closed(Daemon self) {
        Map<Daemon, DatagramSocket> probes = new LinkedHashMap<>();
        try {
            for (Daemon each : silent()) {
                probe(self, each).ifPresent(socket -> probes.put(each, socket));
            }
            long end = System.nanoTime() + LATE.toNanos();
            probes.forEach((daemon, socket) -> {
                if (isRefused(socket, Duration.ofNanos(end - System.nanoTime()))) {
                    facts.closed.add(daemon);
                }
            });
        } finally {
            probes.values().forEach(DatagramSocket::close);
        }
    }

    /** Daemons that have not answered and may be there. */
    private List<Daemon> silent() {
        return configuration().daemons().stream()
                .filter(each -> !facts.answers.containsKey(each) && !facts.closed.contains(each))
                .toList();
    }

    /** A datagram that no daemon answers is on its way; none if this host has no way to that daemon. */
    private static Optional<DatagramSocket> probe(Daemon self, Daemon to) {
        byte[] nothing = new byte[PacketHeader.LENGTH];
        DatagramSocket socket = null;
        try {
            socket = new DatagramSocket();
            socket.connect(
                    NetworkAddresses.address(NetworkAddresses.onLinkOf(self.address(), to.address()), to.port()));
            socket.send(new DatagramPacket(nothing, nothing.length));
            return Optional.of(socket);
        } catch (IOException | UncheckedIOException e) {
            if (socket != null) {
                socket.close();
            }
            return Optional.empty();
        }
    }

    private static boolean isRefused(DatagramSocket probe, Duration wait) {
        byte[] nothing = new byte[PacketHeader.LENGTH];
        try {
            probe.setSoTimeout((int) Math.max(1, wait.toMillis()));
            probe.receive(new DatagramPacket(nothing, nothing.length));
        } catch (PortUnreachableException nobodyListens) {
            return true;
        } catch (IOException silence) {
            // Then nothing is known.
        }
        return false;
    }

    private List<Daemon> ours() {
        return facts.answers.values().stream()
                .filter(each -> each.isOurs() && facts.mayAnswer(each.from()))
                .map(Answer::from)
                .toList();
    }

    private Arrivals arrivals(Daemon self) {
        return new Arrivals(() -> opening.apply(self, 0), pace, patience, this::answers);
    }

    private boolean answers(Daemon daemon) {
        return facts.answers.containsKey(daemon) && facts.mayAnswer(daemon);
    }

    /** A question to each daemon from here. */
    private Arrivals.Question toEach(BiConsumer<MonitorPort, Daemon> question) {
        return (port, missing) -> missing.forEach(each -> {
            pace.before(each);
            question.accept(port, each);
        });
    }

    private void tokenPorts(Daemon self) {
        Arrivals.Outcome outcome = arrivals(self).of(ours(), null, toEach(MonitorPort::askToken));
        facts.tokenAnswered.addAll(outcome.arrived());
        facts.tokenAsked.addAll(outcome.arrived());
        facts.tokenAsked.addAll(outcome.lost());
    }

    private void fullPackets(Daemon self) {
        Arrivals.Outcome outcome = arrivals(self).of(ours(), null, toEach(MonitorPort::askInFull));
        facts.fullAnswered.addAll(outcome.arrived());
        facts.fullAsked.addAll(outcome.arrived());
        facts.fullAsked.addAll(outcome.lost());
    }

    /** Line by line, what a daemon of this project has in its file. */
    private void entries(Daemon self) {
        for (Answer each : facts.answers.values()) {
            if (each.facts() != null && each.facts().hash() != configuration().hash()) {
                facts.entries.put(each.from(), entries(self, each.from()));
            }
        }
    }

    private List<Integer> entries(Daemon self, Daemon of) {
        List<Integer> hashes = new ArrayList<>();
        try (MonitorPort port = opening.apply(self, 0)) {
            for (int i = 0; i < MonitorPackets.SLOTS; i++) {
                pace.before(of);
                Answer answer = port.ask(List.of(of), new MonitorQuestion(Kind.ENTRY, i), patience)
                        .get(of);
                if (answer == null || answer.facts() == null || answer.facts().hash() == 0) {
                    break;
                }
                hashes.add(answer.facts().hash());
            }
        }
        return hashes;
    }

    private void segments(Daemon self) {
        Segment segment = configuration().segments().get(self.segment());
        List<Daemon> audible = segment.daemons().stream().filter(this::answers).toList();
        if (segment.daemons().size() > 1 && !audible.isEmpty()) {
            Arrivals.Outcome outcome = arrivals(self).of(audible, null, (port, missing) -> {
                audible.forEach(pace::before);
                port.ask(segment);
            });
            Set<Daemon> notLost = new LinkedHashSet<>(segment.daemons());
            notLost.removeAll(outcome.lost());
            facts.segmentAnswers.put(segment, notLost);
        }
    }

    /** Has daemons answer to a port of ours that is not running: what arrives there has come the way that theirs goes. */
    private void back(Daemon self) {
        List<Daemon> answering =
                facts.answers.keySet().stream().filter(this::answers).toList();
        try (MonitorPort data = opening.apply(self, self.port());
                MonitorPort token = opening.apply(self, self.tokenPort())) {
            Arrivals.Question question = toEach((port, to) -> port.ask(to, new MonitorQuestion(Kind.FACTS, 0)));
            Arrivals.Outcome toData = arrivals(self).of(data, answering, null, question);
            Arrivals.Outcome toToken = arrivals(self).of(token, answering, null, question);
            facts.backToData.addAll(toData.arrived());
            facts.backToToken.addAll(toToken.arrived());
            facts.backAsked.addAll(answering);
            facts.backAsked.removeAll(toData.unknown(answering));
            facts.backAsked.removeAll(toToken.unknown(answering));
        } catch (MonitorException portIsTaken) {
            // The check of ports tells by whom.
            facts.backAsked.clear();
        }
    }

    private void pairs(Daemon self) {
        progress.accept("testing every pair of daemons");
        for (Daemon from : configuration().daemons()) {
            Answer answer = facts.answers.get(from);
            if (facts.closed.contains(from) || !facts.mayAnswer(from) || (answer != null && !answer.isOurs())) {
                continue;
            }
            facts.passers.add(from);
            configuration().daemons().stream()
                    .filter(each -> !facts.mayAnswer(each))
                    .forEach(each -> facts.unknown.add(new Facts.Pair(from, each)));
            List<Daemon> all = configuration().daemons().stream()
                    .filter(each -> !each.equals(from) && !facts.closed.contains(each) && facts.mayAnswer(each))
                    .toList();
            pass(self, from, all, Kind.PASS_TO_DATA)
                    .forEach(each -> facts.passedToData.add(new Facts.Pair(from, each)));
            List<Daemon> tokens = all.stream().filter(facts::isOurs).toList();
            pass(self, from, tokens, Kind.PASS_TO_TOKEN)
                    .forEach(each -> facts.passedToToken.add(new Facts.Pair(from, each)));
            cast(self, from);
        }
    }

    /** Those that were reached; of which nothing can be told, is noted. */
    private Set<Daemon> pass(Daemon self, Daemon from, List<Daemon> to, Kind kind) {
        Arrivals.Outcome outcome = arrivals(self)
                .of(
                        to,
                        from,
                        (port, missing) -> missing.forEach(each -> {
                            pace.before(from);
                            pace.before(each);
                            port.ask(from, new MonitorQuestion(kind, each.index()));
                        }));
        outcome.unknown(to).forEach(each -> facts.unknown.add(new Facts.Pair(from, each)));
        return outcome.arrived();
    }

    private void cast(Daemon self, Daemon from) {
        Segment segment = configuration().segments().get(from.segment());
        List<Daemon> others = segment.daemons().stream()
                .filter(each -> !each.equals(from) && facts.passedToData.contains(new Facts.Pair(from, each)))
                .toList();
        if (others.isEmpty()) {
            return;
        }
        facts.casters.add(from);
        Arrivals.Outcome outcome = arrivals(self).of(others, from, (port, missing) -> {
            pace.before(from);
            segment.daemons().forEach(pace::before);
            port.ask(from, new MonitorQuestion(Kind.PASS_TO_SEGMENT, segment.index()));
        });
        outcome.arrived().forEach(each -> facts.cast.add(new Facts.Pair(from, each)));
        outcome.unknown(others).forEach(each -> facts.unknown.add(new Facts.Pair(from, each)));
    }
}
