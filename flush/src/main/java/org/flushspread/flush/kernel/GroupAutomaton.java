package org.flushspread.flush.kernel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * View synchrony of one connection in one group, from the first Spread membership that contains the connection to its self-leave
 * (flush-protocol 3). Letters in comments are those of flush-protocol 3.1: F the installed view, Q the pending changes, C the one worked on,
 * E the early consents, R the FLUSH_RECVs, P the postponed data.
 *
 * <p>F and each change in Q have a transitional flag of their own; sharing one is what breaks the C library (quirk Q2).
 */
class GroupAutomaton {
    private final String group;
    private final String self;
    private final FlushOutput output;
    private final FlushCounters counters;
    private final GroupRules rules;
    private final FlushLimits limits;
    private final Exclusion exclusion;
    private final List<String> toGroup;

    private MembershipState membershipState = MembershipState.JOINING;
    private ViewState viewState = ViewState.AGREE;
    private Change installed;
    private List<String> latestMembers;
    private final Deque<Change> pending = new ArrayDeque<>();
    private long pendingMembers;
    private @Nullable Change current;
    private final EarlyConsents early;
    private final Set<String> receivedBy = new HashSet<>();
    private int receivedByMembers;
    /** In the transitional period of the Spread group. */
    private boolean losing;
    /** The others go on without this connection (exclusion E7). */
    private boolean out;

    private final List<GroupEvent.Data> postponed = new ArrayList<>();
    private long postponedBytes;
    private @Nullable FlushReason failure;

    /** The automaton of a joiner, before its first membership is processed (flush-protocol 3.1, creation). */
    GroupAutomaton(String group, String self, FlushOutput output, FlushCounters counters, GroupRules rules) {
        this.group = group;
        this.self = self;
        this.output = output;
        this.counters = counters;
        this.rules = rules;
        this.limits = rules.limits();
        this.exclusion = exclusion(rules);
        this.toGroup = List.of(group);
        this.early = new EarlyConsents(limits, counters);
        this.installed = new Change(GroupId.NONE, List.of(self), ServiceType.CAUSED_BY_JOIN, self, 0);
        this.installed.transitional = true;
        this.latestMembers = installed.members();
    }

    // ---- Spread events

    /** A regular membership that contains this connection (flush-protocol 3.2, MEMB). {@code vsSet} is the local one. */
    void membership(GroupId id, int cause, List<String> members, List<String> vsSet, long nowNanos) {
        if (isOut()) {
            return;
        }
        exclusion.at(nowNanos);
        boolean network = cause == ServiceType.CAUSED_BY_NETWORK;
        if (vsSet.isEmpty() || (network && !vsSet.contains(self)) || (!network && vsSet.size() != 1)) {
            failure = FlushReason.MALFORMED_MEMBERSHIP;
            return;
        }
        pendingMembers += members.size();
        if (pending.size() >= limits.pendingChanges() || pendingMembers > limits.pendingMembers()) {
            failure = FlushReason.PENDING_LIMIT;
            return;
        }
        Change change = new Change(id, members, cause, network ? null : vsSet.get(0), nowNanos);
        for (String name : early.take(id)) {
            consent(change, name, 1);
        }
        List<String> leavers = leavers(cause, vsSet);
        exclusion.membership(leavers, latestMembers, change);
        boolean shrunk = installed.lose(leavers);
        early.age();
        if (!pending.isEmpty() && !leavers.isEmpty()) {
            collapse(leavers, change);
        }
        if (network) {
            // One inside the transitional period is followed by a signal of its own at once (groups-protocol 10-9).
            losing = false;
            endOfTransitionalPeriod();
        }
        pending.addLast(change);
        latestMembers = members;
        if (pending.peekFirst() != current) {
            discardPostponed();
            next();
        }
        if (shrunk) {
            signal();
        }
    }

    private void signal() {
        if (!installed.transitional) {
            installed.transitional = true;
            output.event(new GroupEvent.Transition(group));
        }
    }

    /** True after the exclusion of this connection: whatever comes is dropped. */
    private boolean isOut() {
        if (out) {
            counters.count(FlushReason.EXCLUDED_MYSELF);
        }
        return out;
    }

    /** The daemon lost somebody, who exactly comes with the next network membership (flush-protocol 3.3, SP TRANSITION). */
    void transition() {
        if (isOut()) {
            return;
        }
        losing = true;
        if (flagsPendingChanges()) {
            for (Change change : pending) {
                change.transitional = true;
            }
        }
        signal();
    }

