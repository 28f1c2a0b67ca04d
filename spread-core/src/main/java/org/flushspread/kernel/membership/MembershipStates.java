package org.flushspread.kernel.membership;

import static org.flushspread.kernel.base.MembershipState.EVS;
import static org.flushspread.kernel.base.MembershipState.FORM;
import static org.flushspread.kernel.base.MembershipState.GATHER;
import static org.flushspread.kernel.base.MembershipState.OP;
import static org.flushspread.kernel.base.MembershipState.REPRESENTED;
import static org.flushspread.kernel.base.MembershipState.SEG;

import com.google.common.collect.ImmutableList;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.flushspread.config.Daemon;
import org.flushspread.config.Timers;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.DeadlineKind;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.kernel.base.MembershipCause;
import org.flushspread.kernel.base.MembershipState;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.Form1;
import org.flushspread.wire.Form2;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.Join;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.Representative;
import org.jspecify.annotations.Nullable;

/**
 * The states of one daemon and what each event does in them (membership-protocol 4): one method for each state and event that does
 * anything, and one for the entry of each state, which has a named cause. Packets are decoded and valid when they come here.
 *
 * <p>One class because it is the table of membership-protocol 4 in code, which is checked against it side by side. Whom this
 * daemon has found is the {@link Gathering}'s, what becomes of a FORM token is {@link Forming}'s, how a ring is left {@link Leaving}'s,
 * sending the {@link Publisher}'s.
 */
final class MembershipStates {
    private final Context context;
    private final MembershipTimers timers;
    private final FormingRing ring;
    private final Partition partition;
    private final Publisher publisher;
    private final Forming forming;
    private final IdTimes times = new IdTimes();
    private final Unreached unreached;
    private final Gathering gathering;
    private final Impostors impostors;
    private final Leaving leaving;

    private MembershipState state = SEG;
    /** The working membership: me alone from token loss to the next installation. */
    private DaemonMembership membership;
    /** The last one installed; token loss does not change it. */
    private DaemonMembership regular;
    /** The one being installed, in EVS. */
    private DaemonMembership future;

    private @Nullable Representative segmentRep;
    private @Nullable MembershipId formId;
    private boolean foreignForwarded;
    /** After a reload that isolated me: merge again once I am alone. */
    private boolean rejoin;
    /** Attempts since the last installation that got as far as FORM and failed. */
    private int failedAttempts;

    MembershipStates(Context context, Timers timers, FormingRing ring, Partition partition) {
        this.context = context;
        this.timers = new MembershipTimers(context, timers);
        this.ring = ring;
        this.partition = partition;
        this.publisher = new Publisher(context);
        this.forming = new Forming(ring);
        this.unreached = new Unreached(context);
        this.gathering = new Gathering(context);
        this.impostors = new Impostors(context, publisher, timers.lookup(), timers.join());
        this.leaving = new Leaving(context, this.timers, publisher, forming, times, gathering);
        this.membership = alone();
        this.regular = membership;
        this.future = membership;
    }

    /** As if a token was lost in OP: enters SEG (membership-protocol 1, start-up). */
    void start() {
        gathering.potential().expect(context, membership);
        ring.loseToken();
        becomeSeg(MembershipCause.STARTED, null);
    }

    /** A data packet of another ring (membership-protocol 5.6 and 9). */
    void foreign(ByteBuf packet, int index, int length) {
        if (state != OP || unreached.isQuiet()) {
            context.refuse(Reason.FOREIGN_PACKET_IGNORED);
            return;
        }
        if (leads(membership)) {
            lookup(MembershipCause.FOREIGN_DATA);
        } else if (leadsSegment() && !foreignForwarded) {
            foreignForwarded = true;
            publisher.forward(membership.leader(), packet, index, length);
        } else {
            context.refuse(Reason.FOREIGN_PACKET_IGNORED);
        }
    }

    /** The ring installed a regular membership. */
    void installed(DaemonMembership installed) {
        membership = installed;
        regular = installed;
        impostors.installed(installed.ids());
        foreignForwarded = false;
        failedAttempts = 0;
        leaving.again();
        becomeOp(MembershipCause.INSTALLED);
    }

    /** The token is lost (membership-protocol 4.2), whatever noticed it. Nothing happens where no token is alive or awaited. */
    void tokenLost(Reason why) {
        tokenLost(why, null);
    }

