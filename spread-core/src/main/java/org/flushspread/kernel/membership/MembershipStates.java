package org.flushspread.kernel.membership;

import com.google.common.collect.ImmutableList;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.config.Daemon;
import org.flushspread.config.Timers;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.DeadlineKind;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.Form1;
import org.flushspread.wire.Form2;
import org.flushspread.wire.Join;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.Representative;
import org.jspecify.annotations.Nullable;

/**
 * The states of one daemon and what each event does in them (membership-protocol 4): one method for each state and event that does
 * anything. Packets are decoded and valid when they come here.
 *
 * <p>FORM2 to myself does not travel: it is kept until {@link #turnEnded} and then processed as if it had (15, pitfall 10).
 *
 * <p>Where only one daemon is configured nobody can answer: SEG and GATHER then last no time and there is no lookup, so that it serves
 * at once. This differs from the C daemon on purpose.
 */
final class MembershipStates {
    /** After so many attempts in a row that came to nothing, SEG lasts longer by chance. */
    private static final int ATTEMPTS_IN_STEP = 2;

    private final Context context;
    private final Timers timers;
    private final FormingRing ring;
    private final Partition partition;
    private final Sender sender;
    private final Forming forming;
    private final IdTimes times = new IdTimes();
    private final Unreached unreached;

    private State state = State.SEG;
    /** The working membership: me alone from token loss to the next installation. */
    private DaemonMembership membership;
    /** The last one installed; token loss does not change it. */
    private DaemonMembership regular;
    /** The one being installed, in EVS. */
    private DaemonMembership future;

    /** Daemons of my segment heard by ALIVE, in the order of hearing; ids, which a reload does not touch. */
    private final List<Integer> heard = new ArrayList<>();
    /** Representatives that take part in my gathering, I am the first. */
    private final Representatives reps = new Representatives();
    /** Where JOIN is sent. */
    private final Representatives potentialReps = new Representatives();

    private @Nullable Representative segmentRep;
    private @Nullable MembershipId formId;
    private @Nullable Form2 toMyself;
    private boolean foreignForwarded;
    /** After a reload that isolated me: merge again once I am alone. */
    private boolean rejoin;
    /** Attempts since the last installation that got as far as FORM and failed. */
    private int failedAttempts;

    MembershipStates(Context context, Timers timers, FormingRing ring, Partition partition) {
        this.context = context;
        this.timers = timers;
        this.ring = ring;
        this.partition = partition;
        this.sender = new Sender(context);
        this.forming = new Forming(ring);
        this.unreached = new Unreached(context);
        this.membership = alone();
        this.regular = membership;
        this.future = membership;
    }

    /** As if a token was lost in OP: enters SEG (membership-protocol 1, start-up). */
    void start() {
        potentialReps.expect(context, membership);
        ring.loseToken();
        enterSeg(null);
    }

    /** A data packet of another ring (membership-protocol 5.6 and 9). */
    void foreign(ByteBuf packet, int index, int length) {
        if (state != State.OP || unreached.isQuiet()) {
            context.refuse(Reason.FOREIGN_PACKET_IGNORED);
            return;
        }
        if (leads(membership)) {
            lookup();
        } else if (leadsSegment() && !foreignForwarded) {
            foreignForwarded = true;
            sender.forward(membership.leader(), packet, index, length);
        } else {
            context.refuse(Reason.FOREIGN_PACKET_IGNORED);
        }
    }

    /** The ring installed a regular membership. */
    void installed(DaemonMembership installed) {
        membership = installed;
        regular = installed;
        state = State.OP;
        foreignForwarded = false;
        failedAttempts = 0;
        armLookup();
    }

    /** The token is lost (membership-protocol 4.2), whatever noticed it. Nothing happens where no token is alive or awaited. */
    void tokenLost(Reason why) {
        tokenLost(why, null);
    }