    void selfLeave() {
        output.event(new GroupEvent.SelfLeave(group));
    }

    /**
     * A consent.
     *
     * @param names members that its sender takes for silent or holds for excluded (exclusion E3, E8)
     */
    void flushOk(GroupId id, String from, List<String> names) {
        if (isOut()) {
            return;
        }
        counters.flushOksReceived++;
        long place = exclusion.heard(from);
        Change change = find(id);
        if (change == null) {
            if (keepsEarlyConsents()) {
                early.add(id, from);
            }
            return;
        }
        if (change.isExcluded(from)) {
            counters.count(FlushReason.CONSENT_OF_EXCLUDED);
            return;
        }
        long before = change.consentedAt(from);
        consent(change, from, place);
        if (change == current && from.equals(self)) {
            exclusion.returned(place);
        }
        if (exclusion.isOn() && change.isLive(from)) {
            excludeNamed(change, from, before, names);
        }
        Change head = current;
        if (head != null && !out && viewState == ViewState.AGREE && isComplete(head)) {
            install(head);
        }
    }

    private void consent(Change change, String from, long place) {
        if (!change.consent(from, place)) {
            counters.count(FlushReason.CONSENT_OF_STRANGER);
        }
    }

    /** Exclusion E4 and E8; {@code before} is the place of the sender's consent before this one, 0 if this is its first. */
    private void excludeNamed(Change change, String from, long before, List<String> names) {
        for (String who : names) {
            if (who.equals(from) || !change.isLive(who) || !isRightlyNamed(change, who, before)) {
                counters.count(FlushReason.NAMED_IN_VAIN);
            } else {
                exclude(change, who);
            }
        }
    }

    /** Takes a member out of a change and all older ones, and out of what is installed. */
    private void exclude(Change newest, String who) {
        for (Change change : pending) {
            if (change == newest || !change.hasConsented(who)) {
                change.exclude(who);
            } else {
                change.bar(who);
            }
            if (change == newest) {
                break;
            }
        }
        excluded(who);
    }

    private void excluded(String who) {
        counters.membersExcluded++;
        exclusion.hold(who);
        if (who.equals(self)) {
            out = true;
            discardPostponed();
            if (membershipState != MembershipState.LEAVING) {
                membershipState = MembershipState.LEAVING;
                output.event(new GroupEvent.Excluded(group));
                output.send(Outgoing.of(ServiceType.LEAVE_MESS, toGroup, (short) 0, Outgoing.NO_TRAILER));
            }
        } else if (bars(installed, who) && !out) {
            signal();
        }
    }

    /** @param names of a roll call: members that do not belong here (exclusion E9) */
    void flushRecv(GroupId id, String from, List<String> names) {
        if (isOut() || isRollCall(id, from)) {
            if (!out) {
                callRoll(id, from, names);
            }
            return;
        }
        Change view = viewState == ViewState.AGREE ? current : viewState == ViewState.VERIFY ? installed : null;
        if (view == null || !view.id.equals(id)) {
            counters.count(FlushReason.CONFIRMATION_NOT_AWAITED);
            return;
        }
        // Distinct members, not messages (quirk Q10).
        if (!view.isMember(from)) {
            counters.count(FlushReason.CONFIRMATION_OF_STRANGER);
        } else if (receivedBy.add(from)) {
            receivedByMembers++;
        }
        if (viewState == ViewState.VERIFY && receivedByMembers == installed.size()) {
            viewState = ViewState.STEADY;
        }
    }

    /** Data to the group. {@code wrappedIn} is the view its sender named, or null if it named none. */
    void data(GroupEvent.Data message, @Nullable GroupId wrappedIn) {
        if (isOut()) {
            return;
        }
        Change change = current;
        if (viewState == ViewState.AGREE && change != null && change.id.equals(wrappedIn)) {
            postpone(message, change);
        } else if (wrappedIn != null && !isOfInstalledView(wrappedIn)) {
            counters.count(FlushReason.FOREIGN_VIEW);
        } else if (mayDeliver(message.sender()) || (wrappedIn != null && isBeingLost(message.sender()))) {
            counters.messagesDelivered++;
            output.event(message);
        } else {
            counters.count(
                    installed.isBarred(message.sender()) || exclusion.holds(message.sender())
                            ? FlushReason.SENDER_EXCLUDED
                            : FlushReason.SENDER_NOT_IN_VIEW);
        }
    }