    /** {@code from} is the member that gave the loss away; the first ALIVE names it already. */
    private void tokenLost(Reason why, @Nullable Daemon from) {
        switch (state) {
            case OP -> gathering.potential().expect(context, membership);
            case GATHER -> {
                if (!ring.tokenAlive()) {
                    return;
                }
                gathering.potential().followers(gathering.reps());
                gathering.potential().addPotential(context, membership);
            }
            case FORM -> {
                publisher.dropToMyself();
                failedAttempts++;
                failed();
            }
            case EVS -> {
                gathering.potential().expect(context, future);
                failedAttempts++;
            }
            case SEG, REPRESENTED -> {
                return;
            }
        }
        context.ports().report(new Event.TokenLost(why));
        ring.loseToken();
        membership = alone();
        becomeSeg(MembershipCause.ofTokenLoss(why), from);
    }

    /** One of TOKEN, ALIVE, JOIN, REP, SEG, GATHER, LOOKUP fired. */
    void timeout(DeadlineKind kind) {
        switch (kind) {
            case TOKEN -> tokenLost(state == FORM ? Reason.FORM_TIMEOUT : Reason.TOKEN_TIMEOUT);
            case ALIVE -> aliveTimeoutInSeg();
            case JOIN -> joinTimeoutInGather();
            case REP -> repTimeoutInRepresented();
            case SEG -> segTimeoutInSeg();
            case GATHER -> gatherTimeoutInGather();
            case LOOKUP -> lookupTimeoutInOp();
            case LEAVE -> leaving.again();
            case HURRY, PARTITION, HANDSHAKE, STALLED_CLIENT, REPORT -> {}
        }
    }

    /** Work that needs no socket: a FORM2 to myself; the merge after a reload. Before the ring's own end of turn. */
    void turnEnded() {
        Form2 form = publisher.takeToMyself();
        if (form != null) {
            form2InForm(form);
        }
        if (leaving.isDue() && isInRing()) {
            leaving.leave(membership);
        }
        if (rejoin && state == OP) {
            rejoin = false;
            partition.clear();
            if (!timers.isSingle()) {
                lookup(MembershipCause.ISOLATION_ENDED);
            }
        }
    }

    /** True if {@link #turnEnded} has something to do. */
    boolean hasWork() {
        return publisher.hasToMyself() || (rejoin && state == OP) || (leaving.isDue() && isInRing());
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

    MembershipState state() {
        return state;
    }

    /** A token turns, and what this daemon sends is ordered. */
    private boolean isInRing() {
        return state == OP || (state == GATHER && ring.tokenAlive());
    }

    /** True if others would wait for this daemon: it has a ring with them, or is about to. */
    boolean isAwaited() {
        return (isInRing() || state == FORM || state == EVS) && (regular.size() > 1 || !isInRing());
    }

    /** Nothing of this daemon is under way any more: it leaves its ring as soon as it has one (6.8). */
    void leave() {
        leaving.begin();
    }

    /** There is no ring to leave. */
    void leaveNothing() {
        leaving.leaveNothing();
    }

    boolean hasLeft() {
        return leaving.isDone();
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
            case SEG -> aliveInSeg(from);
            case REPRESENTED -> timers.armRep();
            case GATHER -> {
                if (ring.tokenAlive()) {
                    aliveInRing(from, membership);
                } else {
                    gathering.hear(from);
                }
            }
            case FORM -> {}
            case EVS -> aliveInRing(from, future);
        }
    }

    /**
     * A C daemon visits those it heard in the order in which it heard them: who answers at once comes before one who is left out, and can
     * strike him off (6.7).
     */
    private void aliveInSeg(Daemon from) {
        boolean first = !gathering.heard().contains(from.id());
        gathering.hear(from);
        if (first && impostors.isAnyLeftOutOf(context.me().segment())) {
            sendAlive();
        }
    }

    /** A valid REFER. */
    void refer(Representative rep) {
        if (state == GATHER) {
            gathering.potential().insert(rep);
        }
    }

    /** I heard others, and no ring came about. */
    private void failed() {
        unreached.failed();
        impostors.failed();
    }

    private void aliveInRing(Daemon from, DaemonMembership members) {
        if (members.contains(from.id())) {
            impostors.failed();
            tokenLost(Reason.ALIVE_FROM_MEMBER, from);
        }
    }

    /** A valid JOIN. */
    void join(Daemon from, Join join) {
        switch (state) {
            case OP -> joinInOp(from, join);
            case SEG -> joinInSeg(from, join);
            case REPRESENTED -> joinInRepresented(from, join);
            case GATHER -> joinInGather(from, join);
            case FORM -> {}
            case EVS -> joinInEvs(from);
        }
    }

