package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What follows from the states of all members of a view; the same at each of them (replica-protocol R1, R3, R4). Members are meant by
 * their index in the view.
 *
 * <p>One class because it is one function of what all have said: each part of the answer follows from those before it.
 */
final class Decision {
    /** How many members the group is meant to have, by the members' settings; 0 for no number. */
    private final int configuredSize;

    private final List<ReplicaMessage.State> states;
    private final boolean[] duplicate;
    private final boolean[] belongs;
    private final boolean[] observes;
    private final boolean[] current;
    private boolean founderPresent;
    /** Members that are lost for ever (R22). */
    private final List<MemberId> retired;
    /** What the state that goes on says of who may decide. */
    private Charter charter = Charter.NONE;

    /** True if a person has decided it. */
    final boolean forced;
    /** The history that goes on; none if one must be founded first. */
    final Lineage lineage;
    /** The newest primary of this history that a member knows. */
    Primary lastPrimary = Primary.NONE;
    /** Later attempts of this history whose outcome nobody here knows. */
    private List<Primary> unresolved = new ArrayList<>();
    /** Those who belong to this history and have a vote. */
    final List<MemberId> present = new ArrayList<>();
    /** The greatest number anybody has seen. */
    long highest;
    /** The newest state. */
    Version version = Version.INITIAL;
    /** True if all who have the newest state are halted at its last command (R15). */
    private boolean halted;
    /** True if those present may form a primary, once all of them have the state. */
    final boolean quorate;

    private Decision(
            int configuredSize,
            List<ReplicaMessage.State> states,
            boolean[] duplicate,
            Lineage lineage,
            boolean forced) {
        this.states = states;
        this.duplicate = duplicate;
        this.lineage = lineage;
        this.forced = forced;
        this.belongs = new boolean[states.size()];
        this.observes = new boolean[states.size()];
        this.current = new boolean[states.size()];
        this.configuredSize = configuredSize;
        this.retired = retiredOf(lineage, states, duplicate);
        findMembers();
        findAttempts();
        findVersion();
        findObservers();
        findCurrent();
        this.quorate = allows(belongs);
    }

    /** @param states of all members, in view order */
    static Decision of(List<ReplicaMessage.State> states) {
        boolean[] duplicate = duplicates(states);
        List<Lineage> lineages = new ArrayList<>();
        for (int i = 0; i < states.size(); i++) {
            Lineage lineage = states.get(i).lineage();
            boolean counts = !duplicate[i] && !states.get(i).observer();
            if (counts && !lineage.equals(Lineage.NONE) && !lineages.contains(lineage)) {
                lineages.add(lineage);
            }
        }
        if (lineages.isEmpty()) {
            lineages.add(Lineage.NONE);
        }
        int groupSize = 0;
        for (ReplicaMessage.State state : states) {
            groupSize = Math.max(groupSize, state.observer() ? 0 : state.quorumMembers());
        }
        Decision first = null;
        for (Lineage lineage : lineages) {
            Decision decision = new Decision(groupSize, states, duplicate, lineage, false);
            if (decision.quorate) {
                return decision;
            }
            first = first == null ? decision : first;
        }
        return Objects.requireNonNull(first);
    }

    /** The decision for the history of one member, by order of a person and without a quorum. */
    Decision forced(int member) {
        return new Decision(
                configuredSize, states, duplicate, states.get(member).lineage(), true);
    }

    private static boolean[] duplicates(List<ReplicaMessage.State> states) {
        boolean[] duplicate = new boolean[states.size()];
        for (int i = 0; i < duplicate.length; i++) {
            for (int j = 0; j < duplicate.length && !duplicate[i]; j++) {
                duplicate[i] = j != i && states.get(i).id().equals(states.get(j).id()) && countsBefore(states, j, i);
            }
        }
        return duplicate;
    }

    /** Of two members with one identity the first counts, and an observer after all others (R3, R36). */
    private static boolean countsBefore(List<ReplicaMessage.State> states, int one, int other) {
        boolean observer = states.get(one).observer();
        return observer == states.get(other).observer() ? one < other : !observer;
    }

    /** What the newest state of this history says, also that of a member which takes no part: it was decided. */
    private static List<MemberId> retiredOf(Lineage lineage, List<ReplicaMessage.State> states, boolean[] duplicate) {
        List<MemberId> retired = List.of();
        Version newest = Version.INITIAL;
        for (int i = 0; i < duplicate.length; i++) {
            ReplicaMessage.State state = states.get(i);
            boolean counts = !duplicate[i]
                    && !state.observer()
                    && !lineage.equals(Lineage.NONE)
                    && state.lineage().equals(lineage);
            if (counts && state.version().isNewerThan(newest)) {
                newest = state.version();
                retired = state.charter().retired();
            }
        }
        return retired;
    }