    // ---- time, and what other layers know

    /**
     * Time has passed, and what waited in the socket was read (exclusion E10). Says again what it waits for if that is due (E2).
     *
     * @return nanoseconds after which it wants to be called again, if nothing comes in; {@link Long#MAX_VALUE} for never
     */
    long tick(long nowNanos) {
        exclusion.at(nowNanos);
        Change change = current;
        if (!exclusion.isOn()
                || out
                || change == null
                || viewState != ViewState.AGREE
                || membershipState == MembershipState.LEAVING) {
            return Long.MAX_VALUE;
        }
        long left = exclusion.untilRepeat();
        if (left > 0) {
            return left;
        }
        counters.consentsRepeated++;
        sendFlushOk(change, exclusion.silent(change, membershipState == MembershipState.JOINING));
        return Long.MAX_VALUE;
    }

    /** Asks all members of the view to consent again, but for these (exclusion E9). */
    @Nullable
    SpreadCode rollCall(List<String> without) {
        if (membershipState != MembershipState.JOINED) {
            return SpreadCode.ILLEGAL_GROUP;
        }
        GroupId id = afterRollCall(installed.id);
        if (!exclusion.isOn() || !pending.isEmpty() || id == null) {
            return SpreadCode.ILLEGAL_STATE;
        }
        output.send(control(ServiceType.AGREED_MESS, FlushService.FLUSH_RECV, id, without));
        return null;
    }

    /** The id of the change that a roll call in this view makes; null if there have been too many. */
    private static @Nullable GroupId afterRollCall(GroupId id) {
        int calls = id.index() >>> 24;
        return calls == 255 ? null : new GroupId(id.membershipId(), id.index() + (1 << 24));
    }

    private boolean isRollCall(GroupId id, String from) {
        return exclusion.isOn() && mayCallRoll() && installed.isLive(from) && id.equals(afterRollCall(installed.id));
    }

    private void callRoll(GroupId id, String from, List<String> without) {
        counters.rollCalls++;
        for (String who : without) {
            if (!who.equals(from) && installed.isLive(who)) {
                excluded(who);
            }
        }
        if (!out) {
            List<String> members = installed.liveMembers();
            pendingMembers += members.size();
            pending.addLast(new Change(id, members, ServiceType.CAUSED_BY_NETWORK, null, exclusion.now()));
            next();
        }
    }

    // ---- calls of the application; null is success

    @Nullable
    SpreadCode leave() {
        if (membershipState != MembershipState.JOINED) {
            return SpreadCode.ILLEGAL_GROUP;
        }
        membershipState = MembershipState.LEAVING;
        return null;
    }

    @Nullable
    SpreadCode flush() {
        if (membershipState == MembershipState.LEAVING) {
            return SpreadCode.ILLEGAL_GROUP;
        }
        Change change = current;
        if (viewState != ViewState.AUTHORIZE || change == null) {
            return SpreadCode.ILLEGAL_STATE;
        }
        viewState = ViewState.AGREE;
        sendFlushOk(change, exclusion.heldOf(change));
        return null;
    }

    /** Checks 6 and 7 of a send (flush-protocol 2.3). */
    @Nullable
    SpreadCode maySend() {
        if (membershipState != MembershipState.JOINED) {
            return SpreadCode.ILLEGAL_GROUP;
        }
        return refusesSendsAfterFlush() && viewState == ViewState.AGREE ? SpreadCode.ILLEGAL_STATE : null;
    }

    boolean isInInstalledView(String who) {
        return installed.isMember(who);
    }

    /** True if data of this service has to name the view it is sent in (flush-protocol 4.5). */
    boolean wraps(int service) {
        return (viewState == ViewState.AUTHORIZE || viewState == ViewState.VERIFY) && FlushService.mayOvertake(service);
    }

    GroupId installedId() {
        return installed.id;
    }

    List<String> toGroup() {
        return toGroup;
    }

    // ---- procedures of flush-protocol 3.2

