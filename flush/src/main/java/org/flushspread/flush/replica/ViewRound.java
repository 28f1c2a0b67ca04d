package org.flushspread.flush.replica;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flushspread.client.Service;
import org.flushspread.kernel.base.InvariantViolation;
import org.jspecify.annotations.Nullable;

/**
 * What a member does in one view, from STATE to the next view: decide, vote, get or hand out the state, do commands. It is thrown away with
 * the view; what is kept is in {@link ReplicaContext} and {@link #unfinishedTransfer}. Members are meant by their index in the view.
 *
 * <p>One class because every event of a view goes through it to the part whose it is.
 */
final class ViewRound {
    private final ReplicaContext context;
    private final List<String> members;
    private final Map<String, Integer> positions = new HashMap<>();
    private final int me;
    private final Standing standing = new Standing();
    private final StateExchange states;
    private final Voting voting;
    private final CatchingUp catchingUp;
    private final WrittenCommands written;
    private final Strangers strangers;
    private final Following following;
    private final long[] nextSequences;

    // What was decided.
    private @Nullable Decision decision;
    private boolean[] holders;
    private @Nullable Primary formed;
    /**
     * @param me where this member is in the view
     * @param begun what of the state it had begun to get before
     */
    ViewRound(ReplicaContext context, List<String> members, int me, @Nullable StateReceiver begun) {
        this.context = context;
        this.members = List.copyOf(members);
        this.me = me;
        for (int i = 0; i < members.size(); i++) {
            positions.put(members.get(i), i);
        }
        this.states = new StateExchange(this.members);
        this.voting = new Voting(context, standing);
        this.catchingUp = new CatchingUp(context, standing, this.members, begun);
        this.written = new WrittenCommands(context, standing, members.size(), me);
        this.strangers = new Strangers(context, this.members);
        this.following = new Following(context, standing, this.members);
        this.nextSequences = new long[members.size()];
        this.holders = new boolean[members.size()];
        standing.set(Scope.VIEW, states.identity());
    }

    /** @param views how many this member has been in */
    void begin(long views) {
        // The log is on disk before others are told the version (R11).
        context.log.sync();
        context.hashes.begin(members);
        context.output.multicast(
                Service.AGREED,
                ReplicaCodec.encode(context.state(standing.of(Scope.VIEW), views, catchingUp.interrupted())));
        context.changeRole(Role.MINORITY); // until something is decided (R7)
    }

    // ---- events

    void transition() {
        if (!standing.isTransitional()) {
            standing.transition();
            context.reads.again();
            if (context.role().hasPrimary()) {
                context.changeRole(Role.MINORITY);
            }
            context.outstanding.appliedUncertain();
        }
    }

    boolean isTransitional() {
        return standing.isTransitional();
    }

    void flushRequest() {
        standing.consented();
        context.donor.pause();
    }

    /** Begins to decide for the history of this member; false if there is nothing to decide now (R6). */
    boolean bootstrap() {
        if (!mayBootstrap(me) || !standing.mayPromise()) {
            return false;
        }
        context.output.multicast(Service.AGREED, ReplicaCodec.bootstrap(standing.of(Scope.DECISION)));
        return true;
    }

    /** A person decides where nothing else can: where enough are present, the state is only on its way. */
    private boolean mayBootstrap(int who) {
        Decision now = decision;
        return now != null
                && !now.quorate
                && !now.isDuplicate(who)
                && !now.isRetired(who)
                && !now.isObserver(who)
                && voting.isUntouched();
    }

    /** Where a sender is in the view; -1 if it is not. */
    int position(String name) {
        return positions.getOrDefault(name, -1);
    }

