package org.flushspread.flush.replica;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells a witness what it needs to know. */
final class Witnessed implements Observer {
    private final Witness witness;
    private final Set<Lineage> histories = new HashSet<>();
    private @Nullable Object answer;

    Witnessed(Witness witness) {
        this.witness = witness;
    }

    @Override
    public void formed(Member member, Primary primary, List<Long> history) {
        histories.add(primary.lineage());
        witness.event(
                member.name,
                "is in the primary of " + primary.members().size() + ", with " + history.size() + " entries");
    }

    @Override
    public void viewBegins(Member member) {
        witness.event(member.name, "gets a view");
    }

    @Override
    public void submitted(Member member, long command) {
        witness.submitted(member.name, command);
    }

    @Override
    public void answered(Member member, long command, @Nullable Object answer) {
        this.answer = answer;
    }

    @Override
    public void completed(Member member, long command, long place, Primary primary) {
        witness.completed(member.name, command, place, answer);
    }

    @Override
    public void uncertain(Member member, long command) {
        witness.uncertain(member.name, command);
    }

    @Override
    public void refused(Member member, long command) {
        witness.refused(member.name, command);
    }

    @Override
    public void readBegun(Member member, long ticket) {
        witness.readBegun(member.name, ticket);
    }

    @Override
    public void found(Member member, long ticket, Object question, @Nullable Object answer, long place) {
        witness.found(member.name, ticket, question, answer, place);
    }

    @Override
    public void crashed(Member member) {
        witness.event(member.name, "dies");
    }

    @Override
    public void wentOn(Member member) {
        witness.event(member.name, "goes on with a transfer that broke off");
    }

    @Override
    public void end(List<Member> members) {
        boolean together = members.stream().allMatch(Member::isPrimary) && histories.size() <= 1;
        witness.end(members.stream().map(member -> member.machine).toList(), together);
    }
}
