package org.flushspread.flush.kernel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the C library as a second automaton, written from the state tables and nothing else, with its crashes mended (Q1, Q2, Q4, Q9 to
 * Q11, Q37). It knows the data of a lost member by one rule: who has gone from F is not delivered, whatever its data names.
 */
final class CLibraryAutomaton extends GroupAutomaton {
    private static final class Membership {
        final GroupId gid;
        final List<String> members;
        final Set<String> live;
        final Set<String> ok = new LinkedHashSet<>();
        final @Nullable String changed;
        Cause cause;
        boolean trans;

        Membership(GroupId gid, List<String> members, Cause cause, @Nullable String changed) {
            this.gid = gid;
            this.members = members;
            this.live = new LinkedHashSet<>(members);
            this.cause = cause;
            this.changed = changed;
        }
    }

    private final FlushOutput out;
    private final FlushCounters counted;
    private MembershipState mstate = MembershipState.JOINING;
    private ViewState vstate = ViewState.AGREE;
    private Membership f;
    private List<String> s;
    private final List<Membership> q = new ArrayList<>();
    private @Nullable Membership c;
    private final Map<GroupId, Set<String>> e = new HashMap<>();
    private final Set<String> r = new LinkedHashSet<>();
    private final List<GroupEvent.Data> p = new ArrayList<>();

    CLibraryAutomaton(String group, String self, FlushOutput output, FlushCounters counters, GroupRules rules) {
        super(group, self, output, counters, rules);
        this.out = output;
        this.counted = counters;
        this.f = new Membership(GroupId.NONE, List.of(self), Cause.JOIN, self);
        this.f.trans = true;
        this.s = f.members;
    }

    @Override
    void membership(GroupId id, Cause cause, List<String> members, List<String> vsSet, long nowNanos) {
        Membership fresh = new Membership(id, members, cause, cause == Cause.NETWORK ? null : vsSet.get(0));
        fresh.ok.addAll(e.getOrDefault(id, Set.of()));
        e.remove(id);
        List<String> leavers = new ArrayList<>();
        if (cause == Cause.NETWORK) {
            leavers.addAll(s);
            leavers.removeAll(vsSet);
        } else if (cause != Cause.JOIN) {
            leavers.addAll(vsSet);
        }
        boolean shrunk = f.live.removeAll(leavers);
        if (!q.isEmpty() && !leavers.isEmpty()) {
            collapse(leavers, fresh);
        }
        if (cause == Cause.NETWORK) {
            for (Membership each : q) {
                each.trans &= each.live.size() < each.members.size();
            }
        }
        q.add(fresh);
        s = members;
        if (q.get(0) != c) {
            p.clear();
            next();
        }
        if (shrunk) {
            signal();
        }
    }

    private void collapse(List<String> leavers, Membership fresh) {
        boolean inv = false;
        for (Membership each : List.copyOf(q)) {
            if (leavers.stream().anyMatch(leaver -> each.live.contains(leaver) && !each.ok.contains(leaver))) {
                q.remove(each);
                counted.changesCollapsed++;
                inv = true;
            } else {
                each.live.removeAll(leavers);
                if (inv) {
                    each.cause = Cause.NETWORK;
                    inv = false;
                }
            }
        }
        if (inv) {
            fresh.cause = Cause.NETWORK;
        }
    }

    private void next() {
        Membership head = q.get(0);
        c = head;
        r.clear();
        if (vstate == ViewState.STEADY || vstate == ViewState.VERIFY) {
            vstate = ViewState.AUTHORIZE;
            out.event(new GroupEvent.FlushRequest(group()));
        } else if (vstate == ViewState.AGREE && mstate == MembershipState.LEAVING) {
            vstate = ViewState.AUTHORIZE;
        } else if (vstate == ViewState.AGREE) {
            control(FlushService.FLUSH_OK, head.gid);
        }
    }

    private void control(short type, GroupId gid) {
        out.send(Sends.control(ServiceType.FIFO_MESS, toGroup(), type, gid, List.of()));
    }

    private void signal() {
        if (!f.trans) {
            f.trans = true;
            out.event(new GroupEvent.Transition(group()));
        }
    }

