package org.flushspread.flush.kernel;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * The flush layer of one connection: takes what Spread delivers, reads the trailers, and hands it to the automaton of the group; takes the
 * calls of the application and answers with the codes of the C library (flush-protocol 2.2, 2.3).
 *
 * <p>Names are strings of ISO-8859-1 characters, without what stands behind their first NUL on the wire. Not thread-safe.
 */
public final class FlushDispatcher {
    /** Makes the automaton of a group; a test puts the rules of the C library here. */
    interface Automata {
        GroupAutomaton create(String group, String self, FlushOutput output, FlushCounters counters, GroupRules rules);
    }

    private final String self;
    private final FlushOutput output;
    private final GroupRules rules;
    private final Automata automata;
    private final FlushCounters counters = new FlushCounters();
    private final Map<String, GroupAutomaton> groups = new LinkedHashMap<>();
    private final Set<String> joining = new HashSet<>();
    private final Sends sends;
    private @Nullable FlushReason failure;

    /** A layer that wraps where needed, among members of any kind. */
    public FlushDispatcher(String self, FlushOutput output, FlushLimits limits) {
        this(self, output, GroupRules.mixed(limits), Wrapping.WHERE_NEEDED);
    }

    /**
     * @param self the private group name that the daemon gave the connection
     * @param wrapping of what it sends
     */
    public FlushDispatcher(String self, FlushOutput output, GroupRules rules, Wrapping wrapping) {
        this(self, output, rules, wrapping, GroupAutomaton::new);
    }

    FlushDispatcher(String self, FlushOutput output, GroupRules rules, Wrapping wrapping, Automata automata) {
        this.self = self;
        this.output = output;
        this.rules = rules;
        this.automata = automata;
        this.sends = new Sends(groups, wrapping, counters);
    }

    // ---- what Spread delivers

    /**
     * A regular membership.
     *
     * @param vsSet the local virtual synchrony set; for JOIN, LEAVE and DISCONNECT the one member concerned
     * @param nowNanos for the age in {@link PendingView}, in any monotonic time of the caller's
     */
    public void membership(
            String group, Cause cause, GroupId id, List<String> members, List<String> vsSet, long nowNanos) {
        if (failure != null) {
            return;
        }
        GroupAutomaton automaton = groups.get(group);
        if (automaton == null && !joining.contains(group)) {
            counters.count(FlushReason.MEMBERSHIP_NOT_EXPECTED);
            return;
        }
        if (!members.contains(self)) {
            counters.count(FlushReason.MEMBERSHIP_WITHOUT_SELF);
            return;
        }
        if (automaton == null) {
            automaton = automata.create(group, self, output, counters, rules);
            groups.put(group, automaton);
            joining.remove(group);
        }
        automaton.membership(id, cause, members, vsSet, nowNanos);
        check(automaton);
    }

    /** After each input: what an automaton cannot go on with ends all of them. */
    private void check(GroupAutomaton automaton) {
        failure = automaton.failure();
        automaton.check();
    }

    /** A transitional signal. */
    public void transition(String group) {
        GroupAutomaton automaton = groups.get(group);
        if (failure == null && automaton != null) {
            automaton.transition();
            check(automaton);
        } else {
            counters.count(FlushReason.MEMBERSHIP_NOT_EXPECTED);
        }
    }

    public void selfLeave(String group) {
        GroupAutomaton automaton = groups.get(group);
        if (failure == null && automaton != null) {
            groups.remove(group);
            automaton.selfLeave();
        } else {
            counters.count(FlushReason.MEMBERSHIP_NOT_EXPECTED);
        }
    }

