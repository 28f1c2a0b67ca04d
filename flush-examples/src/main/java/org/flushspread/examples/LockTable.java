package org.flushspread.examples;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.flushspread.client.Service;
import org.flushspread.flush.DataMessage;
import org.flushspread.flush.FlushGroup;
import org.flushspread.flush.FlushListener;
import org.flushspread.flush.IllegalStateFlushException;
import org.flushspread.flush.View;
import org.jspecify.annotations.Nullable;

/**
 * A replica of the lock: the queue of those who want it, whose head holds it.
 *
 * <p>View synchrony does the work. Requests are AGREED, so all members of a view change their queues in the same way. At each new view every
 * member tells its queue and its seniority, the number of views it has seen. When the reports of all members are there, all take over the
 * queue of the oldest one, the leader, without those who are gone; requests sent after that come after the reports everywhere.
 *
 * <p>After a partition both sides go on, unless the number of all members is known: then only the side with more than half of them gives the
 * lock. The holder on the other side learns a little later that it has lost it, so let what the lock protects check the number of the grant,
 * which only grows.
 */
final class LockTable implements FlushListener {
    /** What a member tells at a new view. */
    private record Report(int seniority, long grants, String granted, List<String> queue) {
        static final Report NONE = new Report(-1, 0, NOBODY, List.of());

        static Report parse(String text) {
            List<String> words = List.of(text.split(" "));
            return new Report(
                    Integer.parseInt(words.get(0)),
                    Long.parseLong(words.get(1)),
                    words.get(2),
                    words.subList(3, words.size()));
        }

        @Override
        public String toString() {
            return seniority + " " + grants + " " + granted + " " + String.join(" ", queue);
        }
    }

    private static final String NOBODY = "-";

    private final FlushGroup group;
    private final int all;
    private final Consumer<String> out;
    private final Map<String, Report> reports = new HashMap<>();

    /** The replicated state: the same at all members from the last report of a view to the next view. */
    private List<String> queue = new ArrayList<>();

    private long grants;
    private String granted = NOBODY;

    private int seniority;
    private boolean majority;
    private boolean wanted;
    private @Nullable String leader;

    LockTable(FlushGroup group, int all, Consumer<String> out) {
        this.group = group;
        this.all = all;
        this.out = out;
    }

    void open(Duration patience) {
        group.listen(this);
        group.awaitView(1, patience);
    }

    // ---- what the person does

    synchronized void lock() {
        wanted = true;
        request("LOCK");
    }

    /** Waits until the lock is here; false if the time is over first. */
    synchronized boolean awaitLock(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!granted.equals(group.connection().privateGroup())) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    synchronized void unlock() {
        wanted = false;
        request("UNLOCK");
    }

    /** Without a leader, or while the members change, nothing is sent: the next leader's queue shows what is missing. */
    private void request(String what) {
        if (leader == null || !majority) {
            out.accept("this has to wait for " + (majority ? "the next view" : "more members"));
            return;
        }
        try {
            group.multicast(Service.AGREED, what);
        } catch (IllegalStateFlushException e) {
            out.accept("this has to wait for the next view");
        }
    }

    synchronized void showHolder() {
        String waiting = queue.size() < 2 ? "" : ", " + (queue.size() - 1) + " waiting";
        out.accept(queue.isEmpty() ? "nobody holds the lock" : name(queue.get(0)) + " holds the lock" + waiting);
    }

    synchronized void showMembers() {
        View view = group.view();
        String who = leader == null ? "nobody yet" : name(leader);
        out.accept(view == null ? "no view yet" : names(view.members()) + "; leader: " + who);
    }

    // ---- what happens in the group

    @Override
    public synchronized void onView(View view) {
        reports.clear();
        leader = null;
        majority = 2 * view.members().size() > all;
        if (majority) {
            seniority++;
            queue.retainAll(view.transitional());
        } else {
            seniority = 0;
            queue.clear();
            granted = NOBODY;
            out.accept("only " + view.members().size() + " of " + all + " members are here: no lock for now");
        }
        group.multicast(Service.AGREED, new Report(seniority, grants, granted, queue).toString());
    }

    @Override
    public synchronized void onMessage(DataMessage message) {
        String who = message.sender();
        switch (message.text()) {
            case "LOCK" -> {
                if (!queue.contains(who)) {
                    queue.add(who);
                }
                grantToHead();
            }
            case "UNLOCK" -> {
                queue.remove(who);
                grantToHead();
            }
            default -> {
                reports.put(who, Report.parse(message.text()));
                View view = group.view();
                if (view != null && reports.size() == view.members().size()) {
                    takeOver(view);
                }
            }
        }
    }

    /** All reports of the view are there: everybody does the same from here on. */
    private void takeOver(View view) {
        String oldest = view.members().get(0);
        for (String each : view.members()) {
            Report report = reports.getOrDefault(each, Report.NONE);
            oldest = report.seniority()
                            > reports.getOrDefault(oldest, Report.NONE).seniority()
                    ? each
                    : oldest;
            grants = Math.max(grants, report.grants());
        }
        Report state = reports.getOrDefault(oldest, Report.NONE);
        leader = oldest;
        queue = new ArrayList<>(state.queue());
        granted = state.granted();
        out.accept(names(view.members()) + "; leader: " + name(oldest));
        grantToHead();
        if (majority && wanted != queue.contains(view.me())) {
            request(wanted ? "LOCK" : "UNLOCK");
        }
    }

    private void grantToHead() {
        String head = queue.isEmpty() ? NOBODY : queue.get(0);
        if (head.equals(granted)) {
            return;
        }
        granted = head;
        notifyAll();
        if (head.equals(NOBODY)) {
            out.accept("the lock is free");
            return;
        }
        grants++;
        boolean mine = head.equals(group.connection().privateGroup());
        out.accept((mine ? "you hold" : name(head) + " holds") + " the lock (grant " + grants + ")");
    }

    private static String names(List<String> members) {
        return members.stream().map(LockTable::name).collect(Collectors.joining(" "));
    }

    /** {@code #alice#node1} is alice@node1. */
    private static String name(String privateGroup) {
        String[] parts = privateGroup.split("#", -1);
        return parts[1] + "@" + parts[2];
    }
}