    private void joinInOp(Daemon from, Join join) {
        if (membership.contains(from.id())) {
            // With one segment it is the lookup of my own leader.
            if (context.configuration().segments().size() > 1) {
                impostors.failed();
                tokenLost(Reason.JOIN_FROM_MEMBER);
            }
        } else if (isBesideImpostor(from)) {
            tokenLost(Reason.IMPOSTOR, from);
        } else if (diesBeforeMe(join)) {
            context.refuse(Reason.LEFT_OUT);
        } else if (leads(membership)) {
            gathering.outside(join.sender());
            becomeGather(MembershipCause.JOIN_FROM_OUTSIDE);
        } else if (join.sender().segment() != context.me().segment() || leadsSegment()) {
            Daemon leader = membership.leader();
            publisher.refer(from, new Representative(leader.id(), Representative.Type.RING_REP, leader.segment()));
        }
    }

    private void joinInSeg(Daemon from, Join join) {
        if (actsForMySegment(from, join)) {
            timers.cancel(DeadlineKind.SEG);
            becomeRepresented(MembershipCause.JOIN_FROM_REPRESENTATIVE, join.sender());
            publisher.alive(gathering.heard());
        }
    }

    private void joinInRepresented(Daemon from, Join join) {
        if (actsForMySegment(from, join)) {
            segmentRep = join.sender();
            timers.armRep();
            publisher.alive(gathering.heard());
        } else if (segmentRep != null) {
            publisher.refer(from, segmentRep);
        }
    }

    private void joinInGather(Daemon from, Join join) {
        if (ring.tokenAlive() && isBesideImpostor(from)) {
            tokenLost(Reason.IMPOSTOR, from);
            return;
        }
        if (diesBeforeMe(join)) {
            context.refuse(Reason.LEFT_OUT);
            return;
        }
        gathering.joined(join);
        if (gathering.isSmallest(join.sender().procId())) {
            timers.armGather();
        }
    }

    private void joinInEvs(Daemon from) {
        if (future.contains(from.id())) {
            impostors.failed();
            tokenLost(Reason.JOIN_FROM_MEMBER, from.segment() == context.me().segment() ? from : null);
        }
    }

    /**
     * The JOIN of one who is left out. Where another daemon that does not know better waits for its FORM1, I wait for it too: it comes to
     * me, and I strike its creator off (6.7). But nobody waits for it who would come first without it.
     */
    void joinOfImpostor(Daemon from, Join join) {
        boolean waits = state == SEG || state == REPRESENTED;
        if (waits && !gathering.isFirstHeard()) {
            join(from, join);
        } else {
            context.refuse(Reason.LEFT_OUT);
        }
    }

    /**
     * True if a daemon of my segment gathers, and one is left out there whom it may not know for what he is: it waits for his FORM1, or
     * visits him before a ring that stands; but who has no ring comes first. A ring of mine alone is given up for that, one with others
     * once in each time somebody is left out (6.7).
     */
    private boolean isBesideImpostor(Daemon from) {
        return from.segment() == context.me().segment()
                && impostors.isAnyLeftOutOf(context.me().segment())
                && (membership.size() == 1 || (leads(membership) && impostors.takeTurn()));
    }

    /** True if a FORM1 of those in this JOIN would go to one who is left out, from one who does not know, before it came to me (6.7). */
    private boolean diesBeforeMe(Join join) {
        Representatives all = new Representatives();
        all.insert(gathering.myself(ring.tokenAlive() ? Representative.Type.RING_REP : Representative.Type.SEG_REP));
        for (Representative each : join.reps()) {
            if (each.type() != Representative.Type.POTENTIAL) {
                all.insert(each);
            }
        }
        List<Representative> order = all.sorted(context.configuration());
        for (int i = 1;
                i < order.size() && order.get(i).procId() != context.me().id();
                i++) {
            if (impostors.isLeftOut(order.get(i).procId())) {
                return true;
            }
        }
        return false;
    }

    /** Notes where a packet came from; true if its sender is left out (6.7). */
    boolean hears(Daemon from, @Nullable IpAddress source) {
        return impostors.hears(from, source);
    }

    /** A daemon answered a monitor's question; false if this room did not ask it (6.7). */
    boolean answered(int daemon) {
        return impostors.answered(daemon);
    }

    /** True of a token by one who is left out, while the daemon whose name it has is there too (6.7). */
    boolean isOfAnother(Daemon from, @Nullable IpAddress source) {
        return impostors.isOfAnother(from, source);
    }

    boolean wantsSources() {
        return state != OP || impostors.isWatching();
    }