    Charter charter() {
        return charter;
    }

    /** True if the history says that the member is lost for ever. */
    boolean isRetired(int member) {
        return retired.contains(states.get(member).id());
    }

    private void findMembers() {
        for (int i = 0; i < belongs.length; i++) {
            ReplicaMessage.State state = states.get(i);
            belongs[i] = !state.observer() && takesPartIn(lineage, i);
            highest = Math.max(highest, state.highest());
            highest = Math.max(highest, state.version().epoch());
            if (belongs[i]) {
                founderPresent |= state.founder();
                present.add(state.id());
                if (counts(state.lastPrimary()) && state.lastPrimary().number() > lastPrimary.number()) {
                    lastPrimary = state.lastPrimary();
                }
            }
        }
    }

    private boolean takesPartIn(Lineage history, int member) {
        ReplicaMessage.State state = states.get(member);
        return !duplicate[member]
                && !isRetired(member)
                && (state.lineage().equals(history)
                        || state.lineage().equals(Lineage.NONE)
                        || hasVotedFor(state, history));
    }

    /**
     * Where a history was almost begun, an observer may be of it before anybody else is. Whose state a person passes over stays behind, like a
     * member that is missing (R36).
     */
    private void findObservers() {
        for (int i = 0; i < observes.length; i++) {
            ReplicaMessage.State state = states.get(i);
            boolean passedOver =
                    forced && state.lineage().equals(lineage) && state.version().isNewerThan(version);
            observes[i] = state.observer() && !passedOver && takesPartIn(continued(), i);
        }
    }

    private static boolean hasVotedFor(ReplicaMessage.State state, Lineage lineage) {
        for (Primary attempt : state.attempts()) {
            if (attempt.lineage().equals(lineage)) {
                return true;
            }
        }
        return false;
    }

    private void findAttempts() {
        // A history whose first attempt was completed, but never formed, has nothing else to hold on to than its
        // attempts.
        boolean nothingFormed = lastPrimary.number() == 0 && !lineage.equals(Lineage.NONE);
        List<MemberId> witnesses = nothingFormed ? List.of() : present;
        for (int i = 0; i < belongs.length; i++) {
            for (Primary attempt : belongs[i] ? states.get(i).attempts() : List.<Primary>of()) {
                highest = Math.max(highest, attempt.number());
                if (counts(attempt) && !attempt.isResolved(lastPrimary, witnesses)) {
                    unresolved = Primary.with(unresolved, attempt);
                }
            }
        }
        unresolved = new ArrayList<>(unresolved);
        unresolved.sort((one, other) -> Long.compare(one.number(), other.number()));
        highest = Math.max(highest, lastPrimary.number());
    }

    List<Primary> unresolved() {
        return unresolved;
    }

    /** True if this primary or attempt says something about the history that goes on (R4). */
    boolean counts(Primary primary) {
        return primary.isOf(lineage);
    }

    private void findVersion() {
        boolean any = false;
        for (int i = 0; i < belongs.length; i++) {
            ReplicaMessage.State state = states.get(i);
            if (belongs[i]
                    && state.lineage().equals(lineage)
                    && (!any || state.version().isNewerThan(version))) {
                version = state.version();
                charter = state.charter();
                any = true;
            }
        }
        halted = any;
    }

    private void findCurrent() {
        for (int i = 0; i < current.length; i++) {
            ReplicaMessage.State state = states.get(i);
            current[i] = takesPart(i)
                    && state.lineage().equals(lineage)
                    && state.version().equals(version);
            halted &= !current[i] || !belongs[i] || state.halted();
        }
        for (int i = 0; i < current.length; i++) {
            // Where the command did no harm to one, the state behind it is known.
            current[i] &= halted == states.get(i).halted();
        }
    }

    /** The command that nobody here can apply; null if there is none. */
    @Nullable
    SkippedCommand poisoned() {
        return halted ? new SkippedCommand(version.index(), version.chainHigh(), lineage.high()) : null;
    }

    /** The decision that follows when a person has this command, the one that is {@link #poisoned}, skipped. */
    Decision skipping(SkippedCommand command) {
        List<ReplicaMessage.State> without = new ArrayList<>();
        for (int i = 0; i < current.length; i++) {
            without.add(current[i] ? states.get(i).skipping(command) : states.get(i));
        }
        return new Decision(configuredSize, without, duplicate, lineage, forced);
    }

