package org.flushspread.flush.kernel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * The flush layer of one connection: takes what Spread delivers, cuts off and reads the trailers, and hands it to the automaton of the
 * group; takes the calls of the application and answers with the codes of the C library, checked in its order (flush-protocol 2.3).
 *
 * <p>Names are strings of ISO-8859-1 characters, without what stands behind their first NUL on the wire. Not thread-safe.
 */
public final class FlushDispatcher {
    /** Makes the automaton of a group; the tests put broken ones here. */
    interface Automata {
        GroupAutomaton create(String group, String self, FlushOutput output, FlushCounters counters, GroupRules rules);
    }

    private static final int GID_TRAILER = GroupId.LENGTH;
    /** In one consent; more than any group that works has members. */
    private static final int MAX_NAMES = 10_000;

    private static final int WRAP_TRAILER = 2 + GroupId.LENGTH;

    private final String self;
    private final FlushOutput output;
    private final GroupRules rules;
    private final Wrapping wrapping;
    private final Automata automata;
    private final FlushCounters counters = new FlushCounters();
    private final Map<String, GroupAutomaton> automatons = new LinkedHashMap<>();
    private final Set<String> joining = new HashSet<>();
    private @Nullable FlushReason failure;

    /** A layer that wraps where needed, among members of any kind. */
    public FlushDispatcher(String self, FlushOutput output, FlushLimits limits) {
        this(self, output, limits, Wrapping.WHERE_NEEDED);
    }

    /** A layer among members of any kind. */
    public FlushDispatcher(String self, FlushOutput output, FlushLimits limits, Wrapping wrapping) {
        this(self, output, GroupRules.mixed(limits), wrapping);
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
        this.wrapping = wrapping;
        this.automata = automata;
    }

    // ---- what Spread delivers

