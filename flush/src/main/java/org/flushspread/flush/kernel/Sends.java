package org.flushspread.flush.kernel;

import java.util.List;
import java.util.Map;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * The checks of a send, in the order of the C library, and the stamp of what passes them (flush-protocol 2.3). Which names and
 * service bits the layer takes is in {@link FlushService}.
 */
final class Sends {
    private static final int MAX_PARTS = 99;

    private final Map<String, GroupAutomaton> groups;
    private final Wrapping wrapping;
    private final FlushCounters counters;

    Sends(Map<String, GroupAutomaton> groups, Wrapping wrapping, FlushCounters counters) {
        this.groups = groups;
        this.wrapping = wrapping;
        this.counters = counters;
    }

    Outgoing multicast(int service, String group, short messType, int parts, long length) {
        SpreadCode early = checkArguments(service, messType, parts);
        if (early != null) {
            return Outgoing.refused(early);
        }
        int type = service & ~(FlushService.SUBGROUP_CAST | FlushService.RECEIVE_FLAGS);
        GroupAutomaton automaton = groups.get(group);
        SpreadCode refusal = checkDestination(group, automaton);
        return refusal == null
                ? stamp(
                        automaton,
                        type,
                        automaton == null ? List.of(group) : automaton.toGroup(),
                        null,
                        messType,
                        length)
                : Outgoing.refused(refusal);
    }

    Outgoing subgroupcast(int service, String group, List<String> receivers, short messType, int parts, long length) {
        if (!FlushService.mayReceive(receivers.size(), FlushService.MAX_RECEIVERS)) {
            return Outgoing.refused(SpreadCode.ILLEGAL_PARAM);
        }
        SpreadCode refusal = checkArguments(service, messType, parts);
        GroupAutomaton automaton = groups.get(group);
        if (refusal == null) {
            refusal = checkDestination(group, automaton);
        }
        if (refusal != null) {
            return Outgoing.refused(refusal);
        }
        for (String receiver : receivers) {
            if (automaton == null ? !receiver.equals(group) : !automaton.isInInstalledView(receiver)) {
                return Outgoing.refused(SpreadCode.ILLEGAL_RECEIVERS);
            }
        }
        int type = (service & ~FlushService.RECEIVE_FLAGS) | FlushService.SUBGROUP_CAST;
        return stamp(automaton, type, List.copyOf(receivers), group, messType, length);
    }

    /** Checks 3 to 5. */
    private static @Nullable SpreadCode checkArguments(int service, short messType, int parts) {
        if (FlushService.hasReservedBits(service)) {
            return SpreadCode.ILLEGAL_SERVICE;
        }
        if (messType < FlushService.MIN_LEGAL_MESS_TYPE) {
            return SpreadCode.ILLEGAL_MESSAGE_TYPE;
        }
        return parts < 0 || parts > MAX_PARTS ? SpreadCode.ILLEGAL_MESSAGE : null;
    }

    /** Checks 6 and 7. A private group has no automaton: no group that can be joined has a '#'. */
    private static @Nullable SpreadCode checkDestination(String group, @Nullable GroupAutomaton automaton) {
        if (automaton != null) {
            return automaton.maySend();
        }
        return FlushService.isPrivate(group) && FlushService.isName(group) ? null : SpreadCode.ILLEGAL_GROUP;
    }

    /** Checks 9 and 10, and what the message carries behind the user's bytes. */
    private Outgoing stamp(
            @Nullable GroupAutomaton automaton,
            int type,
            List<String> destinations,
            @Nullable String group,
            short messType,
            long length) {
        if (!FlushService.hasOneService(type)) {
            return Outgoing.refused(SpreadCode.ILLEGAL_SERVICE);
        }
        GroupId wrapIn = automaton != null && (wrapping == Wrapping.ALWAYS || automaton.wraps(type))
                ? automaton.installedId()
                : null;
        int trailer = Trailer.length(wrapIn, group);
        if (length + trailer + (long) Name.SLOT * destinations.size() > MessageHeader.MAX_PAYLOAD) {
            return Outgoing.refused(SpreadCode.MESSAGE_TOO_LONG);
        }
        if (trailer == 0) {
            return Outgoing.of(type, destinations, messType, Outgoing.NO_TRAILER);
        }
        if (wrapIn != null) {
            counters.messagesWrapped++;
        }
        return Outgoing.of(
                type,
                destinations,
                wrapIn == null ? messType : FlushService.VULNERABLE,
                Trailer.write(wrapIn, messType, group));
    }

    /** The request to join a group, or to leave it. */
    static Outgoing request(int type, List<String> group) {
        return Outgoing.of(type, group, (short) 0, Outgoing.NO_TRAILER);
    }

    /** Consent or confirmation (flush-protocol 4.4). */
    static Outgoing control(int service, List<String> group, short messType, GroupId id, List<String> names) {
        return Outgoing.of(service, group, messType, Trailer.control(id, names));
    }
}