    private boolean actsForMySegment(Daemon from, Join join) {
        return from.segment() == context.me().segment() && join.sender().type() == Representative.Type.SEG_REP;
    }

    private void aliveTimeoutInSeg() {
        if (state == SEG) {
            sendAlive();
            timers.armAlive();
        }
    }

    private void segTimeoutInSeg() {
        if (state != SEG) {
            return;
        }
        if (gathering.isFirstHeard()) {
            becomeGather(MembershipCause.FIRST_OF_SEGMENT);
        } else {
            becomeRepresented(MembershipCause.OTHER_IS_FIRST, null);
        }
    }

    private void repTimeoutInRepresented() {
        if (state == REPRESENTED) {
            failed();
            becomeSeg(MembershipCause.REPRESENTATIVE_SILENT, null);
        }
    }

    private void joinTimeoutInGather() {
        if (state == GATHER) {
            sendJoin();
        }
    }

    /** The table of membership-protocol 5.5. */
    private void gatherTimeoutInGather() {
        if (state != GATHER) {
            return;
        }
        boolean first = gathering.isSmallest(context.me().id());
        if (!first) {
            failed();
        }
        if (ring.tokenAlive() && !first) {
            becomeOp(MembershipCause.OTHER_CREATES_FORM1);
        } else if (ring.tokenAlive() && gathering.reps().size() == 1) {
            becomeOp(MembershipCause.NOBODY_FOUND);
        } else if (first) {
            createForm1();
        } else if (unreached.isQuiet()) {
            becomeSeg(MembershipCause.NEVER_REACHED, null);
        } else {
            gathering.hearMeOnly();
            gathering.potential().followers(gathering.reps());
            becomeGather(MembershipCause.FORM1_MISSED);
        }
    }

    private void lookupTimeoutInOp() {
        if (state != OP || !leads(membership)) {
            return;
        }
        if (unreached.skipsLookup()) {
            timers.armLookup();
        } else {
            lookup(MembershipCause.LOOKUP);
        }
    }

    /** Membership-protocol 5.6. */
    private void lookup(MembershipCause cause) {
        gathering.outside(null);
        if (publisher.lookup(gathering.myself(Representative.Type.RING_REP), regular)) {
            becomeGather(cause);
        }
    }

    // The entry of each state

    private void enter(MembershipCause cause) {
        if (!cause.leadsFrom(state)) {
            throw new InvariantViolation(
                    "membership-protocol 4.4: each cause leads from its states only", cause + " in " + state);
        }
        state = cause.state();
        context.ports().report(new Event.StateEntered(state, cause));
    }

    /** What is known of the token in a state that was entered: in GATHER it may be alive or not. */
    private void verifyToken() {
        boolean expected = state == OP || state == EVS;
        if (state != GATHER && ring.tokenAlive() != expected) {
            throw new InvariantViolation(
                    "membership-protocol 4: a token is alive in OP and EVS, and none in SEG, REPRESENTED and FORM",
                    state + " with" + (expected ? "out" : "") + " a token");
        }
    }

    private void becomeOp(MembershipCause cause) {
        enter(cause);
        timers.cancel(DeadlineKind.JOIN);
        if (!membership.contains(context.me().id())) {
            throw new InvariantViolation(
                    "membership-protocol 12 P2: I am in each of my memberships", membership.toString());
        }
        if (leads(membership)) {
            timers.armLookup();
        }
        verifyToken();
    }

    /** {@code from} is the member that gave the loss of the token away; the first ALIVE names it already. */
    private void becomeSeg(MembershipCause cause, @Nullable Daemon from) {
        enter(cause);
        timers.cancelAll();
        gathering.hearMeOnly();
        if (from != null) {
            gathering.hear(from);
        }
        sendAlive();
        timers.armAlive();
        timers.armSeg(failedAttempts);
        verifyToken();
    }

    /** {@code rep} is who acts for me, as far as it has said so. */
    private void becomeRepresented(MembershipCause cause, @Nullable Representative rep) {
        enter(cause);
        timers.cancel(DeadlineKind.ALIVE);
        segmentRep = rep;
        timers.armRep();
        verifyToken();
    }

    private void becomeGather(MembershipCause cause) {
        enter(cause);
        timers.cancel(DeadlineKind.ALIVE);
        timers.cancel(DeadlineKind.LOOKUP);
        gathering.represent(ring.tokenAlive() ? Representative.Type.RING_REP : Representative.Type.SEG_REP);
        sendJoin();
        timers.armGather();
    }