    /** A message of this view; false if its sender had no right to send it now. */
    boolean message(int who, ReplicaMessage message, ByteBuffer bytes) {
        Decision now = decision;
        if (message instanceof ReplicaMessage.Bad bad) {
            strangers.sentNonsense(who, bad.reason());
        } else if (message instanceof ReplicaMessage.Persisted persisted) {
            written.heard(who, persisted, now != null);
        } else if (message.under() != standsFor(who, message)) {
            context.reports.count(message.scope().otherwise);
        } else if (message instanceof ReplicaMessage.State state) {
            return state(who, state, bytes);
        } else if (message instanceof ReplicaMessage.ChunkReceived piece) {
            return context.donor.received(members.get(who), piece.offset());
        } else if (now == null || (now.isObserver(who) && !message.isOfObservers())) {
            return false;
        } else if (message instanceof ReplicaMessage.Commands commands) {
            return commands(who, commands);
        } else if (message instanceof ReplicaMessage.Vote) {
            return vote(who, now);
        } else if (message instanceof ReplicaMessage.Ready) {
            return ready(who, now);
        } else if (message instanceof ReplicaMessage.Bootstrap) {
            return bootstrapped(who, now);
        } else if (message instanceof ReplicaMessage.Skip skip) {
            return skipped(who, skip, now);
        } else if (message instanceof ReplicaMessage.Hash hash) {
            context.hashes.heard(who, hash);
        } else if (message instanceof ReplicaMessage.Barrier barrier) {
            return barrier(who, barrier.number(), now);
        } else if (message instanceof ReplicaMessage.Passed passed) {
            return passed(who, passed.number(), now);
        } else if (message instanceof ReplicaMessage.Chunk chunk) {
            return catchingUp.chunk(who, chunk, now);
        } else if (message instanceof ReplicaMessage.TooLarge refused) {
            return catchingUp.tooLarge(who, refused.bytes(), now);
        }
        return true;
    }

    /** What must stand here for this message to count (R2). */
    private long standsFor(int who, ReplicaMessage message) {
        return message instanceof ReplicaMessage.ChunkReceived
                ? context.donor.transferTo(members.get(who))
                : standing.of(message.scope());
    }

    /** What the inputs of this turn have earned goes out: commands, the log, results. */
    void endOfTurn() {
        context.donor.send();
        if ((formed != null || observes()) && standing.mayPromise()) {
            context.outstanding.send(standing.of(Scope.DECISION));
            context.hashes.send(context.output, standing.of(Scope.DECISION));
            context.reads.send(standing.of(Scope.DECISION));
        }
        context.log.endOfTurn(me, members.size());
        written.endOfTurn();
        context.reads.placed(isFormed(), written.isAwaited());
    }

    // ---- deciding

    private boolean state(int who, ReplicaMessage.State state, ByteBuffer bytes) {
        if (!states.add(who, state, bytes)) {
            return false;
        }
        if (states.isComplete()) {
            List<ReplicaMessage.State> all = states.all();
            strangers.compare(all);
            decided(Decision.of(all), Scope.identity(states.identity()));
        }
        return true;
    }

    private void decided(Decision now, long identity) {
        decision = now;
        standing.set(Scope.DECISION, identity);
        standing.set(Scope.TRANSFER, Scope.identity(identity, now.donor()));
        context.memory.saw(now.highest);
        strangers.leftOut(now);
        holders = now.currentMembers();
        SkippedCommand poisoned = now.poisoned();
        if (poisoned != null) {
            context.reports.report(ReplicaReason.HALTED, halted(poisoned));
        }
        if (now.quorate && now.takesPart(me) && poisoned == null) {
            goOn(now);
        } else {
            context.outstanding.appliedUncertain();
            context.changeRole(Role.MINORITY);
        }
        voting.begin(now, holders, me);
    }

    /** Those present may form a primary, once all have the state. */
    private void goOn(Decision now) {
        if (now.isCurrent(me)) {
            context.memory.adopt(now);
        } else {
            context.outstanding.appliedUncertain();
            catchingUp.begin(now, me);
            context.changeRole(Role.CATCHING_UP);
        }
        catchingUp.settled();
        boolean donates = now.donor() == me;
        if (!now.isCurrent(me) || now.isObserver(me)) {
            context.donor.forget();
        } else if (!donates || standing.maySend()) {
            context.donor.decided(now, donates, members, standing);
        }
    }

