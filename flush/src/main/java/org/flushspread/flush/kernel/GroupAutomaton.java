package org.flushspread.flush.kernel;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * View synchrony of one connection in one group, from the first Spread membership that contains the connection to its self-leave
 * (flush-protocol 3). Letters in comments are those of flush-protocol 3.1: F the installed view, Q the pending changes, C the one worked on,
 * E the early consents, R the FLUSH_RECVs, P the postponed data.
 *
 * <p>One class because its methods, one for each event and procedure of the table in flush-protocol 3.3, are read beside that table, and
 * each touches most of the state. What Q, P, E and the silence of members need for themselves is in {@link PendingChanges},
 * {@link PostponedData}, {@link EarlyConsents} and {@link Exclusion}.
 *
 * <p>F and each change in Q have a transitional flag of their own; sharing one is what breaks the C library (quirk Q2). Not final: the tests
 * run groups of members with the rules of the C library beside these.
 */
class GroupAutomaton {
    private final String group;
    private final String self;
    private final FlushOutput output;
    private final FlushCounters counters;
    private final GroupRules rules;
    private final Exclusion exclusion;
    private final List<String> toGroup;

    private MembershipState membershipState = MembershipState.JOINING;
    private ViewState viewState = ViewState.AGREE;
    private Change installed;
    private List<String> latestMembers;
    private final PendingChanges pending;
    private @Nullable Change current;
    private final EarlyConsents early;
    private final Set<String> receivedBy = new HashSet<>();
    private final PostponedData postponed;
    /** In the transitional period of the Spread group. */
    private boolean losing;
    /** The others go on without this connection (exclusion E7). */
    private boolean out;

    // What the application was told and has said since the last view (flush-protocol 1.3, P4, P5, P17).
    private boolean asked;
    private boolean consented;
    private boolean signalled;
    private @Nullable FlushReason failure;

    /** The automaton of a joiner, before its first membership is processed (flush-protocol 3.1, creation). */
    GroupAutomaton(String group, String self, FlushOutput output, FlushCounters counters, GroupRules rules) {
        this.group = group;
        this.self = self;
        this.output = output;
        this.counters = counters;
        this.rules = rules;
        this.exclusion = new Exclusion(rules);
        this.toGroup = List.of(group);
        this.pending = new PendingChanges(rules.limits(), counters);
        this.early = new EarlyConsents(rules.limits(), counters);
        this.postponed = new PostponedData(rules.limits());
        this.installed = new Change(GroupId.NONE, List.of(self), Cause.JOIN, self, 0);
        this.installed.transitional = true;
        this.latestMembers = installed.members();
    }

    // ---- Spread events