    /**
     * A regular membership.
     *
     * @param cause one CAUSED_BY bit
     * @param vsSet the local virtual synchrony set; for JOIN, LEAVE and DISCONNECT the one member concerned
     * @param nowNanos for the age in {@link PendingView}, in any monotonic time of the caller's
     */
    public void membership(
            String group, int cause, GroupId id, List<String> members, List<String> vsSet, long nowNanos) {
        if (failure != null) {
            return;
        }
        GroupAutomaton automaton = automatons.get(group);
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
            automatons.put(group, automaton);
            joining.remove(group);
        }
        automaton.membership(id, cause(cause), members, vsSet, nowNanos);
        failure = automaton.failure();
    }

    /** A transitional signal. */
    public void transition(String group) {
        GroupAutomaton automaton = automatons.get(group);
        if (failure == null && automaton != null) {
            automaton.transition();
        } else {
            counters.count(FlushReason.MEMBERSHIP_NOT_EXPECTED);
        }
    }

    public void selfLeave(String group) {
        GroupAutomaton automaton = automatons.get(group);
        if (failure == null && automaton != null) {
            automatons.remove(group);
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
            int service, String sender, List<String> groups, short messType, boolean littleEndian, ByteBuffer body) {
        if (failure != null) {
            return;
        }
        String group = groups.isEmpty() ? "" : groups.get(0);
        if ((service & (ServiceType.CAUSED_BY_JOIN | ServiceType.JOIN_MESS)) != 0) {
            joining.remove(group);
        }
        output.event(new GroupEvent.Reject(group, service, sender, groups, messType, !littleEndian, body));
    }

    /**
     * A regular message.
     *
     * @param service without the byte order tag
     * @param littleEndian the byte order of the sender, by its hint; the trailers are in this order (flush-protocol 4.1)
     * @param body from position to limit; kept, not copied
     */
    public void data(
            int service, String sender, List<String> groups, short messType, boolean littleEndian, ByteBuffer body) {
        if (failure != null) {
            return;
        }
        int start = body.position();
        int end = body.limit();
        List<String> shown = groups;
        String reference = null;
        if (FlushService.isSubgroup(service)) {
            if (end - start < Name.SLOT) {
                counters.count(FlushReason.MALFORMED_TRAILER);
                return;
            }
            end -= Name.SLOT;
            reference = name(body, end);
            shown = new ArrayList<>(groups.size() + 1);
            shown.addAll(groups);
            shown.add(reference);
        }
        GroupId id = null;
        short userType = messType;
        if (messType < FlushService.MIN_LEGAL_MESS_TYPE) {
            boolean wrapped = messType == FlushService.VULNERABLE;
            if (end - start < (wrapped ? WRAP_TRAILER : GID_TRAILER)) {
                counters.count(FlushReason.MALFORMED_TRAILER);
                return;
            }
            end -= GroupId.LENGTH;
            ByteBuffer trailer = body.duplicate().order(littleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            id = GroupId.read(Unpooled.wrappedBuffer(body.duplicate().position(end)), 0, littleEndian);
            if (!wrapped) {
                control(messType, id, sender, destination(groups, reference), body, end);
                return;
            }
            end -= 2;
            userType = trailer.getShort(end);
            if (userType < FlushService.MIN_LEGAL_MESS_TYPE) {
                counters.count(FlushReason.RESERVED_INNER_TYPE);
                return;
            }
        }
        String destination = destination(groups, reference);
        ByteBuffer user = end == body.limit() ? body : body.duplicate().limit(end);
        deliver(
                new GroupEvent.Data(
                        destination == null ? "" : destination, service, sender, shown, userType, !littleEndian, user),
                destination,
                id);
    }

    private void deliver(GroupEvent.Data message, @Nullable String destination, @Nullable GroupId wrappedIn) {
        if (destination == null) {
            counters.count(FlushReason.NO_DESTINATION);
            return;
        }
        if (destination.equals(self)) {
            counters.messagesDelivered++;
            output.event(message);
            return;
        }
        GroupAutomaton automaton = automatons.get(destination);
        if (automaton == null) {
            counters.count(FlushReason.UNKNOWN_GROUP);
            return;
        }
        automaton.data(message, wrappedIn);
        failure = automaton.failure();
    }

    /** @param end where the id begins; before it there may be names (exclusion, Wire) */
    private void control(
            short messType, GroupId id, String sender, @Nullable String destination, ByteBuffer body, int end) {
        GroupAutomaton automaton = destination == null ? null : automatons.get(destination);
        if (automaton == null) {
            counters.count(FlushReason.UNKNOWN_GROUP);
            return;
        }
        List<String> names = List.of();
        if (rules.excludes()) {
            int length = end - body.position();
            if (length % Name.SLOT != 0 || length > MAX_NAMES * Name.SLOT) {
                counters.count(FlushReason.MALFORMED_TRAILER);
                return;
            }
            names = new ArrayList<>();
            for (int at = body.position(); at < end; at += Name.SLOT) {
                names.add(name(body, at));
            }
        }
        if (messType == FlushService.FLUSH_OK) {
            automaton.flushOk(id, sender, names);
        } else {
            automaton.flushRecv(id, sender, names);
        }
        failure = automaton.failure();
    }

    /**
     * The group a message belongs to: the reference group of a subgroup message, else the first name. A Spread client may name several; if
     * this connection's private group is one of them it is a private message (quirk Q31), for members of the first group it belongs to that.
     */
    private @Nullable String destination(List<String> groups, @Nullable String reference) {
        if (reference != null) {
            return reference;
        }
        if (groups.isEmpty()) {
            return null;
        }
        String first = groups.get(0);
        return groups.size() > 1 && !automatons.containsKey(first) && groups.contains(self) ? self : first;
    }

    /** The most general of the causes that the daemon named; a word without any counts as a network change. */
    private static int cause(int bits) {
        for (int cause = ServiceType.CAUSED_BY_JOIN; cause < ServiceType.CAUSED_BY_NETWORK; cause <<= 1) {
            if ((bits & ServiceType.MEMBERSHIP_MESS & ~ServiceType.REG_MEMB_MESS) == cause) {
                return cause;
            }
        }
        return ServiceType.CAUSED_BY_NETWORK;
    }

    // ---- calls of the application

    /** Whether a group may be joined now; if the answer has no refusal it counts as joining, and the request must be sent. */
    public Outgoing join(String group) {
        if (!isLegalGroup(group) || automatons.containsKey(group) || !joining.add(group)) {
            return Outgoing.refused(SpreadCode.ILLEGAL_GROUP);
        }
        return Outgoing.of(ServiceType.JOIN_MESS, List.of(group), (short) 0, Outgoing.NO_TRAILER);
    }

    public Outgoing leave(String group) {
        GroupAutomaton automaton = automatons.get(group);
        SpreadCode refusal = automaton == null ? SpreadCode.ILLEGAL_GROUP : automaton.leave();
        if (refusal != null || automaton == null) {
            return Outgoing.refused(refusal == null ? SpreadCode.ILLEGAL_GROUP : refusal);
        }
        return Outgoing.of(ServiceType.LEAVE_MESS, automaton.toGroup(), (short) 0, Outgoing.NO_TRAILER);
    }

    /** Consents to the pending change; the FLUSH_OK goes to the output. Null is success. */
    public @Nullable SpreadCode flush(String group) {
        GroupAutomaton automaton = automatons.get(group);
        return automaton == null ? SpreadCode.ILLEGAL_GROUP : automaton.flush();
    }

    /**
     * Asks all members of a group's view to consent again, so that those who hang are excluded (exclusion E9). The question goes to the
     * output. Null is success; ILLEGAL_STATE if a change is pending, which does the same, or nobody is ever excluded.
     *
     * @param without members that are excluded whatever they answer
     */
    public @Nullable SpreadCode rollCall(String group, List<String> without) {
        GroupAutomaton automaton = automatons.get(group);
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
            for (GroupAutomaton automaton : automatons.values()) {
                next = Math.min(next, automaton.tick(nowNanos));
            }
        }
        return next;
    }

    /** A multicast; a subgroup bit given by the caller is cleared. See {@link #subgroupcast}. */
    public Outgoing multicast(int service, String group, short messType, int parts, long length) {
        SpreadCode early = checkArguments(service, messType, parts);
        if (early != null) {
            return Outgoing.refused(early);
        }
        int type = service & ~(FlushService.SUBGROUP_CAST | FlushService.RECEIVE_FLAGS);
        if (isPrivate(group)) {
            return isName(group)
                    ? finish(null, type, List.of(group), null, messType, length)
                    : Outgoing.refused(SpreadCode.ILLEGAL_GROUP);
        }
        GroupAutomaton automaton = automatons.get(group);
        SpreadCode refusal = automaton == null ? SpreadCode.ILLEGAL_GROUP : automaton.maySend();
        if (refusal != null || automaton == null) {
            return Outgoing.refused(refusal == null ? SpreadCode.ILLEGAL_GROUP : refusal);
        }
        return finish(automaton, type, automaton.toGroup(), null, messType, length);
    }

    /**
     * A unicast or subgroupcast: checks 2 to 10 of flush-protocol 2.3, the first that fails wins. The answer carries what to send in front of
     * and behind the user's bytes; it is stamped with the installed view, so nothing may come in between.
     *
     * @param parts scatter elements of the body
     * @param length bytes of the body
     */
    public Outgoing subgroupcast(
            int service, String group, List<String> receivers, short messType, int parts, long length) {
        if (receivers.isEmpty() || receivers.size() > FlushService.MAX_RECEIVERS) {
            return Outgoing.refused(SpreadCode.ILLEGAL_PARAM);
        }
        SpreadCode early = checkArguments(service, messType, parts);
        if (early != null) {
            return Outgoing.refused(early);
        }
        GroupAutomaton automaton = null;
        if (!isPrivate(group)) {
            automaton = automatons.get(group);
            SpreadCode refusal = automaton == null ? SpreadCode.ILLEGAL_GROUP : automaton.maySend();
            if (refusal != null) {
                return Outgoing.refused(refusal);
            }
        } else if (!isName(group)) {
            return Outgoing.refused(SpreadCode.ILLEGAL_GROUP);
        }
        for (String receiver : receivers) {
            if (automaton == null ? !receiver.equals(group) : !automaton.isInInstalledView(receiver)) {
                return Outgoing.refused(SpreadCode.ILLEGAL_RECEIVERS);
            }
        }
        int type = (service & ~FlushService.RECEIVE_FLAGS) | FlushService.SUBGROUP_CAST;
        return finish(automaton, type, List.copyOf(receivers), group, messType, length);
    }

    private static @Nullable SpreadCode checkArguments(int service, short messType, int parts) {
        if (FlushService.hasReservedBits(service)) {
            return SpreadCode.ILLEGAL_SERVICE;
        }
        if (messType < FlushService.MIN_LEGAL_MESS_TYPE) {
            return SpreadCode.ILLEGAL_MESSAGE_TYPE;
        }
        return parts < 0 || parts > 99 ? SpreadCode.ILLEGAL_MESSAGE : null;
    }

    private Outgoing finish(
            @Nullable GroupAutomaton automaton,
            int type,
            List<String> groups,
            @Nullable String reference,
            short messType,
            long length) {
        if (!FlushService.hasOneService(type)) {
            return Outgoing.refused(SpreadCode.ILLEGAL_SERVICE);
        }
        GroupId wrapIn = automaton != null && (wrapping == Wrapping.ALWAYS || automaton.wraps(type))
                ? automaton.installedId()
                : null;
        int trailer = (wrapIn == null ? 0 : WRAP_TRAILER) + (reference == null ? 0 : Name.SLOT);
        if (length + trailer + (long) Name.SLOT * groups.size() > MessageHeader.MAX_PAYLOAD) {
            return Outgoing.refused(SpreadCode.MESSAGE_TOO_LONG);
        }
        if (trailer == 0) {
            return Outgoing.of(type, groups, messType, Outgoing.NO_TRAILER);
        }
        ByteBuf bytes = Unpooled.buffer(trailer, trailer);
        if (wrapIn != null) {
            counters.messagesWrapped++;
            bytes.writeShortLE(messType);
            wrapIn.write(bytes);
        }
        if (reference != null) {
            Name.of(reference).write(bytes);
        }
        return Outgoing.of(
                type, groups, wrapIn == null ? messType : FlushService.VULNERABLE, ByteBuffer.wrap(bytes.array()));
    }

    /** A private group is whatever has a '#' within the length of a name; whether it exists is not known here. */
    private static boolean isPrivate(String group) {
        int at = group.indexOf('#');
        return at >= 0 && at < Name.SLOT;
    }

    private static boolean isName(String text) {
        if (text.isEmpty() || text.length() > Name.MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == 0 || text.charAt(i) > 255) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLegalGroup(String text) {
        return isName(text) && Name.of(text).isLegalGroup();
    }

    private static String name(ByteBuffer body, int at) {
        return Name.read(Unpooled.wrappedBuffer(body.duplicate().position(at)), 0)
                .toString();
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
        GroupAutomaton automaton = automatons.get(group);
        return automaton == null ? null : automaton.membershipState();
    }

    public @Nullable ViewState viewState(String group) {
        GroupAutomaton automaton = automatons.get(group);
        return automaton == null ? null : automaton.viewState();
    }

    /** True between the join call and the first Spread membership. */
    public boolean isJoining(String group) {
        return joining.contains(group);
    }

    /** Id of the installed view; null without a group, {@link GroupId#NONE} before the first view. */
    public @Nullable GroupId installedView(String group) {
        GroupAutomaton automaton = automatons.get(group);
        return automaton == null ? null : automaton.installedId();
    }

    /** What the group waits for; null if no change is pending. */
    public @Nullable PendingView pendingView(String group) {
        GroupAutomaton automaton = automatons.get(group);
        return automaton == null ? null : automaton.pendingView();
    }

    @Nullable
    GroupAutomaton automaton(String group) {
        return automatons.get(group);
    }
}
