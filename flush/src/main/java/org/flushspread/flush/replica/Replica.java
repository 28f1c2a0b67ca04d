package org.flushspread.flush.replica;

import java.nio.ByteBuffer;
import java.util.List;
import org.flushspread.kernel.base.InvariantViolation;
import org.jspecify.annotations.Nullable;

/**
 * One member of a replicated state machine, as spec/replica-protocol.md has it. In each view the members tell each other what they have and
 * remember; from that all compute the same decision; those with the newest state vote for an attempt, and when the votes of all of them
 * have been delivered before any transition, they are the primary component. Those without the state get it as it was at the beginning of
 * the view and then repeat what was delivered since.
 *
 * <p>The caller applies its inputs one at a time and calls {@link #endOfTurn} after each or after several: commands are sent, the log is
 * written and acknowledgements go out there, so that many commands share one message and one write.
 *
 * <p>One class because it is the member as its caller sees it: each input goes from here to the view's round or to what outlives it, and each
 * question is answered from there; what there is to decide is theirs.
 */
public final class Replica {
    private final ReplicaContext context;
    private String self = "";
    private @Nullable ViewRound round;
    private long views;
    private long steps;

    /**
     * @param known what the store remembers; {@link Metadata#fresh} without one
     * @param version of the state that the application has now
     */
    public Replica(Metadata known, Version version, ReplicaSettings settings, ReplicaOutput output) {
        this(known, version, false, settings, output);
    }

    /**
     * @param version of the log of this member
     * @param halted true if the application cannot apply the last command of this version, and stands before it (R15)
     */
    public Replica(Metadata known, Version version, boolean halted, ReplicaSettings settings, ReplicaOutput output) {
        this.context = new ReplicaContext(known, version, halted, settings, output);
    }

    // ---- what the application asks for

    /**
     * Takes a command; its end is reported under this ticket.
     *
     * @param ticket greater than 0 and never used before
     * @param command its bytes, in pieces that do not change any more
     */
    public void submit(long ticket, byte[]... command) {
        if (context.settings.observer()) {
            context.output.failed(ticket, Failure.OBSERVER);
        } else if (refusesNow()) {
            context.output.failed(ticket, Failure.NOT_PRIMARY);
        } else {
            context.outstanding.submit(ticket, command);
        }
    }

    /**
     * Takes a read of everything whose result anybody has seen before this call; its end is reported under this ticket
     * ({@link ReplicaOutput#read}, then {@link ReplicaOutput#completed}). It is never uncertain: where the primary breaks it waits for the
     * next one.
     */
    public void read(long ticket) {
        if (refusesNow()) {
            context.output.failed(ticket, Failure.NOT_PRIMARY);
        } else {
            context.reads.linearizable(ticket);
        }
    }

    /**
     * Takes a read of a state that has at least {@code index} commands, and none that may be taken back. Outside of a primary it waits only
     * if this member has not got there, or has more than it can be sure of.
     */
    public void readBehind(long ticket, long index) {
        context.reads.sequential(ticket, Math.max(index, context.reads.confirmed()));
    }

    private boolean refusesNow() {
        return !context.settings.waitForPrimary() && !role().hasPrimary();
    }

    /** A command or read that was not sent, or not answered, is not wanted any more; nothing is told of it. */
    public void withdraw(long ticket) {
        context.outstanding.withdraw(ticket);
        context.reads.withdraw(ticket);
    }

    /** Commands of this member's state that are never taken back. */
    public long confirmed() {
        return context.reads.confirmed();
    }

    /**
     * A person decides that the history of this member goes on with those present, whoever is missing. False if there is nothing to
     * decide now: a primary is formed or being formed, enough are present and only wait for the state, or the members have not all spoken
     * yet.
     */
    public boolean bootstrap() {
        ViewRound now = round;
        return now != null && now.bootstrap();
    }