    private boolean bootstrapped(int who, Decision now) {
        if (!mayBootstrap(who)) {
            return false;
        }
        context.donor.pause();
        catchingUp.abandon();
        decided(now.forced(who), Scope.identity(standing.of(Scope.DECISION), who));
        return true;
    }

    private static String halted(SkippedCommand poisoned) {
        return "all who have the newest state are halted at command " + poisoned
                + ", which they cannot apply; it can be skipped (ReplicatedStateMachine.skip), or they are started again"
                + " with a program that can apply it";
    }

    /** The command that no holder can apply; null if there is none. */
    @Nullable
    SkippedCommand poisoned() {
        Decision now = decision;
        return now == null ? null : now.poisoned();
    }

    /** Begins to skip the command that halts all holders; false if it is another one, or not enough are here (R15). */
    boolean skip(SkippedCommand command) {
        if (!maySkip(command) || !standing.mayPromise()) {
            return false;
        }
        context.output.multicast(
                Service.AGREED, ReplicaCodec.skip(standing.of(Scope.DECISION), command.index(), command.fingerprint()));
        return true;
    }

    private boolean maySkip(SkippedCommand command) {
        Decision now = decision;
        return now != null && now.quorate && now.belongs(me) && command.equals(now.poisoned());
    }

    private boolean skipped(int who, ReplicaMessage.Skip skip, Decision now) {
        SkippedCommand command = now.poisoned();
        if (command == null
                || !now.quorate
                || !now.belongs(who)
                || command.index() != skip.index()
                || command.fingerprint() != skip.fingerprint()) {
            return false;
        }
        if (now.isCurrent(me)) {
            context.log.skip(command);
        }
        decided(
                now.skipping(command),
                Scope.identity(standing.of(Scope.DECISION), command.index(), command.fingerprint()));
        return true;
    }

    private boolean hasState() {
        Decision now = decision;
        return now != null && (now.isCurrent(me) || catchingUp.hasLoaded());
    }

    // ---- voting

    private boolean vote(int who, Decision now) {
        if (!voting.vote(who, now)) {
            return false;
        }
        Primary done = voting.complete();
        if (done != null) {
            complete(done, now);
        }
        return true;
    }

    private void complete(Primary done, Decision now) {
        // One whose last vote is delivered after the transition may not be known to all: it is not formed.
        boolean forms = !standing.isTransitional()
                && hasState()
                && now.belongs(me)
                && done.members().contains(context.memory.id);
        if (hasState()) {
            context.log.completed(done.number());
            context.memory.complete(done, forms);
            context.log.record();
        } else {
            catchingUp.completed(done);
        }
        if (forms) {
            formed = done;
            written.formed(done, now);
            // With disks only what a majority says that it has written (R11).
            context.reads.formed(done.lineage(), written.isAwaited() ? 0 : context.log.index());
            context.changeRole(Role.PRIMARY);
        } else if (formed != null && observes()) {
            follow(done, now); // those who were primary before are in it
        }
        voting.begin(now, holders, me);
    }

    /** True if this observer has the state of those who have completed an attempt: it asks them whether they are primary (R36). */
    private boolean observes() {
        return context.settings.observer() && voting.completed() != null && hasState() && !standing.isTransitional();
    }

    private void follow(Primary primary, Decision now) {
        formed = primary;
        written.formed(primary, now);
        context.reads.formed(primary.lineage(), 0);
        context.changeRole(Role.OBSERVER);
    }

    /** A member of the primary has passed a barrier of this observer: what that has read there is as good as if the member had (R36). */
    private boolean passed(int who, long number, Decision now) {
        Primary last = voting.completed();
        if (last == null || !observes() || !last.members().contains(now.id(who))) {
            return standing.isTransitional() && context.settings.observer();
        }
        if (formed == null) {
            follow(last, now);
        }
        return context.reads.passed(number, written.isAwaited());
    }

    private boolean ready(int who, Decision now) {
        if (!now.needsState(who) || holders[who]) {
            return false;
        }
        holders[who] = true;
        context.donor.isThere(members.get(who));
        voting.begin(now, holders, me);
        return true;
    }