    /**
     * The daemon refused something (client-protocol 5.5). A refused join is forgotten.
     *
     * @param service the refused type with the reject bit; a join shows as CAUSED_BY_JOIN
     */
    public void reject(
            int service,
            String sender,
            List<String> destinations,
            short messType,
            boolean littleEndian,
            ByteBuffer body) {
        if (failure != null) {
            return;
        }
        String group = destinations.isEmpty() ? "" : destinations.get(0);
        if ((service & (ServiceType.CAUSED_BY_JOIN | ServiceType.JOIN_MESS)) != 0) {
            joining.remove(group);
        }
        output.event(new GroupEvent.Reject(group, service, sender, destinations, messType, !littleEndian, body));
    }

    /**
     * A regular message.
     *
     * @param service without the byte order tag
     * @param littleEndian the byte order of the sender, by its hint; the trailers are in this order (flush-protocol 4.1)
     * @param body from position to limit; kept, not copied
     */
    public void data(
            int service,
            String sender,
            List<String> destinations,
            short messType,
            boolean littleEndian,
            ByteBuffer body) {
        if (failure != null) {
            return;
        }
        Trailer trailer = Trailer.read(service, messType, littleEndian, body);
        if (trailer == null) {
            counters.count(FlushReason.MALFORMED_TRAILER);
            return;
        }
        String destination = destination(destinations, trailer.group());
        if (messType == FlushService.FLUSH_OK || messType == FlushService.FLUSH_RECV) {
            control(messType, trailer, sender, destination, body);
            return;
        }
        if (trailer.userType() < FlushService.MIN_LEGAL_MESS_TYPE) {
            counters.count(FlushReason.RESERVED_INNER_TYPE);
            return;
        }
        if (destination == null) {
            counters.count(FlushReason.NO_DESTINATION);
            return;
        }
        List<String> shown = destinations;
        if (trailer.group() != null) {
            shown = new ArrayList<>(destinations);
            shown.add(trailer.group());
        }
        int end = trailer.end();
        ByteBuffer user = end == body.limit() ? body : body.duplicate().limit(end);
        deliver(
                new GroupEvent.Data(destination, service, sender, shown, trailer.userType(), !littleEndian, user),
                trailer.id());
    }

    private void deliver(GroupEvent.Data message, @Nullable GroupId wrappedIn) {
        if (message.group().equals(self)) {
            counters.messagesDelivered++;
            output.event(message);
            return;
        }
        GroupAutomaton automaton = groups.get(message.group());
        if (automaton == null) {
            counters.count(FlushReason.UNKNOWN_GROUP);
            return;
        }
        automaton.data(message, wrappedIn);
        check(automaton);
    }

    private void control(
            short messType, Trailer trailer, String sender, @Nullable String destination, ByteBuffer body) {
        GroupAutomaton automaton = destination == null ? null : groups.get(destination);
        GroupId id = trailer.id();
        if (automaton == null || id == null) {
            counters.count(FlushReason.UNKNOWN_GROUP);
            return;
        }
        List<String> names = rules.excludes() ? Trailer.names(body, trailer.end()) : List.of();
        if (names == null) {
            counters.count(FlushReason.MALFORMED_TRAILER);
        } else if (messType == FlushService.FLUSH_OK) {
            automaton.flushOk(id, sender, names);
            check(automaton);
        } else {
            automaton.flushRecv(id, sender, names);
            check(automaton);
        }
    }

    /**
     * The group a message belongs to: that of its trailer, else the first name. A Spread client may name several; if this connection's
     * private group is one of them it is a private message (quirk Q31), for members of the first group it belongs to that.
     */
    private @Nullable String destination(List<String> destinations, @Nullable String ofTrailer) {
        if (ofTrailer != null) {
            return ofTrailer;
        }
        if (destinations.isEmpty()) {
            return null;
        }
        String first = destinations.get(0);
        return destinations.size() > 1 && !groups.containsKey(first) && destinations.contains(self) ? self : first;
    }

    // ---- calls of the application

    /** Whether a group may be joined now; if the answer has no refusal it counts as joining, and the request must be sent. */
    public Outgoing join(String group) {
        if (!FlushService.isGroup(group) || groups.containsKey(group) || !joining.add(group)) {
            return Outgoing.refused(SpreadCode.ILLEGAL_GROUP);
        }
        return Sends.request(ServiceType.JOIN_MESS, List.of(group));
    }