    /** A regular membership that contains this connection (flush-protocol 3.2, MEMB). {@code vsSet} is the local one. */
    void membership(GroupId id, Cause cause, List<String> members, List<String> vsSet, long nowNanos) {
        if (isOut()) {
            return;
        }
        exclusion.at(nowNanos);
        boolean network = cause == Cause.NETWORK;
        if (contradictsItself(cause, vsSet)) {
            failure = FlushReason.MALFORMED_MEMBERSHIP;
            return;
        }
        if (!pending.hasRoomFor(members.size())) {
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
        if (!leavers.isEmpty()) {
            pending.collapse(leavers, change);
        }
        if (network) {
            // One inside the transitional period is followed by a signal of its own at once (groups-protocol 10-9).
            losing = false;
            pending.endTransitionalPeriod();
        }
        pending.add(change);
        latestMembers = members;
        if (pending.head() != current) {
            discardPostponed();
            next();
        }
        if (shrunk) {
            signal();
        }
    }

    /** The local set of a network change holds this connection, that of another one the member concerned (flush-protocol 4.6). */
    private boolean contradictsItself(Cause cause, List<String> vsSet) {
        return switch (cause) {
            case NETWORK -> !vsSet.contains(self);
            case JOIN -> vsSet.size() != 1;
            case LEAVE, DISCONNECT -> vsSet.size() != 1 || vsSet.contains(self);
        };
    }

    /** All names of the latest Spread membership that did not come along, whether known to have gone or not (flush-protocol 10.3). */
    private List<String> leavers(Cause cause, List<String> vsSet) {
        if (cause == Cause.JOIN) {
            return List.of();
        }
        if (cause != Cause.NETWORK) {
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
        pending.flag();
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
        Change change = pending.find(id);
        if (change == null) {
            early.add(id, from);
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
        if (head != null && !out && viewState == ViewState.AGREE && head.allMembersConsented()) {
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
                pending.exclude(change, who);
                excluded(who);
            }
        }
    }

    /** A first consent names whom its sender holds for excluded, a repeated one who is silent (exclusion E4, E8). */
    private boolean isRightlyNamed(Change change, String who, long before) {
        return before == 0 || (!change.hasConsented(who) && exclusion.isSilentSince(who, before));
    }

    /** Takes an excluded member out of what is installed (exclusion E5, E7). */
    private void excluded(String who) {
        counters.membersExcluded++;
        exclusion.hold(who);
        if (who.equals(self)) {
            out = true;
            discardPostponed();
            if (membershipState != MembershipState.LEAVING) {
                membershipState = MembershipState.LEAVING;
                output.event(new GroupEvent.Excluded(group));
                output.send(Sends.request(ServiceType.LEAVE_MESS, toGroup));
            }
        } else if (installed.bar(who) && !out) {
            signal();
        }
    }

    /** @param names of a roll call: members that do not belong here (exclusion E9) */
    void flushRecv(GroupId id, String from, List<String> names) {
        if (isOut()) {
            return;
        }
        if (isRollCall(id, from)) {
            callRoll(id, from, names);
            return;
        }
        Change view = viewState == ViewState.AGREE ? current : viewState == ViewState.VERIFY ? installed : null;
        if (view == null || !view.id.equals(id)) {
            counters.count(FlushReason.CONFIRMATION_NOT_AWAITED);
            return;
        }
        // Distinct members, not messages (quirk Q10).
        if (view.isMember(from)) {
            receivedBy.add(from);
        } else {
            counters.count(FlushReason.CONFIRMATION_OF_STRANGER);
        }
        if (viewState == ViewState.VERIFY && receivedBy.size() == installed.size()) {
            viewState = ViewState.STEADY;
        }
    }

    /** Data to the group. {@code wrappedIn} is the view its sender named, or null if it named none. */
    void data(GroupEvent.Data message, @Nullable GroupId wrappedIn) {
        if (isOut()) {
            return;
        }
        String sender = message.sender();
        Change change = current;
        if (viewState == ViewState.AGREE && change != null && change.id.equals(wrappedIn)) {
            postpone(message, change);
        } else if (wrappedIn != null && !wrappedIn.equals(installed.id)) {
            counters.count(FlushReason.FOREIGN_VIEW);
        } else if (installed.isLive(sender) || (wrappedIn != null && isBeingLost(sender))) {
            deliver(message);
        } else {
            counters.count(
                    installed.isBarred(sender) || exclusion.holds(sender)
                            ? FlushReason.SENDER_EXCLUDED
                            : FlushReason.SENDER_NOT_IN_VIEW);
        }
    }

    /**
     * True if {@code sender} is a member of the installed view of which more may come though somebody's join, leave or disconnect has told
     * already that it is lost. Only what names the view is known to be of it: what does not may come from a later one (flush-protocol 3.6).
     */
    private boolean isBeingLost(String sender) {
        return rules.oursAlone() && losing && installed.isMember(sender) && !installed.isBarred(sender);
    }

    private void deliver(GroupEvent.Data message) {
        if (!installed.isMember(message.sender())) {
            throw violated("P7: what is delivered comes from a member of the view", message.sender());
        }
        counters.messagesDelivered++;
        output.event(message);
    }

    private void postpone(GroupEvent.Data message, Change change) {
        if (!change.isLive(message.sender())) {
            counters.count(FlushReason.SENDER_NOT_IN_PENDING_VIEW);
        } else if (postponed.add(message)) {
            counters.messagesPostponed++;
        } else {
            failure = FlushReason.POSTPONED_LIMIT;
        }
    }

    private void discardPostponed() {
        for (int i = postponed.take().size(); i > 0; i--) {
            counters.count(FlushReason.POSTPONED_FOR_COLLAPSED_CHANGE);
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
        output.send(Sends.control(ServiceType.AGREED_MESS, toGroup, FlushService.FLUSH_RECV, id, without));
        return null;
    }

    /** The id of the change that a roll call in this view makes; null if there have been too many. */
    private static @Nullable GroupId afterRollCall(GroupId id) {
        int calls = id.index() >>> 24;
        return calls == 255 ? null : new GroupId(id.membershipId(), id.index() + (1 << 24));
    }

    /** A change that is pending does the service of a roll call (exclusion E9). */
    private boolean isRollCall(GroupId id, String from) {
        return exclusion.isOn()
                && pending.isEmpty()
                && installed.isLive(from)
                && id.equals(afterRollCall(installed.id));
    }

    private void callRoll(GroupId id, String from, List<String> without) {
        counters.rollCalls++;
        for (String who : without) {
            if (!who.equals(from) && installed.isLive(who)) {
                excluded(who);
            }
        }
        if (!out) {
            pending.add(new Change(id, installed.liveMembers(), Cause.NETWORK, null, exclusion.now()));
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
        consented = true;
        sendFlushOk(change, exclusion.heldOf(change));
        return null;
    }

    /** Checks 6 and 7 of a send (flush-protocol 2.3). */
    @Nullable
    SpreadCode maySend() {
        if (membershipState != MembershipState.JOINED) {
            return SpreadCode.ILLEGAL_GROUP;
        }
        return viewState == ViewState.AGREE ? SpreadCode.ILLEGAL_STATE : null;
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

    private void next() {
        Change change = Objects.requireNonNull(pending.head());
        current = change;
        receivedBy.clear();
        exclusion.begin();
        switch (viewState) {
            case STEADY, VERIFY -> ask();
            case AUTHORIZE -> {}
            case AGREE -> {
                if (membershipState == MembershipState.LEAVING) {
                    // A leaver may not promise anything any more (flush-protocol 3.4, quirk Q4).
                    viewState = ViewState.AUTHORIZE;
                } else {
                    sendFlushOk(change, exclusion.heldOf(change));
                }
            }
        }
    }

    private void ask() {
        viewState = ViewState.AUTHORIZE;
        if (asked) {
            throw violated("P5: one request between two views", "a second one");
        }
        asked = true;
        output.event(new GroupEvent.FlushRequest(group));
    }

    private void install(Change change) {
        Change previous = installed;
        checkInstall(change);
        counters.viewsInstalled++;
        if (!change.excluded().isEmpty()) {
            change.cause = Cause.NETWORK;
        }
        output.event(view(change, previous));
        viewState = ViewState.VERIFY;
        if (membershipState == MembershipState.JOINING) {
            membershipState = MembershipState.JOINED;
        }
        installed = change;
        pending.removeHead();
        current = null;
        asked = false;
        consented = false;
        signalled = false;
        if (pending.isEmpty()) {
            counters.flushRecvsSent++;
            output.send(Sends.control(ServiceType.FIFO_MESS, toGroup, FlushService.FLUSH_RECV, change.id, List.of()));
        } else {
            next();
        }
        if (change.hasLost() || change.transitional) {
            change.transitional = true;
            tellSignal();
        }
        for (GroupEvent.Data message : postponed.take()) {
            if (change.isMember(message.sender())) {
                deliver(message);
            } else {
                counters.count(FlushReason.SENDER_EXCLUDED);
            }
        }
    }

    private GroupEvent.View view(Change change, Change previous) {
        return new GroupEvent.View(
                group,
                change.id,
                change.members(),
                change.members().indexOf(self),
                change.cause,
                change.cause == Cause.NETWORK ? null : change.changed,
                previous.members(),
                previous.liveMembers(),
                change.excluded());
    }

    private void signal() {
        if (!installed.transitional) {
            installed.transitional = true;
            tellSignal();
        }
    }

    private void tellSignal() {
        if (signalled || membershipState == MembershipState.JOINING) {
            throw violated("P17: one signal in a view, and none before the first", "another one");
        }
        signalled = true;
        output.event(new GroupEvent.Transition(group));
    }

    private void sendFlushOk(Change change, List<String> names) {
        counters.flushOksSent++;
        exclusion.sent();
        int service = exclusion.isOn() ? ServiceType.AGREED_MESS : ServiceType.FIFO_MESS;
        output.send(Sends.control(service, toGroup, FlushService.FLUSH_OK, change.id, names));
    }

    // ---- what holds whatever comes (flush-protocol 10.16)

    private void checkInstall(Change change) {
        if (!change.missing().isEmpty()) {
            throw violated("P8: all members of a view have consented to it", "not " + change.missing());
        }
        if (membershipState != MembershipState.JOINING && !(asked && consented)) {
            throw violated("P4: the application was asked and has flushed before the next view", "view " + change.id);
        }
    }

    /** Between two inputs. */
    void check() {
        if (out || failure != null) {
            return;
        }
        if (current != pending.head()) {
            throw violated("3.1: C is the oldest pending change", "another one");
        }
        boolean collecting = viewState == ViewState.AUTHORIZE || viewState == ViewState.AGREE;
        if (collecting == pending.isEmpty()) {
            throw violated("3.1: consent is waited for while a change is pending, and only then", "state " + viewState);
        }
        if (membershipState == MembershipState.JOINING && viewState != ViewState.AGREE) {
            throw violated("3.3: JOINING is always in AGREE", "state " + viewState);
        }
        if (!installed.isLive(self)) {
            throw violated("P1: a member is in its view, and lives", installed.members());
        }
        if (viewState != ViewState.AGREE && !postponed.isEmpty()) {
            throw violated("3.3: data waits for a view in AGREE alone", postponed.size() + " messages");
        }
        if (pending.isEmpty() && pending.names() != 0) {
            throw violated("5.2: who is no longer pending is no longer counted", pending.names() + " names");
        }
    }

    private InvariantViolation violated(String rule, Object seen) {
        return new InvariantViolation(
                "flush-protocol " + (rule.startsWith("P") ? "1.3 " : "") + rule,
                seen + "; " + self + " in group '" + group + "', " + membershipState + " and " + viewState + ", view "
                        + installed.id + ", " + pending.size() + " changes pending");
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