    /**
     * A person has the command skipped that no member with the newest state can apply (R15). False if there is nothing of the kind now: it
     * is another command, or not enough members are present.
     */
    public boolean skip(SkippedCommand command) {
        ViewRound now = round;
        return now != null && now.skip(command);
    }

    /** Ends everything that is outstanding. */
    public void close() {
        context.outstanding.refuseQueued(Failure.CLOSED);
        context.reads.refuse(Failure.CLOSED);
        context.outstanding.sentUncertain();
        context.outstanding.appliedUncertain();
        context.donor.forget();
        context.output.dropState();
    }

    // ---- what the flush layer delivers

    /** There is a connection; the daemon calls it {@code name}. */
    public void connected(String name) {
        self = name;
    }

    /** The connection is gone, and with it what was delivered to it and not read. */
    public void disconnected() {
        context.memory.detach(context.settings.durable());
        part();
    }

    /**
     * The others go on without this member, which has read all that was delivered before that: it has missed nothing that was confirmed in
     * a primary it was part of (exclusion R1).
     */
    public void excluded() {
        part();
    }

    private void part() {
        context.reads.again();
        context.outstanding.sentUncertain();
        context.outstanding.appliedUncertain();
        round = null;
        context.donor.forget();
        context.output.dropState();
        context.changeRole(Role.MINORITY);
    }

    /** A view was installed. */
    public void view(List<String> members) {
        int me = members.indexOf(self);
        if (me < 0) {
            return;
        }
        context.outstanding.sentUncertain();
        context.reads.again();
        context.donor.keep();
        ViewRound before = round;
        ViewRound next = new ViewRound(context, members, me, before == null ? null : before.unfinishedTransfer());
        round = next;
        next.begin(++views);
        verify();
    }

    /** From here to the next view SAFE means: safe among those who come along. */
    public void transition() {
        ViewRound now = round;
        if (now != null) {
            now.transition();
            verify();
        }
    }

    /** A change of the view waits for this member's consent; it is given at once. */
    public void flushRequest() {
        ViewRound now = round;
        if (now != null) {
            now.flushRequest();
        }
        context.output.consent();
    }

    /** A message to the group or to this member; the bytes are read before this returns. */
    public void message(String from, ByteBuffer bytes) {
        ViewRound now = round;
        int who = now == null ? -1 : now.position(from);
        if (now == null || who < 0) {
            context.reports.count(ReplicaReason.SENDER_NOT_IN_VIEW);
            return;
        }
        ReplicaMessage message = ReplicaCodec.decode(bytes);
        if (!now.message(who, message, bytes)) {
            context.reports.count(ReplicaReason.OUT_OF_TURN);
        } else if (!(message instanceof ReplicaMessage.Commands) && !(message instanceof ReplicaMessage.Hash)) {
            steps++;
        }
        verify();
    }

    /** What is cheap to look at and would be believed by users if it were wrong. */
    private void verify() {
        ViewRound now = round;
        if (role() == Role.PRIMARY && context.settings.observer()) {
            throw new InvariantViolation("replica-protocol R36: an observer is never PRIMARY", "in view " + members());
        }
        if (role().hasPrimary() != (now != null && now.isFormed())) {
            throw new InvariantViolation(
                    "replica-protocol R7: PRIMARY is who is a member of a formed primary, before the transition, and nobody else",
                    "the role is " + role() + " in view " + members());
        }
    }

    /** The inputs that were there are taken in: send, write and acknowledge now. */
    public void endOfTurn() {
        ViewRound now = round;
        if (now != null) {
            now.endOfTurn();
        } else {
            context.log.endOfTurn(0, 1);
            context.reads.placed(false, false);
        }
    }

    /**
     * Tests every invariant, those too that are too dear for each input, between two inputs (replica-protocol 7). For simulators and tests.
     *
     * @throws InvariantViolation if one does not hold
     */
    public void audit() {
        verify();
        context.memory.audit();
        context.outstanding.audit(context.log.index());
        context.donor.audit();
        ViewRound now = round;
        if (now != null) {
            now.audit();
        }
    }