    /** Steps 5 and 6 of 6.2, steps 4, 6 and 7 of 6.3. */
    private void becomeForm(MembershipCause cause, Forming.Step step) {
        enter(cause);
        Form1 form = step.form();
        formId = form.id();
        gathering.remember(form);
        timers.cancelAll();
        ring.enterForm(step.reported());
        verifyToken();
        timers.armForm();
        Integer next = Forming.nextHop(form);
        if (next == null) {
            publisher.form2(Forming.complete(form, context.configuration()));
        } else {
            publisher.form1(next, form);
        }
    }

    /** Steps 3 to 9 of 6.5. */
    private void becomeEvs(MembershipCause cause, Forming.NewRing made, int fence) {
        enter(cause);
        future = made.future();
        ring.recover(future, made.mine(), fence);
        verifyToken();
        if (made.onward().pending().isEmpty()) {
            ring.sendFirstToken();
        } else {
            publisher.form2(made.onward());
        }
    }

    private void sendAlive() {
        if (!unreached.isQuiet()) {
            publisher.alive(gathering.heard());
        }
    }

    /** A ring leader's JOIN goes to potential representatives only (membership-protocol 2.13). */
    private void sendJoin() {
        timers.armJoin();
        if (unreached.isQuiet()) {
            return;
        }
        publisher.join(gathering.heard(), gathering.reps().toList(), gathering.potential(), ring.tokenAlive());
    }

    /** Membership-protocol 6.2. */
    private void createForm1() {
        int me = context.me().id();
        MembershipId id = new MembershipId(me, times.next(context.epochSeconds()));
        List<Integer> others = gathering.followers(ring.tokenAlive() ? membership : null);
        List<Representative> reps = gathering.reps().sorted(context.configuration());
        becomeForm(MembershipCause.FORM1_CREATED, forming.create(me, id, others, reps));
    }

    /** A valid FORM1; a copy in FORM or EVS is swallowed. */
    void form1(Form1 token) {
        int me = context.me().id();
        Form1 form = impostors.without(token, ring.tokenAlive());
        if (form == null) {
            context.refuse(Reason.LEFT_OUT);
            return;
        }
        if (leaving.isWanted()) {
            boolean expected = state == OP || state == REPRESENTED || state == GATHER;
            if (!expected || !leaving.passOn(form)) {
                context.refuse(Reason.FORM_NOT_EXPECTED, "FORM1");
            }
            return;
        }
        Forming.Step step = switch (state) {
            case OP -> leads(membership) ? form1OfLeaver(form) : forming.visitMember(me, form);
            case REPRESENTED -> forming.visitMember(me, form);
            case GATHER -> form1InGather(form);
            case SEG, FORM, EVS -> null;
        };
        if (step == null) {
            context.refuse(Reason.FORM_NOT_EXPECTED, "FORM1");
        } else {
            becomeForm(MembershipCause.FORM1_VISITED, step);
        }
    }

    /** The leader of a ring that stands takes a FORM1 of nobody but a member that leaves (6.8). */
    private Forming.@Nullable Step form1OfLeaver(Form1 form) {
        return form.visited().isEmpty() && membership.contains(form.id().procId())
                ? forming.visitRepresentative(
                        context.me().id(), form, Representative.Type.RING_REP, gathering.followers(membership, form))
                : null;
    }

    private Forming.@Nullable Step form1InGather(Form1 form) {
        int me = context.me().id();
        boolean token = ring.tokenAlive();
        List<Integer> others = gathering.followers(token ? membership : null, form);
        return forming.visitRepresentative(
                me, form, token ? Representative.Type.RING_REP : Representative.Type.SEG_REP, others);
    }

    /** Membership-protocol 6.5; state FORM. */
    void form2InForm(Form2 form) {
        if (!form.id().equals(formId)) {
            context.refuse(Reason.FORM_NOT_EXPECTED, "another FORM1");
            return;
        }
        int me = context.me().id();
        String fault = Validity.fault(form, context.configuration(), me);
        if (fault != null) {
            context.refuse(Reason.MALFORMED_FORM2, fault);
            return;
        }
        String passedBy = Validity.passedBy(form, me, ring.membershipId(), ring.highestSequence());
        if (passedBy != null) {
            context.refuse(Reason.FORM_NOT_EXPECTED, passedBy);
            return;
        }
        Forming.NewRing made = forming.accept(context, form, times);
        publisher.dropToMyself();
        becomeEvs(MembershipCause.FORM2_VISITED, made, form.fence());
    }

    private DaemonMembership alone() {
        return new DaemonMembership(new MembershipId(context.me().id(), -1), ImmutableList.of(context.me()));
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
