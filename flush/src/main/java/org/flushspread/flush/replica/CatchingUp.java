package org.flushspread.flush.replica;

import java.util.List;
import org.flushspread.client.Service;
import org.jspecify.annotations.Nullable;

/**
 * How a member that lacks the state gets it in one view (replica-protocol R9), perhaps going on with what it had begun to get in a view
 * before (R14).
 */
final class CatchingUp {
    private final ReplicaContext context;
    private final Standing standing;
    private final List<String> members;
    /** What it had begun to get before this view. */
    private @Nullable StateReceiver begun;

    private @Nullable StateReceiver receiver;
    private boolean loaded;
    private long tooLarge;

    CatchingUp(ReplicaContext context, Standing standing, List<String> members, @Nullable StateReceiver begun) {
        this.context = context;
        this.standing = standing;
        this.members = members;
        this.begun = begun;
    }

    /** What another view may go on with. */
    @Nullable
    StateReceiver unfinished() {
        return receiver == null ? begun : receiver;
    }

    /** What it could go on with, to be told in STATE. */
    ReplicaMessage.Interrupted interrupted() {
        StateReceiver before = begun;
        return before == null ? ReplicaMessage.Interrupted.NONE : before.interrupted();
    }

    /** True while the state is on the way. */
    boolean isUnderWay() {
        return receiver != null;
    }

    /** True if the state has come in this view. */
    boolean hasLoaded() {
        return loaded;
    }

    /** Bytes of the state that was not sent because this member accepts less; 0 if there is none. */
    long stateTooLarge() {
        return tooLarge;
    }

    /** The rest of what was begun before, where that is decided, or a new image. */
    void begin(Decision now, int me) {
        StateReceiver before = begun;
        if (before != null && now.goesOn(me)) {
            standing.set(Scope.TRANSFER, Scope.goingOn(standing.of(Scope.DECISION), now.donor(), before.image()));
            before.goOn();
            receiver = before;
        } else {
            context.output.beginState();
            long image = Scope.image(standing.of(Scope.DECISION));
            receiver = new StateReceiver(context.settings, context.output, image, now.version);
        }
    }

    /** It is decided what goes on; what was begun before has its place in that, or none. */
    void settled() {
        if (begun != null && receiver == null) {
            context.output.dropState();
        }
        begun = null;
    }

    /** A person has decided: what is on the way is of no use. What was begun in a view before may still go on. */
    void abandon() {
        if (receiver != null) {
            receiver = null;
            context.output.dropState();
        }
        loaded = false;
    }

    /** An attempt was completed while the state is on the way. */
    void completed(Primary attempt) {
        StateReceiver loading = receiver;
        if (loading != null) {
            loading.completedAttempt(attempt);
        }
    }

    /** Keeps commands until the state is there. */
    void keep(ReplicaMessage.Commands commands) {
        StateReceiver loading = receiver;
        if (loading != null && !loading.keep(commands)) {
            giveUp(
                    ReplicaReason.CATCH_UP_OVERFLOW,
                    "more than " + context.settings.catchUpBytes()
                            + " bytes of commands arrived while the state was on the way");
        }
    }

    /** A piece of the state; false if it was not this member's turn to send it. */
    boolean chunk(int who, ReplicaMessage.Chunk chunk, Decision now) {
        StateReceiver loading = receiver;
        if (loading == null) {
            return now.quorate;
        }
        if (who != now.donor()) {
            return false;
        }
        long end = chunk.offset() + chunk.bytes().remaining();
        if (end > context.settings.stateBytes()) {
            return tooLarge(who, end, now);
        }
        String wrong = loading.chunk(chunk);
        if (wrong != null) {
            giveUp(ReplicaReason.STATE_DAMAGED, "the state that " + members.get(who) + " sends " + wrong);
            return true;
        }
        long acknowledge = loading.acknowledge();
        if (acknowledge >= 0 && standing.maySend()) {
            context.output.send(
                    List.of(members.get(who)), ReplicaCodec.chunkReceived(standing.of(Scope.TRANSFER), acknowledge));
        }
        if (loading.isComplete()) {
            load(who, loading, now);
        }
        return true;
    }

    private void load(int from, StateReceiver loading, Decision now) {
        if (!context.output.loadState(loading.saved())) {
            stayWithout(
                    ReplicaReason.STATE_NOT_ACCEPTED,
                    "the application cannot read the state that " + members.get(from)
                            + " sent; this member stays without it until the view changes");
            return;
        }
        receiver = null;
        loaded = true;
        context.log.replaced(loading.saved());
        boolean more = repeatEarlier(loading);
        context.memory.load(now);
        context.log.store(!more);
        context.output.dropState();
        repeat(loading);
        if (standing.mayPromise()) {
            context.output.multicast(Service.AGREED, ReplicaCodec.ready(standing.of(Scope.DECISION)));
        }
    }

    /**
     * Does on top of the loaded image what was delivered before this view, which makes the state that all holders had when this view began
     * (R14). True if that is another one than the image.
     */
    private boolean repeatEarlier(StateReceiver loading) {
        boolean more = false;
        for (StateReceiver.Later later = loading.nextEarlier(); later != null; later = loading.nextEarlier()) {
            Primary done = later.completed();
            ReplicaMessage.Commands commands = later.commands();
            if (done != null) {
                context.log.completed(done.number());
            } else if (commands != null) {
                more = true;
                context.log.repeat(commands, false);
            }
        }
        return more;
    }

    /** Does on top of the loaded state what was delivered in this view while it was on the way. */
    private void repeat(StateReceiver loading) {
        for (StateReceiver.Later later = loading.next(); later != null; later = loading.next()) {
            Primary done = later.completed();
            ReplicaMessage.Commands commands = later.commands();
            if (done != null) {
                context.log.completed(done.number());
                context.memory.complete(done, false);
                context.log.record();
            } else if (commands != null) {
                context.log.repeat(commands, true);
            }
        }
    }

    /** The donor has not sent what this member has no room for. It stays as it is: joining again would change nothing. */
    boolean tooLarge(int who, long bytes, Decision now) {
        if (receiver == null || who != now.donor()) {
            return false;
        }
        tooLarge = bytes;
        stayWithout(
                ReplicaReason.STATE_TOO_LARGE,
                "the state has " + bytes + " bytes or more, and this member accepts at most "
                        + context.settings.stateBytes()
                        + "; it stays without it until it is started with a larger limit");
        return true;
    }

    /** Nothing would be better after joining again, and each time costs the others two changes of the view (R9). */
    private void stayWithout(ReplicaReason reason, String text) {
        receiver = null;
        context.output.dropState();
        context.reports.report(reason, text);
        context.changeRole(Role.MINORITY);
    }

    private void giveUp(ReplicaReason reason, String text) {
        receiver = null;
        context.output.dropState();
        context.reports.report(reason, text + "; this member joins again");
        context.output.rejoin();
    }
}