    private void install(Membership now) {
        List<String> along = new ArrayList<>(f.members);
        along.retainAll(f.live);
        counted.viewsInstalled++;
        out.event(new GroupEvent.View(
                group(),
                now.gid,
                now.members,
                now.members.indexOf(self()),
                now.cause,
                now.changed,
                f.members,
                along,
                List.of()));
        vstate = ViewState.VERIFY;
        mstate = mstate == MembershipState.JOINING ? MembershipState.JOINED : mstate;
        f = now;
        q.remove(now);
        c = null;
        if (q.isEmpty()) {
            control(FlushService.FLUSH_RECV, f.gid);
        } else {
            next();
        }
        if (f.live.size() < f.members.size() || f.trans) {
            f.trans = false;
            signal();
        }
        List<GroupEvent.Data> kept = List.copyOf(p);
        p.clear();
        kept.forEach(this::deliver);
    }

    private void deliver(GroupEvent.Data message) {
        counted.messagesDelivered++;
        out.event(message);
    }

    @Override
    void transition() {
        q.forEach(each -> each.trans = true);
        signal();
    }

    @Override
    void flushOk(GroupId id, String from, List<String> names) {
        Membership change =
                q.stream().filter(each -> each.gid.equals(id)).findFirst().orElse(null);
        if (change == null) {
            e.computeIfAbsent(id, each -> new LinkedHashSet<>()).add(from);
            return;
        }
        change.ok.add(from);
        if (change == c && vstate == ViewState.AGREE && change.ok.containsAll(change.members)) {
            install(change);
        }
    }

    @Override
    void flushRecv(GroupId id, String from, List<String> names) {
        Membership view = vstate == ViewState.AGREE ? c : vstate == ViewState.VERIFY ? f : null;
        if (view != null && view.gid.equals(id)) {
            r.add(from);
            if (vstate == ViewState.VERIFY && r.containsAll(f.members)) {
                vstate = ViewState.STEADY;
            }
        }
    }

    @Override
    void data(GroupEvent.Data message, @Nullable GroupId wrappedIn) {
        Membership change = c;
        if (wrappedIn != null && vstate == ViewState.AGREE && change != null && change.gid.equals(wrappedIn)) {
            if (change.live.contains(message.sender())) {
                counted.messagesPostponed++;
                p.add(message);
            }
        } else if (f.live.contains(message.sender())) {
            deliver(message);
        }
    }

    @Override
    @Nullable
    SpreadCode leave() {
        if (mstate != MembershipState.JOINED) {
            return SpreadCode.ILLEGAL_GROUP;
        }
        mstate = MembershipState.LEAVING;
        return null;
    }

    @Override
    @Nullable
    SpreadCode flush() {
        Membership change = c;
        if (mstate == MembershipState.LEAVING) {
            return SpreadCode.ILLEGAL_GROUP;
        }
        if (vstate != ViewState.AUTHORIZE || change == null) {
            return SpreadCode.ILLEGAL_STATE;
        }
        vstate = ViewState.AGREE;
        control(FlushService.FLUSH_OK, change.gid);
        return null;
    }

    @Override
    @Nullable
    SpreadCode maySend() {
        if (mstate != MembershipState.JOINED) {
            return SpreadCode.ILLEGAL_GROUP;
        }
        return vstate == ViewState.AGREE ? SpreadCode.ILLEGAL_STATE : null;
    }

    @Override
    boolean isInInstalledView(String who) {
        return f.members.contains(who);
    }

    @Override
    boolean wraps(int service) {
        return (vstate == ViewState.AUTHORIZE || vstate == ViewState.VERIFY) && FlushService.mayOvertake(service);
    }

    @Override
    GroupId installedId() {
        return f.gid;
    }

    @Override
    MembershipState membershipState() {
        return mstate;
    }

    @Override
    ViewState viewState() {
        return vstate;
    }

    @Override
    @Nullable
    FlushReason failure() {
        return null;
    }

    @Override
    @Nullable
    PendingView pendingView() {
        return null;
    }

    /** What is asserted there is about the state that this class does not use. */
    @Override
    void check() {}
}
