package org.flushspread.tools.monitor;

import java.io.IOException;
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
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
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
 * answers of the far ones tell what arrived. Questions are spaced so that no daemon refuses some for their number (monitor-protocol 2).
 */
final class Gathering {
    private static final int ATTEMPTS = 3;
    private static final Duration LATE = Duration.ofMillis(150);
    private static final Duration SPACE = Duration.ofMillis(110);
    private static final int FEW = 4;

    private final Facts facts;
    private final Duration patience;
    private final Path socket;
    private final int mostPairs;
    /** Opens a port of a number, 0 for any, as the daemon of this host. */
    private final BiFunction<Daemon, Integer, MonitorPort> opening;

    private final Consumer<String> progress;

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
        ThisMachine.descriptors(facts, self);
        if (facts.isRunning()) {
            ThisMachine.clients(facts, self, socket.resolveSibling(""), patience.multipliedBy(FEW));
        }
    }

    private void network(Daemon self) {
        progress.accept("asking " + configuration().daemons().size() + " daemons");
        direct(self);
        closed(self);
        tokenPorts(self);
        fullPackets(self);
        entries(self);
        segments(self);
        if (!facts.isRunning()) {
            progress.accept("testing the ways back to the ports of " + self.name());
            back(self, self.port(), facts.backToData);
            back(self, self.tokenPort(), facts.backToToken);
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
            MonitorQuestion question = new MonitorQuestion(Kind.FACTS, 0);
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                for (Daemon each : configuration().daemons()) {
                    if (!facts.answers.containsKey(each)) {
                        port.ask(each.address(), each.port(), question);
                    }
                }
                take(port, configuration().daemons().size());
            }
        }
    }

    /** All answers, those of a second daemon of a name included. */
    private void take(MonitorPort port, int expected) {
        long end = System.nanoTime() + patience.dividedBy(ATTEMPTS).toNanos();
        while (facts.answers.size() < expected) {
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
        facts.answers.putIfAbsent(answer.from(), answer);
        facts.epochSeconds = System.currentTimeMillis() / Duration.ofSeconds(1).toMillis();
    }

    /** A host that is up says so where nobody listens. */
    private void closed(Daemon self) {
        byte[] nothing = new byte[PacketHeader.LENGTH];
        for (Daemon each : configuration().daemons()) {
            if (facts.answers.containsKey(each)) {
                continue;
            }
            try (DatagramSocket probe = new DatagramSocket()) {
                probe.connect(NetworkAddresses.address(
                        NetworkAddresses.onLinkOf(self.address(), each.address()), each.port()));
                probe.setSoTimeout((int) LATE.toMillis());
                probe.send(new DatagramPacket(nothing, nothing.length));
                probe.receive(new DatagramPacket(nothing, nothing.length));
            } catch (PortUnreachableException nobodyListens) {
                facts.closed.add(each);
            } catch (IOException silence) {
                // Then nothing is known.
            }
        }
    }

    private List<Daemon> ours() {
        return facts.answers.values().stream()
                .filter(Answer::isOurs)
                .map(Answer::from)
                .toList();
    }

    private void tokenPorts(Daemon self) {
        facts.tokenAsked.addAll(ours());
        facts.tokenAnswered.addAll(asked(
                self,
                facts.tokenAsked,
                (port, to) -> port.ask(to.address(), to.tokenPort(), new MonitorQuestion(Kind.NONE, 0))));
    }

    private void fullPackets(Daemon self) {
        facts.fullAsked.addAll(ours());
        facts.fullAnswered.addAll(asked(
                self,
                facts.fullAsked,
                (port, to) ->
                        port.ask(to.address(), to.port(), new MonitorQuestion(Kind.FACTS, 0), PacketHeader.MAX_BODY)));
    }

    private interface Question {
        void ask(MonitorPort port, Daemon to);
    }

    /** Those that answer. */
    private LinkedHashSet<Daemon> asked(Daemon self, Iterable<Daemon> daemons, Question question) {
        Map<Daemon, Answer> answers = new LinkedHashMap<>();
        try (MonitorPort port = opening.apply(self, 0)) {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                int expected = 0;
                for (Daemon each : daemons) {
                    expected++;
                    if (!answers.containsKey(each)) {
                        question.ask(port, each);
                    }
                }
                port.collect(answers, expected, patience.dividedBy(ATTEMPTS));
            }
        }
        return new LinkedHashSet<>(answers.keySet());
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
                Answer answer = port.ask(List.of(of), new MonitorQuestion(Kind.ENTRY, i), patience)
                        .get(of);
                if (answer == null || answer.facts() == null || answer.facts().hash() == 0) {
                    break;
                }
                hashes.add(answer.facts().hash());
                pause();
            }
        }
        return hashes;
    }

    private void segments(Daemon self) {
        Segment segment = configuration().segments().get(self.segment());
        if (segment.daemons().size() > 1) {
            try (MonitorPort port = opening.apply(self, 0)) {
                long expected = segment.daemons().stream()
                        .filter(facts.answers::containsKey)
                        .count();
                facts.segmentAnswers.put(
                        segment,
                        new LinkedHashSet<>(
                                port.segment(segment, (int) expected, patience).keySet()));
            }
        }
    }

    /** Has daemons answer to a port of ours that is not running: what arrives there has come the way that theirs goes. */
    private void back(Daemon self, int number, Set<Daemon> arrived) {
        try (MonitorPort port = opening.apply(self, number)) {
            facts.backAsked.addAll(facts.answers.keySet());
            arrived.addAll(
                    port.status(List.copyOf(facts.answers.keySet()), patience).keySet());
        } catch (RuntimeException portIsTaken) {
            // The check of ports tells by whom.
            facts.backAsked.clear();
        }
    }

    private void pairs(Daemon self) {
        progress.accept("testing every pair of daemons");
        for (Daemon from : configuration().daemons()) {
            Answer answer = facts.answers.get(from);
            if (facts.closed.contains(from) || (answer != null && !answer.isOurs())) {
                continue;
            }
            facts.passers.add(from);
            List<Daemon> all = configuration().daemons().stream()
                    .filter(each -> !each.equals(from) && !facts.closed.contains(each))
                    .toList();
            long audible = all.stream().filter(facts.answers::containsKey).count();
            pass(self, from, all, Kind.PASS_TO_DATA, (int) audible)
                    .forEach(each -> facts.passedToData.add(new Facts.Pair(from, each)));
            List<Daemon> tokens = all.stream().filter(facts::isOurs).toList();
            long audibleTokens =
                    tokens.stream().filter(facts.answers::containsKey).count();
            pass(self, from, tokens, Kind.PASS_TO_TOKEN, (int) audibleTokens)
                    .forEach(each -> facts.passedToToken.add(new Facts.Pair(from, each)));
            cast(self, from);
        }
    }

    private List<Daemon> pass(Daemon self, Daemon from, List<Daemon> to, Kind kind, int expected) {
        if (to.isEmpty()) {
            return List.of();
        }
        pause();
        List<MonitorQuestion> questions =
                to.stream().map(each -> new MonitorQuestion(kind, each.index())).toList();
        // Those that do not answer to us directly are waited for only where nobody else is.
        try (MonitorPort port = opening.apply(self, 0)) {
            Map<Daemon, Answer> answers = port.passedOn(from, questions, Math.max(1, expected), patience);
            if (answers.size() < to.size()) {
                port.collect(answers, to.size(), LATE);
            }
            return answers.keySet().stream().filter(to::contains).toList();
        }
    }

    private void cast(Daemon self, Daemon from) {
        Segment segment = configuration().segments().get(from.segment());
        List<Daemon> others = segment.daemons().stream()
                .filter(each -> !each.equals(from) && facts.passedToData.contains(new Facts.Pair(from, each)))
                .toList();
        if (others.isEmpty()) {
            return;
        }
        pause();
        facts.casters.add(from);
        try (MonitorPort port = opening.apply(self, 0)) {
            Map<Daemon, Answer> answers = port.passedOn(
                    from,
                    List.of(new MonitorQuestion(Kind.PASS_TO_SEGMENT, segment.index())),
                    // It may hear itself.
                    others.size() + 1,
                    LATE.multipliedBy(2));
            if (!answers.keySet().containsAll(others)) {
                answers.putAll(port.passedOn(
                        from,
                        List.of(new MonitorQuestion(Kind.PASS_TO_SEGMENT, segment.index())),
                        others.size() + 1,
                        patience));
            }
            answers.keySet().forEach(each -> facts.cast.add(new Facts.Pair(from, each)));
        }
    }

    private void pause() {
        if (configuration().daemons().size() > FEW) {
            LockSupport.parkNanos(SPACE.toNanos());
        }
    }
}