    /**
     * A change that somebody left without consent can never complete. It is given up, and its difference moves into the next change that
     * survives, whose cause so becomes NETWORK. The choice must be the same at all members that moved together.
     */
    private void collapse(List<String> leavers, Change newest) {
        boolean invalidated = false;
        for (Iterator<Change> each = pending.iterator(); each.hasNext(); ) {
            Change change = each.next();
            if (isSpoilt(change, leavers)) {
                each.remove();
                pendingMembers -= change.names();
                counters.changesCollapsed++;
                invalidated = true;
                continue;
            }
            change.lose(leavers);
            if (invalidated) {
                change.cause = causeAfterCollapse(change);
                invalidated = false;
            }
        }
        if (invalidated) {
            newest.cause = causeAfterCollapse(newest);
        }
    }

    private void next() {
        Change change = pending.getFirst();
        current = change;
        receivedBy.clear();
        receivedByMembers = 0;
        exclusion.begin();
        switch (viewState) {
            case STEADY, VERIFY -> {
                viewState = ViewState.AUTHORIZE;
                output.event(new GroupEvent.FlushRequest(group));
            }
            case AUTHORIZE -> {}
            case AGREE -> {
                if (membershipState == MembershipState.LEAVING) {
                    // A leaver may not promise anything any more (flush-protocol 3.4, quirk Q4).
                    viewState = ViewState.AUTHORIZE;
                } else if (renewsConsent()) {
                    sendFlushOk(change, exclusion.heldOf(change));
                }
            }
        }
    }

    private void install(Change change) {
        Change previous = installed;
        counters.viewsInstalled++;
        if (!change.excluded().isEmpty()) {
            change.cause = ServiceType.CAUSED_BY_NETWORK;
        }
        output.event(view(change, previous));
        viewState = ViewState.VERIFY;
        if (membershipState == MembershipState.JOINING) {
            membershipState = MembershipState.JOINED;
        }
        installed = change;
        pending.removeFirst();
        pendingMembers -= change.names();
        current = null;
        if (pending.isEmpty()) {
            counters.flushRecvsSent++;
            output.send(control(ServiceType.FIFO_MESS, FlushService.FLUSH_RECV, change.id, List.of()));
        } else {
            next();
        }
        if (signalsLossAtInstall(change)) {
            change.transitional = true;
            output.event(new GroupEvent.Transition(group));
        }
        for (GroupEvent.Data message : postponed) {
            counters.messagesDelivered++;
            output.event(message);
        }
        postponed.clear();
        postponedBytes = 0;
    }

    private GroupEvent.View view(Change change, Change previous) {
        return new GroupEvent.View(
                group,
                change.id,
                change.members(),
                change.members().indexOf(self),
                change.cause,
                change.isNetwork() ? null : change.changed,
                previous.members(),
                transitionalSet(change, previous),
                change.excluded());
    }

    private void postpone(GroupEvent.Data message, Change change) {
        if (!change.isLive(message.sender())) {
            counters.count(FlushReason.SENDER_NOT_IN_PENDING_VIEW);
            return;
        }
        postponedBytes += message.body().remaining();
        if (postponed.size() >= limits.postponedMessages() || postponedBytes > limits.postponedBytes()) {
            failure = FlushReason.POSTPONED_LIMIT;
            return;
        }
        counters.messagesPostponed++;
        postponed.add(message);
    }

    private void discardPostponed() {
        for (int i = 0; i < postponed.size(); i++) {
            counters.count(FlushReason.POSTPONED_FOR_COLLAPSED_CHANGE);
        }
        postponed.clear();
        postponedBytes = 0;
    }

    private @Nullable Change find(GroupId id) {
        for (Change change : pending) {
            if (change.id.equals(id)) {
                return change;
            }
        }
        return null;
    }

    private void sendFlushOk(Change change, List<String> names) {
        counters.flushOksSent++;
        exclusion.sent();
        int service = exclusion.isOn() ? ServiceType.AGREED_MESS : ServiceType.FIFO_MESS;
        output.send(control(service, FlushService.FLUSH_OK, change.id, names));
    }

    /** The C library cuts the id off the end and looks at nothing before it (exclusion, Wire). */
    private Outgoing control(int service, short messType, GroupId id, List<String> names) {
        int length = names.size() * Name.SLOT + GroupId.LENGTH;
        ByteBuf body = Unpooled.buffer(length, length);
        for (String name : names) {
            Name.of(name).write(body);
        }
        id.write(body);
        return Outgoing.of(service, toGroup, messType, ByteBuffer.wrap(body.array()));
    }

