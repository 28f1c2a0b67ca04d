package org.flushspread.tools.monitor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.wire.StatusReply;
import org.jspecify.annotations.Nullable;

/** What was seen of each daemon lately, as rates. */
final class WatchHistory {
    /** Questions that are remembered. */
    static final int LENGTH = 240;

    private static final double NANOS = 1e9;

    private final Map<Daemon, Deque<Sample>> samples = new LinkedHashMap<>();
    private final Map<Daemon, MonitorPort.Answer> last = new LinkedHashMap<>();
    private List<String> problems = List.of();

    /**
     * What happened at a daemon between two questions; zeros where nothing is known.
     *
     * @param messages delivered, a second
     * @param packets originated and received, a second
     * @param retransmissions a second
     * @param rotationMillis mean time of the token's way round
     * @param backlog packets ordered but not yet known to be everywhere
     */
    record Sample(
            boolean answered,
            double messages,
            double packets,
            double retransmissions,
            double rotationMillis,
            int backlog) {
        static final Sample NONE = new Sample(false, 0, 0, 0, 0, 0);
    }

    void add(Map<Daemon, MonitorPort.Answer> answers, RingView view, long nanos) {
        problems = view.problems();
        view.silent().forEach(each -> {
            last.remove(each);
            add(each, Sample.NONE);
        });
        answers.forEach((daemon, answer) -> {
            MonitorPort.Answer before = last.put(daemon, answer);
            add(daemon, between(before, answer));
        });
    }

    private void add(Daemon daemon, Sample sample) {
        Deque<Sample> all = samples.computeIfAbsent(daemon, key -> new ArrayDeque<>());
        all.addLast(sample);
        if (all.size() > LENGTH) {
            all.removeFirst();
        }
    }

    private static Sample between(MonitorPort.@Nullable Answer before, MonitorPort.Answer now) {
        StatusReply s = now.status();
        // Another daemon of that name has started, or this is the first time.
        if (before == null || before.status().seconds() > s.seconds()) {
            return new Sample(true, 0, 0, 0, 0, backlog(s));
        }
        StatusReply b = before.status();
        double seconds = (now.nanos() - before.nanos()) / NANOS;
        Double rotation = RingCommand.rotation(before, now);
        return new Sample(
                true,
                (s.messagesDelivered() - b.messagesDelivered()) / seconds,
                (s.packetsSent() - b.packetsSent() + s.packetsReceived() - b.packetsReceived()) / seconds,
                (s.retransmissions() - b.retransmissions()) / seconds,
                rotation == null ? 0 : rotation,
                backlog(s));
    }

    private static int backlog(StatusReply status) {
        return Math.max(0, status.highestSequence() - status.aru());
    }

    /** The samples of a daemon, oldest first. */
    List<Sample> of(Daemon daemon) {
        return new ArrayList<>(samples.getOrDefault(daemon, new ArrayDeque<>()));
    }

    /** The last answer of a daemon, or null if it did not answer the last time. */
    MonitorPort.@Nullable Answer answer(Daemon daemon) {
        return last.get(daemon);
    }

    List<String> problems() {
        return problems;
    }

    /** For programs. */
    Map<String, Object> latest(Configuration configuration) {
        List<Map<String, Object>> daemons = new ArrayList<>();
        for (Daemon each : configuration.daemons()) {
            List<Sample> all = of(each);
            Sample sample = all.isEmpty() ? Sample.NONE : all.get(all.size() - 1);
            MonitorPort.Answer answer = answer(each);
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("daemon", each.name());
            object.put("state", answer == null ? "no answer" : RingView.state(answer.status()));
            object.put("messages_s", sample.messages());
            object.put("packets_s", sample.packets());
            object.put("retransmissions_s", sample.retransmissions());
            object.put("rotation_ms", sample.rotationMillis());
            object.put("backlog_packets", sample.backlog());
            daemons.add(object);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("problems", problems);
        all.put("daemons", daemons);
        return all;
    }

    static void pause(long nanos) {
        LockSupport.parkNanos(Math.max(0, nanos));
    }
}