    // ---- what can be asked

    public MemberId id() {
        return context.memory.id;
    }

    public Role role() {
        return context.role();
    }

    /** False from a view to what is decided in it. */
    public boolean isDecided() {
        ViewRound now = round;
        return now != null && now.isDecided();
    }

    /** True from a transition to the next view: some of the members do not come along. */
    public boolean isTransitional() {
        ViewRound now = round;
        return now != null && now.isTransitional();
    }

    /** True if this member was replaced for ever, and takes no part any more. */
    public boolean isRetired() {
        ViewRound now = round;
        return now != null && now.isRetired();
    }

    public Version version() {
        return context.log.version();
    }

    public Lineage lineage() {
        return context.memory.lineage();
    }

    /** The newest primary this member knows to have been formed. */
    public Primary lastPrimary() {
        return context.memory.lastPrimary();
    }

    /** Attempts whose outcome it does not know. */
    public List<Primary> attempts() {
        return context.memory.attempts();
    }

    /** Members of the view. */
    public List<String> members() {
        ViewRound now = round;
        return now == null ? List.of() : now.members();
    }

    /** Members of the view that have a vote in what is decided, in view order; empty before that. */
    public List<String> voters() {
        ViewRound now = round;
        return now == null ? List.of() : now.voters();
    }

    /** Observers in the view, of whatever history; empty before something is decided. */
    public List<String> observers() {
        ViewRound now = round;
        return now == null ? List.of() : now.observers();
    }

    /** Where this member is among those of the view that have a vote, from 0; -1 if it has none. */
    public int position() {
        return voters().indexOf(self);
    }

    /** Members of the view that have not said yet what they have: without them nothing is decided. */
    public List<String> silentMembers() {
        ViewRound now = round;
        return now == null ? List.of() : now.silentMembers();
    }

    /** Members of the view to which the state is on the way. */
    public List<String> catchingUp() {
        ViewRound now = round;
        return now == null ? List.of() : now.catchingUp();
    }

    /** Members of the primary whose disks are behind the state of this member; empty while nothing waits for disks. */
    public List<String> unwritten() {
        ViewRound now = round;
        return now == null ? List.of() : now.unwritten();
    }

    /** Members whose vote for the attempt that is under way is missing. */
    public List<String> awaitedVotes() {
        ViewRound now = round;
        return now == null ? List.of() : now.awaitedVotes();
    }

    /** The command that no member with the newest state can apply; null if there is none. */
    public @Nullable SkippedCommand poisoned() {
        ViewRound now = round;
        return now == null ? null : now.poisoned();
    }

    /** True if this member cannot apply the last command of its version, and stands before it. */
    public boolean isHalted() {
        return context.log.isHalted();
    }

    /** The last hash of its state that this member has made, in words; empty before. */
    public String lastStateHash() {
        return context.hashes.last();
    }

    /** Which states have parted although they had the same commands, and where; empty for none. */
    public String difference() {
        return context.hashes.difference();
    }

    /** Bytes of the state that was not sent because this member accepts less; 0 if there is none. */
    public long stateTooLarge() {
        ViewRound now = round;
        return now == null ? 0 : now.stateTooLarge();
    }

    /**
     * Members of the view that this one waits for: for what they have, their votes, their disks, pieces of the state or receipts for them.
     * Empty while a change of the view is pending, for which the flush layer waits (exclusion R2).
     */
    public List<String> awaited() {
        ViewRound now = round;
        return now == null ? List.of() : now.awaited();
    }

    /** Counts what others said that brought this member on. */
    public long steps() {
        return steps;
    }

    /** Counts the views of this member. */
    public long views() {
        return views;
    }

    /** Commands of this member that wait to be sent. */
    public int queued() {
        return context.outstanding.queued();
    }

    /** How often this was the reason to drop or to report something. */
    public long count(ReplicaReason reason) {
        return context.reports.countOf(reason);
    }
}
