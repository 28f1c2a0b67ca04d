package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.flushspread.client.Service;

/**
 * What the members of a view say of their states, each behind the same commands: where they differ, the state machine is not deterministic
 * (replica-protocol R16). Nothing follows from it but that it is told.
 */
final class StateHashes {
    /** Commands for which hashes are kept, the newest ones: members are that far apart at the most. */
    private static final int KEPT = 8;

    private record Said(long index, long hash) {}

    private final Reports reports;
    /** By index, what each member of the view has said. */
    private final TreeMap<Long, Map<String, Long>> heard = new TreeMap<>();

    private final List<Said> unsaid = new ArrayList<>();
    private List<String> members = List.of();
    private long equalAt;
    private String difference = "";
    private String last = "";
    private List<List<String>> told = List.of();

    /** @param index where all members' states are taken to be equal: what happened before is not compared */
    StateHashes(Reports reports, long index) {
        this.reports = reports;
        this.equalAt = index;
    }

    /** A view has come: what was said in the one before counts no more. */
    void begin(List<String> inView) {
        members = inView;
        heard.clear();
        unsaid.clear();
    }

    /** The hash of this member's state, to be said. */
    void own(long index, long hash) {
        last = "hash " + Long.toHexString(hash) + " behind command " + index;
        if (unsaid.size() < KEPT) {
            unsaid.add(new Said(index, hash));
        }
    }

    /** Says what there is to say. */
    void send(ReplicaOutput output, long decision) {
        for (Said each : unsaid) {
            output.multicast(Service.FIFO, ReplicaCodec.hash(decision, each.index(), each.hash()));
        }
        unsaid.clear();
    }

    /** A member, perhaps this one, has said it. */
    void heard(int who, ReplicaMessage.Hash said) {
        Map<String, Long> at = heard.computeIfAbsent(said.index(), index -> new LinkedHashMap<>());
        at.put(members.get(who), said.hash());
        if (at.size() == members.size()) {
            compare(said.index(), at);
            heard.headMap(said.index(), true).clear();
        } else if (heard.size() > KEPT) {
            Map.Entry<Long, Map<String, Long>> oldest = heard.pollFirstEntry();
            compare(oldest.getKey(), oldest.getValue());
        }
    }

    private void compare(long index, Map<String, Long> said) {
        Map<Long, List<String>> sides = new LinkedHashMap<>();
        for (String member : members) {
            Long hash = said.get(member);
            if (hash != null) {
                sides.computeIfAbsent(hash, key -> new ArrayList<>()).add(member);
            }
        }
        List<List<String>> parted = List.copyOf(sides.values());
        if (parted.size() == 1) {
            if (parted.get(0).size() == members.size()) {
                equalAt = Math.max(equalAt, index);
                difference = "";
                told = List.of();
            }
        } else if (!parted.equals(told)) {
            told = parted;
            difference = "the states of " + parted + " differ since a command behind " + equalAt + " and up to " + index
                    + ": the state machine is not deterministic, or does not save equal states as equal bytes";
            reports.report(ReplicaReason.STATES_DIFFER, difference);
        }
    }

    /** The last hash of this member's state, in words; empty for none. */
    String last() {
        return last;
    }

    /** Which states have parted, and where; empty for none. */
    String difference() {
        return difference;
    }
}
