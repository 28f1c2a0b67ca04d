package org.flushspread.flush.replica;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.flushspread.client.Service;

/**
 * The reads of this member that go through no log (replica-protocol R17). Those that must see all that anybody has seen wait together for a
 * barrier, a SAFE message that comes back; the others for a place in the order that this member has reached. A read changes nothing, so where
 * its primary breaks it begins again in the next one.
 */
final class Reads {
    /** Barriers on their way: one more can be sent while the first comes back. */
    private static final int BARRIERS = 2;

    private record Barrier(long number, List<Long> tickets) {}

    /** A barrier of an observer that has come back: what it found there is given out when a member of the primary has passed it too (R36). */
    private record Mark(long number, List<Long> tickets, long index) {}

    private final ReplicaSettings settings;
    private final ReplicaOutput output;
    private final AppliedLog log;
    private final Memory memory;
    private final LinkedHashSet<Long> waiting = new LinkedHashSet<>();
    private final ArrayDeque<Barrier> sent = new ArrayDeque<>();
    private final ArrayDeque<Mark> marks = new ArrayDeque<>();
    /** How far members of the primary have passed marks of this observer in this view; -1 if it does not know that there is a primary. */
    private long passedAt = -1;

    /** By ticket, the place that a state must have reached. */
    private final LinkedHashMap<Long, Long> placed = new LinkedHashMap<>();
    /** What was read, by the place that the disks of a majority must reach. */
    private final ArrayDeque<Long> done = new ArrayDeque<>();

    private final ArrayDeque<Long> doneAt = new ArrayDeque<>();
    private long barriers;
    /** Up to here no command of this member's state is ever taken back. */
    private long confirmed;

    private Lineage confirmedIn = Lineage.NONE;
    /** Places up to here have been looked for. */
    private long looked = -1;

    Reads(ReplicaSettings settings, ReplicaOutput output, AppliedLog log, Memory memory) {
        this.memory = memory;
        this.settings = settings;
        this.output = output;
        this.log = log;
    }

    /** A read of all that anybody has seen. */
    void linearizable(long ticket) {
        if (hasPlace(ticket)) {
            waiting.add(ticket);
        }
    }

    /** A read of a state that has reached this place at least, and of nothing that may be taken back. */
    void sequential(long ticket, long index) {
        if (hasPlace(ticket)) {
            placed.put(ticket, index);
            looked = -1;
        }
    }

    private boolean hasPlace(long ticket) {
        boolean free = waiting.size() + placed.size() < settings.queueCommands();
        if (!free) {
            output.failed(ticket, Failure.QUEUE_FULL);
        }
        return free;
    }

    void withdraw(long ticket) {
        waiting.remove(ticket);
        placed.remove(ticket);
    }

    // ---- in a formed primary

    /** One barrier for all that wait. */
    void send(long decision) {
        if ((!waiting.isEmpty() || wantsWord()) && sent.size() + marks.size() < BARRIERS) {
            sent.add(new Barrier(++barriers, new ArrayList<>(waiting)));
            waiting.clear();
            output.multicast(Service.SAFE, ReplicaCodec.barrier(decision, barriers));
        }
    }

    /** True if this observer does not know yet whether there is a primary, or whether its members have what was read behind a place. */
    private boolean wantsWord() {
        boolean more = passedAt < 0 || (!doneAt.isEmpty() && doneAt.getLast() > Math.max(passedAt, confirmed));
        return settings.observer() && more && sent.isEmpty() && marks.isEmpty();
    }

    /** The barrier with this number has come back; false if it is not the one that is due. */
    boolean delivered(long number, boolean disks) {
        Barrier first = sent.peek();
        if (first == null || first.number() != number) {
            return false;
        }
        sent.remove();
        if (settings.observer()) {
            first.tickets().forEach(output::read);
            marks.add(new Mark(number, first.tickets(), log.index()));
            return true;
        }
        for (long ticket : first.tickets()) {
            read(ticket, disks);
        }
        return true;
    }

    /** A member of the primary has passed the mark with this number; false if it is not the one that is due. */
    boolean passed(long number, boolean disks) {
        Mark first = marks.peek();
        if (first == null || first.number() != number) {
            return false;
        }
        marks.remove();
        passedAt = first.index();
        if (!disks) {
            confirmed(first.index());
        }
        for (long ticket : first.tickets()) {
            if (first.index() > confirmed) {
                done.add(ticket);
                doneAt.add(first.index());
            } else {
                output.completed(ticket);
            }
        }
        return true;
    }

    /** The mark that a member of the primary is to pass next; 0 for none. */
    long awaitedMark() {
        Mark first = marks.peek();
        return first == null ? 0 : first.number();
    }

    private void read(long ticket, boolean disks) {
        output.read(ticket);
        if ((disks || settings.observer()) && log.index() > confirmed) {
            done.add(ticket);
            doneAt.add(log.index());
        } else {
            output.completed(ticket);
        }
    }

    /** A primary of this history has been formed; what has been applied up to here is in every later one. */
    void formed(Lineage in, long index) {
        if (!in.equals(confirmedIn)) {
            confirmedIn = in;
            confirmed = 0;
        }
        confirmed(index);
    }

    /** What has been applied up to here is in the state of every later primary. */
    void confirmed(long index) {
        confirmed = Math.max(confirmed, index);
        while (!doneAt.isEmpty() && doneAt.peek() <= confirmed) {
            doneAt.remove();
            output.completed(done.remove());
        }
    }

    /** Does the reads whose place has been reached. */
    void placed(boolean formed, boolean disks) {
        if (placed.isEmpty() || looked == log.index() || log.isHalted() || (!formed && !isConfirmed())) {
            return;
        }
        looked = log.index();
        List<Long> due = new ArrayList<>();
        for (Map.Entry<Long, Long> each : placed.entrySet()) {
            if (each.getValue() <= log.index()) {
                due.add(each.getKey());
            }
        }
        for (long ticket : due) {
            placed.remove(ticket);
            read(ticket, disks);
        }
    }

    /** True if nothing of this member's state can be taken back. */
    boolean isConfirmed() {
        return log.index() <= confirmed && memory.lineage().equals(confirmedIn);
    }

    boolean awaitDisks() {
        return !done.isEmpty();
    }

    // ---- when it breaks

    /** The primary breaks: what has not been answered begins again. */
    void again() {
        List<Long> all = new ArrayList<>(done);
        marks.forEach(each -> all.addAll(each.tickets()));
        sent.forEach(each -> all.addAll(each.tickets()));
        all.addAll(waiting);
        done.clear();
        doneAt.clear();
        marks.clear();
        passedAt = -1;
        sent.clear();
        waiting.clear();
        waiting.addAll(all);
    }

    void refuse(Failure why) {
        again();
        waiting.forEach(ticket -> output.failed(ticket, why));
        waiting.clear();
        placed.keySet().forEach(ticket -> output.failed(ticket, why));
        placed.clear();
    }

    long confirmed() {
        return confirmed;
    }

    int waiting() {
        return waiting.size() + placed.size();
    }
}