    /** {@code from} is the member that gave the loss away; the first ALIVE names it already. */
    private void tokenLost(Reason why, @Nullable Daemon from) {
        switch (state) {
            case OP -> potentialReps.expect(context, membership);
            case GATHER -> {
                if (!ring.tokenAlive()) {
                    return;
                }
                potentialReps.followers(reps);
                potentialReps.addPotential(context, membership);
            }
            case FORM -> {
                toMyself = null;
                failedAttempts++;
                unreached.failed();
            }
            case EVS -> {
                potentialReps.expect(context, future);
                failedAttempts++;
            }
            case SEG, REPRESENTED -> {
                return;
            }
        }
        context.ports().report(new Event.TokenLost(why));
        ring.loseToken();
        membership = alone();
        enterSeg(from);
    }

    /** One of TOKEN, ALIVE, JOIN, REP, SEG, GATHER, LOOKUP fired. */
    void timeout(DeadlineKind kind) {
        switch (kind) {
            case TOKEN -> tokenLost(state == State.FORM ? Reason.FORM_TIMEOUT : Reason.TOKEN_TIMEOUT);
            case ALIVE -> aliveTimeoutInSeg();
            case JOIN -> joinTimeoutInGather();
            case REP -> repTimeoutInRepresented();
            case SEG -> segTimeoutInSeg();
            case GATHER -> gatherTimeoutInGather();
            case LOOKUP -> lookupTimeoutInOp();
            case HURRY, PARTITION, HANDSHAKE, REPORT -> {}
        }
    }

    /** Work that needs no socket: a FORM2 to myself; the merge after a reload. Before the ring's own end of turn. */
    void turnEnded() {
        Form2 form = toMyself;
        if (form != null) {
            toMyself = null;
            form2InForm(form);
        }
        if (rejoin && state == State.OP) {
            rejoin = false;
            partition.clear();
            if (!single()) {
                lookup();
            }
        }
    }

    /** True if {@link #turnEnded} has something to do. */
    boolean hasWork() {
        return toMyself != null || (rejoin && state == State.OP);
    }

    /**
     * A new configuration is in force (membership-protocol 10); only in OP. Gives up the token, so that a membership of those who loaded
     * it too follows.
     *
     * @param alone first form a ring of my own, so that clients see all others leave and come back
     */
    void reloaded(boolean alone) {
        if (alone) {
            partition.isolate();
            rejoin = true;
        }
        tokenLost(Reason.RELOAD);
    }

    State state() {
        return state;
    }

    /** The last regular membership, also while another one is formed. */
    DaemonMembership regular() {
        return regular;
    }

    /** A FORM token of another daemon came, whatever it is worth. */
    void reached() {
        unreached.reached();
    }

    /** True of a daemon that no token reaches (membership-protocol 6.6). */
    boolean isQuiet() {
        return unreached.isQuiet();
    }

    /** A valid ALIVE of a daemon of my segment. */
    void alive(Daemon from) {
        switch (state) {
            case OP -> aliveInRing(from, membership);
            case SEG -> hear(from);
            case REPRESENTED -> context.arm(DeadlineKind.REP, timers.rep());
            case GATHER -> {
                if (ring.tokenAlive()) {
                    aliveInRing(from, membership);
                } else {
                    hear(from);
                }
            }
            case FORM -> {}
            case EVS -> aliveInRing(from, future);
        }
    }

    /** A valid REFER. */
    void refer(Representative rep) {
        if (state == State.GATHER) {
            potentialReps.insert(rep);
        }
    }

    private void aliveInRing(Daemon from, DaemonMembership members) {
        if (members.contains(from.id())) {
            tokenLost(Reason.ALIVE_FROM_MEMBER, from);
        }
    }

    /** A valid JOIN. */
    void join(Daemon from, Join join) {
        switch (state) {
            case OP -> joinInOp(from, join);
            case SEG -> joinInSeg(from, join);
            case REPRESENTED -> joinInRepresented(from, join);
            case GATHER -> joinInGather(join);
            case FORM -> {}
            case EVS -> joinInEvs(from);
        }
    }