    /** True if those of these members who have a vote may form a primary. */
    boolean allows(boolean[] members) {
        List<ReplicaMessage.State> voters = new ArrayList<>();
        boolean durable = true;
        for (int i = 0; i < members.length; i++) {
            if (members[i] && belongs[i]) {
                voters.add(states.get(i));
                durable &= states.get(i).durable();
            }
        }
        int size = voters.size();
        if (forced) {
            return size > 0;
        }
        int n = charter.members() == Charter.AS_STARTED ? configuredSize : charter.members();
        if (size == 0 || (n > 0 && 2 * size <= n)) {
            return false;
        }
        if (lastPrimary.number() > 0) {
            if (!lastPrimary.hasQuorum(voters)) {
                return false;
            }
        } else if (!lineage.equals(Lineage.NONE)) {
            if (unresolved.isEmpty()) {
                return false; // nobody here knows who began this history
            }
        } else {
            boolean enough = n > 0 && (durable || size >= n);
            if (!enough && !founderPresent) {
                return false;
            }
        }
        for (Primary attempt : unresolved) {
            if (!attempt.hasQuorum(voters)) {
                return false;
            }
        }
        return true;
    }

    /** The attempt of those of these members who have a vote, with this number. */
    Primary attempt(boolean[] members, long number) {
        List<MemberId> ids = new ArrayList<>();
        for (int i = 0; i < members.length; i++) {
            if (members[i] && belongs[i]) {
                ids.add(states.get(i).id());
            }
        }
        Lineage continued = continued();
        if (forced || continued.equals(Lineage.NONE)) {
            continued = Lineage.founded(continued, number, ids);
        }
        return new Primary(number, continued, ids);
    }

    /** The history that an attempt is of, or that is to be founded anew. */
    private Lineage continued() {
        boolean begun = lineage.equals(Lineage.NONE) && !unresolved.isEmpty();
        return begun ? unresolved.get(unresolved.size() - 1).lineage() : lineage;
    }

    boolean isDuplicate(int member) {
        return duplicate[member];
    }

    /** True if the member is part of the history that goes on, or of none yet, and has a vote. */
    boolean belongs(int member) {
        return belongs[member];
    }

    /** True if the member gets commands and state, be it with a vote or as an observer. */
    boolean takesPart(int member) {
        return belongs[member] || observes[member];
    }

    /** True if nothing that the member says counts, of whatever history it is (R36). */
    boolean isObserver(int member) {
        return states.get(member).observer();
    }

    /** True if the member has the newest state. */
    boolean isCurrent(int member) {
        return current[member];
    }

    /** True if the member can get the newest state. */
    boolean needsState(int member) {
        return takesPart(member) && !current[member];
    }

    /** Those who can get the state and are not among its holders. */
    List<Integer> lacking(boolean[] holders) {
        List<Integer> lacking = new ArrayList<>();
        for (int i = 0; quorate && i < holders.length; i++) {
            if (takesPart(i) && !holders[i]) {
                lacking.add(i);
            }
        }
        return lacking;
    }

    List<Integer> voters() {
        return where(this::belongs);
    }

    List<Integer> observers() {
        return where(this::isObserver);
    }

    private List<Integer> where(IntPredicate counts) {
        return IntStream.range(0, states.size()).filter(counts).boxed().toList();
    }

    /** Bytes of the largest state that the member accepts. */
    long acceptedBytes(int member) {
        return states.get(member).stateBytes();
    }

    /** Who hands out the state: the first with a vote that can go on with an image, or else the first that has the state (R14). */
    int donor() {
        int first = -1;
        for (int donor = 0; donor < current.length; donor++) {
            if (!current[donor] || !belongs[donor]) {
                continue;
            }
            first = first < 0 ? donor : first;
            for (int i = 0; i < current.length; i++) {
                if (goesOn(i, donor)) {
                    return donor;
                }
            }
        }
        return first;
    }

    /** True if the member gets the rest of the image it has begun to get, and no other (R14). */
    boolean goesOn(int member) {
        int donor = donor();
        return donor >= 0 && goesOn(member, donor);
    }

    private boolean goesOn(int member, int donor) {
        ReplicaMessage.Interrupted begun = interrupted(member);
        return needsState(member)
                && begun.image() != 0
                && states.get(donor).images().contains(begun.image())
                && begun.version().equals(version);
    }

    ReplicaMessage.Interrupted interrupted(int member) {
        return states.get(member).interrupted();
    }

    boolean[] currentMembers() {
        return current.clone();
    }

    /** True if one of these members, all of the view, has a durable store. */
    boolean anyDurable(Primary primary) {
        for (ReplicaMessage.State state : states) {
            if (state.durable() && !state.observer() && primary.members().contains(state.id())) {
                return true;
            }
        }
        return false;
    }

    MemberId id(int member) {
        return states.get(member).id();
    }
}
