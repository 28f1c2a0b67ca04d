package org.flushspread.flush.replica;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * An observer says nothing that only members with a vote may say, is in no primary, and has the state of the primary when all is healed and
 * those with a vote are primary without it.
 */
final class ObserversFollow implements Observer {
    /** Those that are there at the end. */
    final List<Member> present = new ArrayList<>();

    @Override
    public void did(Member member, String what, byte[] bytes) {
        if (!member.observes() || !(what.startsWith("multicast") || what.startsWith("send"))) {
            return;
        }
        if (!ReplicaCodec.decode(ByteBuffer.wrap(bytes)).isOfObservers()) {
            throw new Violation("ObserversFollow", member + " observes, and says " + what);
        }
    }

    @Override
    public void formed(Member member, Primary primary, List<Long> history) {
        if (member.observes()) {
            throw new Violation("ObserversFollow", member + " observes, and is in " + primary);
        }
    }

    @Override
    public void completed(Member member, long command, long place, Primary primary) {
        if (member.observes()) {
            throw new Violation("ObserversFollow", member + " observes, and has command " + command + " acknowledged");
        }
    }

    @Override
    public void end(List<Member> voters) {
        if (voters.isEmpty() || !voters.stream().allMatch(Member::isPrimary)) {
            return;
        }
        Member first = voters.get(0);
        for (Member each : present) {
            boolean ofAnother = !each.replica.lineage().equals(Lineage.NONE)
                    && !each.replica.lineage().equals(first.replica.lineage());
            if (ofAnother) {
                continue; // it stayed in a history that a person has ended
            }
            if (each.replica.role() != Role.OBSERVER
                    || !each.replica.version().equals(first.replica.version())
                    || !each.history.equals(first.history)) {
                throw new Violation(
                        "ObserversFollow",
                        each + " is " + each.replica.role() + " with " + each.replica.version() + ", " + first + " is "
                                + first.replica.role() + " with " + first.replica.version());
            }
        }
    }
}