    // ---- rules, one each

    /** All names of the latest Spread membership that did not come along, whether known to have gone or not (flush-protocol 10.3). */
    List<String> leavers(int cause, List<String> vsSet) {
        if (cause == ServiceType.CAUSED_BY_JOIN) {
            return List.of();
        }
        if (cause != ServiceType.CAUSED_BY_NETWORK) {
            return vsSet;
        }
        Set<String> along = new HashSet<>(vsSet);
        List<String> leavers = new ArrayList<>();
        for (String member : latestMembers) {
            if (!along.contains(member)) {
                leavers.add(member);
            }
        }
        return leavers;
    }

    boolean isSpoilt(Change change, List<String> leavers) {
        for (int i = 0; i < leavers.size(); i++) {
            if (change.isLive(leavers.get(i)) && !change.hasConsented(leavers.get(i))) {
                return true;
            }
        }
        return false;
    }

    int causeAfterCollapse(Change change) {
        return ServiceType.CAUSED_BY_NETWORK;
    }

    boolean isComplete(Change change) {
        return change.allMembersConsented();
    }

    boolean mayDeliver(String sender) {
        return installed.isLive(sender);
    }

    /**
     * True if {@code sender} is a member of the installed view of which more may come though somebody's join, leave or disconnect has told
     * already that it is lost. Only what names the view is known to be of it: what does not may come from a later one.
     */
    boolean isBeingLost(String sender) {
        return rules.oursAlone() && losing && installed.isMember(sender) && !installed.isBarred(sender);
    }

    /** A first consent names whom its sender holds for excluded, a repeated one who is silent (exclusion E4, E8). */
    boolean isRightlyNamed(Change change, String who, long before) {
        return before == 0 || (!change.hasConsented(who) && exclusion.isSilentSince(who, before));
    }

    /** Takes an excluded member out of the installed view; true if it was live there (exclusion E5). */
    boolean bars(Change view, String who) {
        return view.bar(who);
    }

    /** A change that is pending does the service of a roll call (exclusion E9). */
    boolean mayCallRoll() {
        return pending.isEmpty();
    }

    Exclusion exclusion(GroupRules of) {
        return new Exclusion(of);
    }

    boolean isOfInstalledView(GroupId wrappedIn) {
        return wrappedIn.equals(installed.id);
    }

    boolean keepsEarlyConsents() {
        return true;
    }

    boolean renewsConsent() {
        return true;
    }

    boolean refusesSendsAfterFlush() {
        return true;
    }

    /** All of them, not only the last: any may be installed before the loss is known (quirk Q37). */
    boolean flagsPendingChanges() {
        return true;
    }

    boolean signalsLossAtInstall(Change change) {
        return change.hasLost() || change.transitional;
    }

    /** A change of which nobody was lost was only flagged because the loss was not known yet (flush-protocol 3.2, step 6). */
    void endOfTransitionalPeriod() {
        for (Change change : pending) {
            if (!change.hasLost()) {
                change.transitional = false;
            }
        }
    }

    /** Who moved from the previous view together with this connection (flush-protocol 1.3, T). */
    List<String> transitionalSet(Change change, Change previous) {
        if (change.isNetwork()) {
            return previous.liveMembers();
        }
        String changed = change.changed;
        if (change.cause != ServiceType.CAUSED_BY_JOIN || changed == null) {
            return change.members();
        }
        if (changed.equals(self)) {
            return List.of(self);
        }
        List<String> others = new ArrayList<>(change.members());
        others.remove(changed);
        return others;
    }

    // ---- what the dispatcher and the tests ask

    final String group() {
        return group;
    }

    final String self() {
        return self;
    }

    final Change installed() {
        return installed;
    }

    final List<String> latestMembers() {
        return latestMembers;
    }

    MembershipState membershipState() {
        return membershipState;
    }

    ViewState viewState() {
        return viewState;
    }

    @Nullable
    FlushReason failure() {
        return failure;
    }

    final int earlyConsents() {
        return early.size();
    }

    final int postponedMessages() {
        return postponed.size();
    }

    @Nullable
    PendingView pendingView() {
        Change change = current;
        if (change == null) {
            return null;
        }
        return new PendingView(change.id, change.members(), change.missing(), change.arrivedNanos, pending.size());
    }
}