    public Outgoing leave(String group) {
        GroupAutomaton automaton = groups.get(group);
        SpreadCode refusal = automaton == null ? SpreadCode.ILLEGAL_GROUP : automaton.leave();
        return refusal == null ? Sends.request(ServiceType.LEAVE_MESS, List.of(group)) : Outgoing.refused(refusal);
    }

    /** Consents to the pending change; the FLUSH_OK goes to the output. Null is success. */
    public @Nullable SpreadCode flush(String group) {
        GroupAutomaton automaton = groups.get(group);
        return automaton == null ? SpreadCode.ILLEGAL_GROUP : automaton.flush();
    }

    /**
     * Asks all members of a group's view to consent again, so that those who hang are excluded (exclusion E9). The question goes to the
     * output. Null is success; ILLEGAL_STATE if a change is pending, which does the same, or nobody is ever excluded.
     *
     * @param without members that are excluded whatever they answer
     */
    public @Nullable SpreadCode rollCall(String group, List<String> without) {
        GroupAutomaton automaton = groups.get(group);
        return automaton == null ? SpreadCode.ILLEGAL_GROUP : automaton.rollCall(without);
    }

    /**
     * Time has passed. To be called when nothing waits to be read (exclusion E10), again after what it answers, and whenever something came in.
     *
     * @return nanoseconds after which it is to be called even if nothing comes in; {@link Long#MAX_VALUE} for never
     */
    public long tick(long nowNanos) {
        long next = Long.MAX_VALUE;
        if (failure == null && rules.excludes()) {
            for (GroupAutomaton automaton : groups.values()) {
                next = Math.min(next, automaton.tick(nowNanos));
            }
        }
        return next;
    }

    /** A multicast; a subgroup bit given by the caller is cleared. See {@link #subgroupcast}. */
    public Outgoing multicast(int service, String group, short messType, int parts, long length) {
        return sends.multicast(service, group, messType, parts, length);
    }

    /**
     * A unicast or subgroupcast: checks 2 to 10 of flush-protocol 2.3, the first that fails wins. The answer carries what to send behind the
     * user's bytes; it is stamped with the installed view, so nothing may come in between.
     *
     * @param parts scatter elements of the body
     * @param length bytes of the body
     */
    public Outgoing subgroupcast(
            int service, String group, List<String> receivers, short messType, int parts, long length) {
        return sends.subgroupcast(service, group, receivers, messType, parts, length);
    }

    // ---- what one may ask

    public String self() {
        return self;
    }

    public FlushCounters counters() {
        return counters;
    }

    /** Why the connection has to be closed; null while all is well. Afterwards every input is ignored. */
    public @Nullable FlushReason failure() {
        return failure;
    }

    /** The state in a group; null without one, also between the join call and the first Spread membership. */
    public @Nullable MembershipState membershipState(String group) {
        GroupAutomaton automaton = groups.get(group);
        return automaton == null ? null : automaton.membershipState();
    }

    public @Nullable ViewState viewState(String group) {
        GroupAutomaton automaton = groups.get(group);
        return automaton == null ? null : automaton.viewState();
    }

    /** True between the join call and the first Spread membership. */
    public boolean isJoining(String group) {
        return joining.contains(group);
    }

    /** Id of the installed view; null without a group, {@link GroupId#NONE} before the first view. */
    public @Nullable GroupId installedView(String group) {
        GroupAutomaton automaton = groups.get(group);
        return automaton == null ? null : automaton.installedId();
    }

    /** What the group waits for; null if no change is pending. */
    public @Nullable PendingView pendingView(String group) {
        GroupAutomaton automaton = groups.get(group);
        return automaton == null ? null : automaton.pendingView();
    }

    @Nullable
    GroupAutomaton automaton(String group) {
        return groups.get(group);
    }
}