    private void joinInOp(Daemon from, Join join) {
        if (membership.contains(from.id())) {
            // With one segment it is the lookup of my own leader.
            if (context.configuration().segments().size() > 1) {
                tokenLost(Reason.JOIN_FROM_MEMBER);
            }
        } else if (leads(membership)) {
            potentialReps.clear();
            potentialReps.insert(join.sender());
            heard.clear();
            enterGather();
        } else if (join.sender().segment() != context.me().segment() || leadsSegment()) {
            Daemon leader = membership.leader();
            sender.refer(from, new Representative(leader.id(), Representative.Type.RING_REP, leader.segment()));
        }
    }

    private void joinInSeg(Daemon from, Join join) {
        if (actsForMySegment(from, join)) {
            context.cancel(DeadlineKind.ALIVE);
            context.cancel(DeadlineKind.SEG);
            state = State.REPRESENTED;
            joinFromMyRep(join);
        }
    }

    private void joinInRepresented(Daemon from, Join join) {
        if (actsForMySegment(from, join)) {
            joinFromMyRep(join);
        } else if (segmentRep != null) {
            sender.refer(from, segmentRep);
        }
    }

    private void joinFromMyRep(Join join) {
        segmentRep = join.sender();
        context.arm(DeadlineKind.REP, timers.rep());
        sender.alive(heard);
    }

    private void joinInGather(Join join) {
        Representative from = join.sender();
        reps.insert(from);
        for (Representative each : join.reps()) {
            potentialReps.insert(each);
        }
        Representative smallest = reps.smallest(context.configuration());
        if (smallest != null && smallest.procId() == from.procId()) {
            armGather();
        }
    }

    private void joinInEvs(Daemon from) {
        if (future.contains(from.id())) {
            tokenLost(Reason.JOIN_FROM_MEMBER, from.segment() == context.me().segment() ? from : null);
        }
    }

    private boolean actsForMySegment(Daemon from, Join join) {
        return from.segment() == context.me().segment() && join.sender().type() == Representative.Type.SEG_REP;
    }

    private void aliveTimeoutInSeg() {
        if (state == State.SEG) {
            sendAlive();
            context.arm(DeadlineKind.ALIVE, timers.alive());
        }
    }

    private void segTimeoutInSeg() {
        if (state != State.SEG) {
            return;
        }
        context.cancel(DeadlineKind.ALIVE);
        if (smallestHeard() == context.me().id()) {
            enterGather();
        } else {
            segmentRep = null;
            state = State.REPRESENTED;
            context.arm(DeadlineKind.REP, timers.rep());
        }
    }

    private void repTimeoutInRepresented() {
        if (state == State.REPRESENTED) {
            unreached.failed();
            enterSeg(null);
        }
    }

    private void joinTimeoutInGather() {
        if (state == State.GATHER) {
            sendJoin();
        }
    }

    /** The table of membership-protocol 5.5. */
    private void gatherTimeoutInGather() {
        if (state != State.GATHER) {
            return;
        }
        Representative smallest = reps.smallest(context.configuration());
        boolean first = smallest != null && smallest.procId() == context.me().id();
        if (!first) {
            unreached.failed();
        }
        if (ring.tokenAlive() && (!first || reps.size() == 1)) {
            context.cancel(DeadlineKind.JOIN);
            state = State.OP;
            armLookup();
        } else if (first) {
            createForm1();
        } else if (unreached.isQuiet()) {
            enterSeg(null);
        } else {
            heard.clear();
            heard.add(context.me().id());
            potentialReps.followers(reps);
            enterGather();
        }
    }

    private void lookupTimeoutInOp() {
        if (state != State.OP || !leads(membership)) {
            return;
        }
        if (unreached.skipsLookup()) {
            armLookup();
        } else {
            lookup();
        }
    }