    // ---- commands

    private boolean commands(int who, ReplicaMessage.Commands commands) {
        if (voting.completed() == null) {
            return false;
        }
        if (who == me) {
            context.outstanding.batchDelivered();
        }
        if (hasState()) {
            commands.forEach((at, command) -> apply(who == me, commands.firstSequence() + at, command));
        } else {
            catchingUp.keep(commands);
        }
        if (commands.firstSequence() < nextSequences[who]) {
            context.reports.count(ReplicaReason.DUPLICATE_COMMAND);
        }
        nextSequences[who] = commands.firstSequence() + commands.count();
        if (isFormed() && !written.isAwaited() && !context.settings.observer()) {
            context.reads.confirmed(context.log.index());
        }
        return true;
    }

    /** One of this member has come back in its primary: what anybody has seen before it was sent was delivered before it (R17). */
    private boolean barrier(int who, long number, Decision now) {
        if (who != me) {
            if (now.isObserver(who) && isFormed()) {
                following.pass(who, number, formed);
            }
            return true;
        }
        return !(isFormed() || observes()) || context.reads.delivered(number, written.isAwaited());
    }

    private void apply(boolean mine, long sequence, ByteBuffer command) {
        long ticket = mine ? context.outstanding.delivered(sequence) : 0;
        context.log.apply(ticket, command);
        if (ticket == 0) {
            return;
        }
        // Delivered after the transition, or outside of a formed primary, it may be unknown to the next primary (R10).
        if (formed == null || standing.isTransitional()) {
            context.output.failed(ticket, Failure.UNCERTAIN);
        } else if (written.isAwaited()) {
            context.outstanding.awaitDisks(ticket, context.log.index());
        } else {
            context.complete(ticket);
        }
    }

    void audit() {
        if (holders[me] && !hasState()) {
            throw new InvariantViolation(
                    "replica-protocol R9: a holder has the state", members.get(me) + " counts as one in " + members);
        }
        StateReceiver begun = unfinishedTransfer();
        if (begun != null) {
            begun.audit();
        }
    }

    // ---- what can be asked

    List<String> members() {
        return members;
    }

    /** True while a formed primary stands, in which this member has the state. */
    boolean isFormed() {
        return formed != null && !standing.isTransitional();
    }

    boolean isDecided() {
        return decision != null;
    }

    /** True if this member was replaced for ever (R22). */
    boolean isRetired() {
        Decision now = decision;
        return now != null && now.isRetired(me);
    }

    /** What the next view may go on with. */
    @Nullable
    StateReceiver unfinishedTransfer() {
        return catchingUp.unfinished();
    }

    List<String> silentMembers() {
        return states.silentMembers();
    }

    List<String> catchingUp() {
        Decision now = decision;
        return now == null ? List.of() : names(now.lacking(holders));
    }

    List<String> voters() {
        Decision now = decision;
        return now == null ? List.of() : names(now.voters());
    }

    List<String> observers() {
        Decision now = decision;
        return now == null ? List.of() : names(now.observers());
    }

    List<String> unwritten() {
        return names(written.behind());
    }

    List<String> awaitedVotes() {
        Decision now = decision;
        return now == null ? List.of() : names(voting.awaited(now));
    }

    private List<String> names(List<Integer> positionsInView) {
        return positionsInView.stream().map(members::get).toList();
    }

    long stateTooLarge() {
        return catchingUp.stateTooLarge();
    }

    List<String> awaited() {
        Decision now = decision;
        if (!standing.maySend()) {
            return List.of();
        }
        if (now == null) {
            return silentMembers();
        }
        List<String> awaited = new ArrayList<>(unwritten());
        awaited.addAll(awaitedVotes());
        if (catchingUp.isUnderWay() && now.donor() >= 0) {
            awaited.add(members.get(now.donor()));
        }
        awaited.addAll(context.donor.behind());
        awaited.addAll(following.awaited(voting.completed(), now));
        awaited.remove(members.get(me));
        return awaited;
    }
}
