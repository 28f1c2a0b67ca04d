package org.flushspread.tools.monitor;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.flushspread.config.Daemon;
import org.flushspread.tools.monitor.MonitorPort.Answer;
import org.flushspread.wire.MonitorQuestion;
import org.flushspread.wire.MonitorQuestion.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether questions arrive. That an answer does not come in some time says nothing on a machine or network that is busy, so
 * silence counts only beside an answer: each question is followed by a plain one to the same daemons, by a way that is known to be open,
 * and when that has been answered the question before it is late no more. What is lost now and then is asked {@link #ROUNDS} times.
 */
final class Arrivals {
    private static final int ROUNDS = 4;
    /** What two answers of one daemon may be apart, or a datagram that another one passes on may take longer. */
    private static final Duration LATE = Duration.ofMillis(150);
    /** Plain questions are asked again until an answer comes, so long. */
    private static final int PATIENCES = 6;

    private static final MonitorQuestion PLAIN = new MonitorQuestion(Kind.FACTS, 0);

    private final Supplier<MonitorPort> opening;
    private final Pace pace;
    private final Duration patience;
    /** Daemons that answer plain questions. */
    private final Predicate<Daemon> answering;

    Arrivals(Supplier<MonitorPort> opening, Pace pace, Duration patience, Predicate<Daemon> answering) {
        this.opening = opening;
        this.pace = pace;
        this.patience = patience;
        this.answering = answering;
    }

    /** Sends the question for daemons that have not answered it. */
    interface Question {
        void ask(MonitorPort from, Collection<Daemon> missing);
    }

    /**
     * What was found.
     *
     * @param arrived daemons that answered the question
     * @param lost daemons that did not, and answered plain ones after it
     */
    record Outcome(Set<Daemon> arrived, Set<Daemon> lost) {
        /** Neither: they answer nothing any more. */
        Set<Daemon> unknown(Collection<Daemon> asked) {
            Set<Daemon> unknown = new LinkedHashSet<>(asked);
            unknown.removeAll(arrived);
            unknown.removeAll(lost);
            return unknown;
        }
    }

    /** As {@link #of(MonitorPort, Collection, Daemon, Question)}, with answers to a port of its own. */
    Outcome of(Collection<Daemon> targets, @Nullable Daemon over, Question question) {
        try (MonitorPort port = opening.get()) {
            return of(port, targets, over, question);
        }
    }

    /**
     * Asks until all have answered, or those that have not are known to be lost.
     *
     * @param port nothing but answers to this question comes there
     * @param over the daemon that passes the question on, or null if it goes from here to each
     */
    Outcome of(MonitorPort port, Collection<Daemon> targets, @Nullable Daemon over, Question question) {
        Map<Daemon, Answer> answers = new LinkedHashMap<>();
        Set<Daemon> missing = new LinkedHashSet<>(targets);
        Set<Daemon> unknown = new LinkedHashSet<>();
        for (int round = 0; round < ROUNDS && !missing.isEmpty(); round++) {
            question.ask(port, missing);
            port.collect(answers, targets, round == 0 ? patience.dividedBy(2) : LATE);
            missing.removeAll(answers.keySet());
            if (missing.isEmpty()) {
                break;
            }
            if (over != null && !allAnswer(List.of(over)).isEmpty()) {
                unknown.addAll(missing);
                break;
            }
            unknown.addAll(allAnswer(missing));
            port.collect(answers, targets, LATE);
            missing.removeAll(answers.keySet());
            unknown.removeAll(answers.keySet());
            missing.removeAll(unknown);
        }
        Set<Daemon> arrived = new LinkedHashSet<>(targets);
        arrived.retainAll(answers.keySet());
        Set<Daemon> lost = new LinkedHashSet<>(targets);
        lost.removeAll(arrived);
        lost.removeAll(unknown);
        return new Outcome(arrived, lost);
    }

    /** Asks these daemons plain questions until each has answered one; those that do not any more. */
    private Set<Daemon> allAnswer(Collection<Daemon> daemons) {
        Set<Daemon> silent = new LinkedHashSet<>(daemons);
        silent.removeIf(each -> !answering.test(each));
        Map<Daemon, Answer> answers = new LinkedHashMap<>();
        List<Daemon> asked = List.copyOf(silent);
        long end = System.nanoTime() + patience.multipliedBy(PATIENCES).toNanos();
        try (MonitorPort control = opening.get()) {
            while (!silent.isEmpty() && System.nanoTime() < end) {
                for (Daemon each : silent) {
                    pace.before(each);
                    control.ask(each, PLAIN);
                }
                control.collect(answers, asked, patience.dividedBy(2));
                silent.removeAll(answers.keySet());
            }
        }
        return silent;
    }
}