    /** Membership-protocol 5.6. */
    private void lookup() {
        potentialReps.clear();
        heard.clear();
        List<Representative> me = List.of(myself(Representative.Type.RING_REP));
        boolean sent = false;
        if (context.configuration().segments().size() == 1) {
            sent = sender.joinSegment(List.of(), me);
        } else {
            for (Daemon each : context.configuration().daemons()) {
                if (!regular.contains(each.id())) {
                    sender.join(each, List.of(), me);
                    sent = true;
                }
            }
        }
        if (sent) {
            enterGather();
        }
    }

    private void enterSeg(@Nullable Daemon from) {
        cancelAll();
        state = State.SEG;
        heard.clear();
        heard.add(context.me().id());
        if (from != null) {
            hear(from);
        }
        sendAlive();
        context.arm(DeadlineKind.ALIVE, timers.alive());
        context.arm(DeadlineKind.SEG, single() ? Duration.ZERO : segTime());
    }

    private void sendAlive() {
        if (!unreached.isQuiet()) {
            sender.alive(heard);
        }
    }

    /**
     * Timers that are multiples of one another let daemons miss one another in step for ever: those of a failed FORM time out around the
     * JOIN of the one they missed, the last of them just behind it, and then that one is missed. Chance ends it (membership-protocol 13:
     * other timers are safe).
     */
    private Duration segTime() {
        Duration seg = timers.seg();
        return failedAttempts < ATTEMPTS_IN_STEP
                ? seg
                : seg.plusNanos(context.random().nextLong(seg.toNanos() + 1));
    }

    private void enterGather() {
        context.cancel(DeadlineKind.ALIVE);
        context.cancel(DeadlineKind.LOOKUP);
        state = State.GATHER;
        reps.clear();
        reps.insert(myself(ring.tokenAlive() ? Representative.Type.RING_REP : Representative.Type.SEG_REP));
        sendJoin();
        armGather();
    }

    /** A ring leader's JOIN goes to potential representatives only (membership-protocol 2.13). */
    private void sendJoin() {
        context.arm(DeadlineKind.JOIN, timers.join());
        if (unreached.isQuiet()) {
            return;
        }
        List<Representative> all = reps.toList();
        if (!ring.tokenAlive()) {
            sender.joinSegment(heard, all);
        }
        for (int i = 0; i < potentialReps.size(); i++) {
            Daemon to = context.configuration().byId(potentialReps.get(i).procId());
            if (to != null) {
                sender.join(to, heard, all);
            }
        }
    }

    /** Membership-protocol 6.2. */
    private void createForm1() {
        int me = context.me().id();
        MembershipId id = new MembershipId(me, times.next(context.epochSeconds()));
        List<Integer> others = ring.tokenAlive() ? membership.ids() : new ArrayList<>(heard);
        others.removeIf(each -> each == me || reps.contains(each));
        sendOn(forming.create(me, id, others, reps.sorted(context.configuration())));
    }

    /** A valid FORM1; a copy in FORM or EVS is swallowed. */
    void form1(Form1 form) {
        int me = context.me().id();
        Forming.Step step = switch (state) {
            case OP -> leads(membership) ? null : forming.visitMember(me, form);
            case REPRESENTED -> forming.visitMember(me, form);
            case GATHER -> form1InGather(form);
            case SEG, FORM, EVS -> null;
        };
        if (step == null) {
            context.refuse(Reason.FORM_NOT_EXPECTED, "FORM1");
        } else {
            sendOn(step);
        }
    }

    private Forming.@Nullable Step form1InGather(Form1 form) {
        int me = context.me().id();
        boolean token = ring.tokenAlive();
        List<Integer> others = token ? membership.ids() : new ArrayList<>(heard);
        others.removeIf(each -> each == me || form.visited().contains(each));
        if (!token) {
            others.removeIf(each -> reps.contains(each) || Representatives.contains(form.reps(), each));
        }
        return forming.visitRepresentative(
                me, form, token ? Representative.Type.RING_REP : Representative.Type.SEG_REP, others);
    }

