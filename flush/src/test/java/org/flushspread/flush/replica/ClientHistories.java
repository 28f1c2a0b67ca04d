package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flushspread.flush.linearizability.LinearizabilityChecker;
import org.flushspread.flush.linearizability.Operation;
import org.flushspread.flush.linearizability.Register;
import org.flushspread.flush.requests.ReadKind;

/**
 * What clients that are no members asked for and were told: a command that was answered is done once, at the place that the answer says; one
 * that was refused never is; writes and linearizable reads of all clients are linearizable; no client goes back in time with its other reads
 * (replica-protocol R32 to R34). In each history for itself; one that was founded anew begins empty.
 */
final class ClientHistories {
    private static final int CELLS = 8;

    private record Done(String payload, long place, Lineage history) {}

    private final Counts counts;
    private final Map<Lineage, List<Operation<Register.Input, Long>>> histories = new LinkedHashMap<>();
    private final Map<String, Long> begun = new HashMap<>();
    private final Map<String, Long> values = new HashMap<>();
    private final Map<String, Long> readsBegun = new HashMap<>();
    private final Set<String> uncertain = new HashSet<>();
    private final Set<String> refused = new HashSet<>();
    private final List<String> overs = new ArrayList<>();
    private final Set<Lineage> lineages = new HashSet<>();
    private final List<Done> answered = new ArrayList<>();
    /** What each client has seen, in which history. */
    private final Map<String, List<String>> seen = new HashMap<>();

    private final Map<String, Lineage> seenIn = new HashMap<>();
    private final Map<String, List<String>> seenBefore = new HashMap<>();
    private final Map<String, Lineage> seenBeforeIn = new HashMap<>();
    private long clock;

    ClientHistories(Counts counts) {
        this.counts = counts;
    }

    private static long cell(long value) {
        return value % CELLS;
    }

    void writeBegins(String payload) {
        begun.put(payload, ++clock);
        values.put(payload, (long) values.size() + 1);
    }

    private long begunAt(String payload) {
        return begun.getOrDefault(payload, 0L);
    }

    private Register.Input write(String payload) {
        long value = values.getOrDefault(payload, 0L);
        return new Register.Input(cell(value), value);
    }

    void writeEnds(SimulatedClient client, String payload, Lineage history, String answer) {
        counts.answered++;
        if (!answer.matches("[0-9]+")) {
            throw new Violation("ClientsAreExact", client + " is answered to command " + payload + ": " + answer);
        }
        long place = Long.parseLong(answer);
        answered.add(new Done(payload, place, history));
        in(history).add(new Operation<>(begunAt(payload), ++clock, write(payload), 0L));
        // It has seen a state of so many commands.
        List<String> before = sees(client, history);
        if (before.size() < place) {
            List<String> now = new ArrayList<>(before);
            while (now.size() < place - 1) {
                now.add("");
            }
            now.add(payload);
            seen.put(client.toString(), now);
        }
    }

    void writeUncertain(String payload) {
        counts.unsure++;
        uncertain.add(payload);
    }

    void writeRefused(String payload) {
        counts.refused++;
        refused.add(payload);
    }

    void saw(Lineage history) {
        lineages.add(history);
    }

    /** The newest session of its name is over, and nobody has begun one behind it. */
    void sessionOver(SimulatedClient client, long session) {
        overs.add("session " + session + " of " + client);
    }

    void readBegins(SimulatedClient client, long ticket) {
        String read = client + " " + ticket;
        readsBegun.put(read, ++clock);
        seenBefore.put(read, seen.getOrDefault(client.toString(), List.of()));
        seenBeforeIn.put(read, seenIn.getOrDefault(client.toString(), Lineage.NONE));
    }

    void readEnds(SimulatedClient client, long ticket, ReadKind kind, Lineage history, List<String> done) {
        counts.answered++;
        List<String> payloads = payloads(done);
        String read = client + " " + ticket;
        long since = readsBegun.getOrDefault(read, 0L);
        if (kind == ReadKind.LOCAL) {
            return;
        }
        // What it has seen since it asked is no matter of this read.
        List<String> before =
                history.equals(seenBeforeIn.get(read)) ? seenBefore.getOrDefault(read, List.of()) : List.of();
        for (int i = 0; i < before.size(); i++) {
            boolean same = i < payloads.size()
                    && (before.get(i).isEmpty() || before.get(i).equals(payloads.get(i)));
            if (!same) {
                throw new Violation(
                        "ReadsOfClients", client + " has seen " + before + ", and reads " + kind + " " + payloads);
            }
        }
        if (payloads.size() > sees(client, history).size()) {
            seen.put(client.toString(), payloads);
        }
        if (kind == ReadKind.LINEARIZABLE) {
            for (long cell = 0; cell < CELLS; cell++) {
                long found = 0;
                for (String payload : payloads) {
                    long value = values.getOrDefault(payload, 0L);
                    found = value > 0 && cell(value) == cell ? value : found;
                }
                in(history).add(new Operation<>(since, ++clock, Register.Input.read(cell), found));
            }
        }
    }

    private List<Operation<Register.Input, Long>> in(Lineage history) {
        return histories.computeIfAbsent(history, key -> new ArrayList<>());
    }

    private List<String> sees(SimulatedClient client, Lineage history) {
        if (!history.equals(seenIn.put(client.toString(), history))) {
            seen.put(client.toString(), List.of());
        }
        return seen.getOrDefault(client.toString(), List.of());
    }

    /** Without the numbers that stand behind them. */
    private static List<String> payloads(List<String> done) {
        return done.stream().map(each -> each.split(" ")[0]).toList();
    }

    /** What a member has in the end. */
    void compare(Member member) {
        List<String> payloads = payloads(member.list().done);
        List<String> own = payloads.stream().filter(values::containsKey).toList();
        if (new HashSet<>(own).size() < own.size()) {
            throw new Violation("ClientsAreExact", "a request of a client is done twice at " + member + ": " + own);
        }
        for (String each : own) {
            if (refused.contains(each)) {
                throw new Violation("ClientsAreExact", "request " + each + " was refused, and is done at " + member);
            }
        }
        for (Done each : member.isPrimary() ? answered : List.<Done>of()) {
            boolean mine = each.history().equals(member.replica.lineage());
            String there = payloads.size() < each.place() ? null : payloads.get((int) each.place() - 1);
            if (mine && !each.payload().equals(there)) {
                throw new Violation(
                        "ClientsAreExact", each + " was answered, and is not there at " + member + ": " + payloads);
            }
        }
    }

    void end() {
        lineages.remove(Lineage.NONE);
        // With a history all its sessions are lost.
        if (!overs.isEmpty() && lineages.size() < 2) {
            throw new Violation("SessionsOfClients", "is over, and nobody has begun another one: " + overs);
        }
        histories.forEach((history, operations) -> {
            List<Operation<Register.Input, Long>> all = new ArrayList<>(operations);
            Set<Long> found = new HashSet<>();
            all.forEach(operation -> found.add(operation.output()));
            for (String payload : uncertain) {
                if (found.contains(values.get(payload))) {
                    all.add(new Operation<>(begunAt(payload), Operation.NEVER, write(payload), 0L));
                }
            }
            List<Operation<Register.Input, Long>> broken =
                    LinearizabilityChecker.findBroken(new Register(), all, Register.Input::key);
            if (broken != null) {
                throw new Violation("ClientsAreLinearizable", "in " + history + " " + broken);
            }
        });
    }
}
