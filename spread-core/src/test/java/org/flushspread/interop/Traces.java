package org.flushspread.interop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flushspread.simulation.check.GroupChecks;
import org.flushspread.simulation.check.GroupProperty;
import org.flushspread.simulation.trace.ClientEvent;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;

/** What all members did and saw, in one order of time, and the verdict on it. Used by many threads. */
final class Traces {
    private record Entry(int member, ClientEvent event) {}

    private final List<Entry> entries = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private int members;

    synchronized int newMember() {
        return ++members;
    }

    synchronized void add(int member, ClientEvent event) {
        entries.add(new Entry(member, event));
    }

    synchronized void violated(String what) {
        violations.add(what);
    }

    synchronized int size() {
        return entries.size();
    }

    /**
     * Everything that is promised to clients, over all traces (groups-protocol 10, membership-protocol 12).
     *
     * @param settled true if the ring was healed and all who live are in one view
     * @param cascades true if memberships may have changed while groups exchanged their state, which excuses losses nobody announced
     */
    synchronized List<String> judge(boolean settled, boolean cascades) {
        List<String> found = new ArrayList<>(violations);
        GroupChecks all = GroupChecks.all(
                daemon -> Integer.parseInt(daemon.substring(1)),
                id -> false,
                (property, detail) -> found.add(property + ": " + shortened(detail)));
        List<GroupProperty> properties = new ArrayList<>(all.properties());
        properties.removeIf(each -> cascades && each.name().startsWith("group 10 "));
        GroupChecks checks = new GroupChecks(properties);
        Map<Integer, Map<Integer, Integer>> last = new HashMap<>();
        Map<Integer, Set<Long>> seen = new HashMap<>();
        Set<Long> sent = new HashSet<>();
        for (Entry each : entries) {
            checks.observe(each.member, each.event);
            if (each.event instanceof ClientEvent.Sent message) {
                sent.add(message.message());
            } else if (each.event instanceof ClientEvent.Delivered message) {
                if (!sent.contains(message.message())) {
                    found.add("P8 integrity: member " + each.member + " got " + text(message.message())
                            + ", which nobody sent");
                }
                if (!seen.computeIfAbsent(each.member, m -> new HashSet<>()).add(message.message())) {
                    found.add("P9 at most once: member " + each.member + " got " + text(message.message()) + " twice");
                }
                if (message.isOrdered()) {
                    Integer before = last.computeIfAbsent(each.member, m -> new LinkedHashMap<>())
                            .put((int) (message.message() >>> 32), (int) message.message());
                    if (before != null && before >= (int) message.message()) {
                        found.add(
                                "FIFO: member " + each.member + " got " + text(message.message()) + " after " + before);
                    }
                }
            }
        }
        checks.finished(settled);
        return found;
    }

    private static String shortened(String detail) {
        return detail.length() < 1500 ? detail : detail.substring(0, 1500) + " ...";
    }

    private static String text(long message) {
        return (message >>> 32) + ":" + (int) message;
    }

    /** Messages sent since an earlier {@link #size} that one of the members has not got; a few of them, as text. */
    synchronized List<String> missing(int since, List<Integer> receivers) {
        return missing(since, receivers, null);
    }

    /** The same of messages of some senders, or of all if there is no list of them. */
    synchronized List<String> missing(int since, List<Integer> receivers, @Nullable List<Integer> senders) {
        Map<Integer, Set<Long>> got = new HashMap<>();
        Set<Long> sent = new HashSet<>();
        for (Entry each : entries.subList(since, entries.size())) {
            if (each.event instanceof ClientEvent.Sent message) {
                if (senders == null || senders.contains((int) (message.message() >>> 32))) {
                    sent.add(message.message());
                }
            } else if (each.event instanceof ClientEvent.Delivered message) {
                got.computeIfAbsent(each.member, m -> new HashSet<>()).add(message.message());
            }
        }
        List<String> missing = new ArrayList<>();
        for (int receiver : receivers) {
            Set<Long> left = new HashSet<>(sent);
            left.removeAll(got.getOrDefault(receiver, Set.of()));
            left.stream().sorted().limit(5).forEach(m -> missing.add("member " + receiver + " lacks " + text(m)));
        }
        return missing;
    }

    synchronized long delivered() {
        return entries.stream()
                .filter(each -> each.event instanceof ClientEvent.Delivered)
                .count();
    }

    /** The last events, but for messages. */
    synchronized String tail() {
        StringBuilder text = new StringBuilder();
        for (int i = Math.max(0, entries.size() - 40); i < entries.size(); i++) {
            Entry each = entries.get(i);
            boolean quiet = each.event instanceof ClientEvent.Sent || each.event instanceof ClientEvent.Delivered;
            text.append(quiet ? "" : each.member + ": " + each.event + "\n");
        }
        return text.toString();
    }

    /** How the services are weighed in ordinary traffic: all of them. */
    static final int[] SERVICES = {
        ServiceType.AGREED_MESS,
        ServiceType.SAFE_MESS,
        ServiceType.FIFO_MESS,
        ServiceType.CAUSAL_MESS,
        ServiceType.RELIABLE_MESS,
        ServiceType.UNRELIABLE_MESS
    };
}