    /** Steps 5 and 6 of 6.2, steps 4, 6 and 7 of 6.3. */
    private void sendOn(Forming.Step step) {
        Form1 form = step.form();
        formId = form.id();
        potentialReps.clear();
        for (Representative each : form.reps()) {
            if (each.segment() != context.me().segment()) {
                potentialReps.insert(new Representative(each.procId(), Representative.Type.POTENTIAL, each.segment()));
            }
        }
        cancelAll();
        state = State.FORM;
        ring.enterForm(step.reported());
        context.arm(DeadlineKind.TOKEN, timers.form());
        Integer next = Forming.nextHop(form);
        if (next != null) {
            Daemon to = context.configuration().byId(next);
            if (to != null) {
                sender.form1(to, form);
            }
        } else {
            sendOn(Forming.complete(form, context.configuration()));
        }
    }

    private void sendOn(Form2 form) {
        if (form.pending().isEmpty()) {
            return;
        }
        Daemon to = context.configuration().byId(form.pending().get(0));
        if (to == null) {
            return;
        }
        if (to.id() == context.me().id()) {
            toMyself = form;
        } else {
            sender.form2(to, form);
        }
    }

    /** Membership-protocol 6.5; state FORM. */
    void form2InForm(Form2 form) {
        if (!form.id().equals(formId)) {
            context.refuse(Reason.FORM_NOT_EXPECTED, "another FORM1");
            return;
        }
        String fault =
                Validity.fault(form, context.configuration(), context.me().id(), ring.membershipId());
        if (fault != null) {
            context.refuse(Reason.MALFORMED_FORM2, fault);
            return;
        }
        Forming.NewRing made = forming.accept(context, form, times);
        toMyself = null;
        future = made.future();
        state = State.EVS;
        ring.recover(future, made.mine(), form.fence());
        if (made.onward().pending().isEmpty()) {
            ring.sendFirstToken();
        } else {
            sendOn(made.onward());
        }
    }

    private void hear(Daemon from) {
        if (!heard.contains(from.id())) {
            heard.add(from.id());
        }
    }

    private int smallestHeard() {
        for (Daemon each : context.configuration().daemons()) {
            if (heard.contains(each.id())) {
                return each.id();
            }
        }
        return context.me().id();
    }

    private void armGather() {
        context.arm(DeadlineKind.GATHER, single() ? Duration.ZERO : timers.gather());
    }

    private void armLookup() {
        if (leads(membership) && !single()) {
            context.arm(DeadlineKind.LOOKUP, timers.lookup());
        }
    }

    private void cancelAll() {
        context.cancel(DeadlineKind.TOKEN);
        context.cancel(DeadlineKind.ALIVE);
        context.cancel(DeadlineKind.JOIN);
        context.cancel(DeadlineKind.REP);
        context.cancel(DeadlineKind.SEG);
        context.cancel(DeadlineKind.GATHER);
        context.cancel(DeadlineKind.LOOKUP);
    }

    private boolean single() {
        return context.configuration().daemons().size() == 1;
    }

    private DaemonMembership alone() {
        return new DaemonMembership(new MembershipId(context.me().id(), -1), ImmutableList.of(context.me()));
    }

    private Representative myself(Representative.Type type) {
        return new Representative(context.me().id(), type, context.me().segment());
    }

    private boolean leads(DaemonMembership members) {
        return members.leader().id() == context.me().id();
    }

    /** True if I am the first member of my segment. */
    private boolean leadsSegment() {
        for (Daemon each : membership.members()) {
            if (each.segment() == context.me().segment()) {
                return each.id() == context.me().id();
            }
        }
        return false;
    }
}
