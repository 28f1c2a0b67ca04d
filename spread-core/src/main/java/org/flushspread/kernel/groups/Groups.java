package org.flushspread.kernel.groups;

import com.google.common.collect.ImmutableList;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Objects;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.DeliveryThreshold;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.kernel.base.Message;
import org.flushspread.kernel.base.Outbound;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.GroupsMessage;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;

/**
 * The process groups of one daemon: the state machine of groups-protocol 6.
 *
 * <p>One class because it is the table of groups-protocol 6 in code, which is checked against it side by side.
 */
public final class Groups {
    /**
     * Members a group may have at one daemon. Requests beyond it are to be rejected before they are sent: the state of such a group could
     * not be told to other daemons (groups-protocol Q7).
     */
    public static final int MAX_LOCAL_MEMBERS = GroupsMessage.MAX_MEMBERS_OF_DAEMON;

    private enum State {
        /** Regular membership. */
        GOP(1),
        /** Between the transitional and the regular membership. */
        GTRANS(2),
        /** In a regular membership, exchanging group state. */
        GGATHER(3),
        /** Exchanging group state, in a transitional membership already. */
        GGT(4);

        private final int number;

        State(int number) {
            this.number = number;
        }
    }

    private final Context context;
    private final Outbound ring;
    private final LocalSessions sessions;
    private final GroupTable table;
    private final ClientViews views;
    private final int me;
    private State state = State.GOP;
    private DaemonOrder order;
    private MembershipId regular;
    private DaemonSet regularMembers;
    private MembershipId transitional;
    private DaemonSet transitionalMembers;
    /** A transitional membership that came during an exchange; the one before stays in force until it takes effect. */
    private @Nullable DaemonMembership cascaded;

    private ImmutableList<Daemon> ringDaemons;
    private DaemonSet synced;
    private Exchange exchange = new Exchange();

    public Groups(Context context, Outbound ring, LocalSessions sessions) {
        this.context = context;
        this.ring = ring;
        this.sessions = sessions;
        me = context.me().id();
        table = new GroupTable(context.random().nextInt());
        views = new ClientViews(context.allocator(), sessions, me);
        order = new DaemonOrder(context.configuration());
        DaemonMembership alone = new DaemonMembership(new MembershipId(me, -1), ImmutableList.of(context.me()));
        regular = alone.id();
        transitional = alone.id();
        synced = DaemonSet.of(alone);
        regularMembers = synced;
        ringDaemons = alone.members();
        transitionalMembers = synced;
    }

    /** A JOIN, LEAVE, KILL or GROUPS message, in delivery order. */
    public void control(Message message) {
        int type = message.type();
        if ((type & ServiceType.CONTROL_MESS) == 0) {
            groups(message);
        } else if (state == State.GGATHER || state == State.GGT) {
            context.refuse(Reason.MESSAGE_NOT_EXPECTED);
        } else if ((type & ServiceType.JOIN_MESS) != 0) {
            join(message);
        } else if ((type & ServiceType.LEAVE_MESS) != 0) {
            leave(message);
        } else {
            kill(message);
        }
    }

    /** T of groups-protocol 6. */
    public void transitional(DaemonMembership membership) {
        switch (state) {
            case GOP -> transitionalInGop(membership);
            case GGATHER -> transitionalInGgather(membership);
            case GTRANS, GGT -> context.refuse(Reason.MEMBERSHIP_NOT_EXPECTED);
        }
    }

    /** R of groups-protocol 6. */
    public void regular(DaemonMembership membership) {
        switch (state) {
            case GTRANS -> regularInGtrans(membership);
            case GGT -> regularInGgt(membership);
            case GOP, GGATHER -> context.refuse(Reason.MEMBERSHIP_NOT_EXPECTED);
        }
    }

    /** The local members of the group named in the slot at {@code index}, or null if there are none. Allocates nothing. */
    public @Nullable LocalGroup local(ByteBuf bytes, int index) {
        return table.local(bytes, index);
    }

    /** The names of the groups of a member, in name order. */
    public List<Name> groupsOf(Name member) {
        return table.groupsOf(member).stream().map(Group::name).toList();
    }

    /** Daemon entries are sorted anew by the configuration now in force (reload). */
    public void reconfigured() {
        order = new DaemonOrder(context.configuration());
        table.all().forEach(group -> group.sort(order));
        synced = synced.sorted(order);
    }

    /** Groups known. */
    public int count() {
        return table.size();
    }

    /**
     * The first groups in name order.
     *
     * @param most groups
     * @param mostMembers of all of them together that are named
     */
    public List<GroupFigures> figures(int most, int mostMembers) {
        return table.figures(most, mostMembers);
    }

    /** GOP 1, GTRANS 2, GGATHER 3, GGT 4 (the numbers of the status packet). */
    public int stateNumber() {
        return state.number;
    }

    /**
     * Tests every invariant of the groups (groups-protocol 2, 6). For simulators and tests.
     *
     * @throws InvariantViolation if one does not hold
     */
    public void audit() {
        table.audit(order, me);
        verifySynced();
        if (state == State.GOP && !table.changed().isEmpty()) {
            throw new InvariantViolation(
                    "groups-protocol 6: in GOP no view is owed",
                    table.changed().get(0).name().toString());
        }
    }

    private void verifySynced() {
        if (!synced.contains(me) || (state != State.GTRANS && !regularMembers.containsAll(synced.ids()))) {
            throw new InvariantViolation(
                    "groups-protocol 2: I am in my synced set, and it is in the ring",
                    synced.ids() + " of " + regularMembers.ids());
        }
    }

    // JOIN, LEAVE, KILL: groups-protocol 3.1

    private void join(Message message) {
        Name member = Name.read(message.bytes(), message.senderIndex());
        Daemon daemon = daemonOf(member);
        Name name = groupOf(message);
        if (daemon == null || name == null) {
            return;
        }
        Group group = table.find(name);
        if (group == null) {
            group = table.create(name, new GroupId(state == State.GTRANS ? transitional : regular, 0));
        }
        DaemonMembers entry = group.at(daemon.id());
        if (entry == null) {
            entry = new DaemonMembers(daemon.id(), group.membershipId(), List.of());
            if (state == State.GTRANS && !transitionalMembers.contains(daemon.id())) {
                entry.partition();
            }
            group.add(entry, order);
        }
        if (entry.contains(member)) {
            return;
        }
        if (entry.names().size() >= MAX_LOCAL_MEMBERS) {
            context.refuse(Reason.TOO_MANY_LOCAL_MEMBERS, name.toString());
            return;
        }
        LocalMember session = daemon.id() == me ? sessions.find(member) : null;
        table.join(group, entry, member, session);
        if (session != null) {
            sessions.joined(session, name);
        }
        group.count();
        if (entry.partitioned()) {
            group.changed(true);
        }
        if (group.changed()) {
            views.transitional(group, member, session);
        } else {
            views.lightweight(group, ServiceType.CAUSED_BY_JOIN, member);
        }
    }

    private void leave(Message message) {
        Name member = Name.read(message.bytes(), message.senderIndex());
        Daemon daemon = daemonOf(member);
        Name name = groupOf(message);
        if (daemon == null || name == null) {
            return;
        }
        Group group = table.find(name);
        if (group != null) {
            remove(group, daemon, member, ServiceType.CAUSED_BY_LEAVE);
        }
    }

    private void kill(Message message) {
        Name member = Name.read(message.bytes(), message.senderIndex());
        Daemon daemon = daemonOf(member);
        if (daemon == null) {
            return;
        }
        for (Group group : table.groupsOf(member)) {
            remove(group, daemon, member, ServiceType.CAUSED_BY_DISCONNECT);
        }
        if (daemon.id() == me) {
            sessions.killed(member);
        }
    }

    private void remove(Group group, Daemon daemon, Name member, int cause) {
        DaemonMembers entry = group.at(daemon.id());
        if (entry == null || !entry.contains(member)) {
            return;
        }
        LocalMember session = table.leave(group, entry, member);
        if (session != null && cause == ServiceType.CAUSED_BY_LEAVE) {
            views.selfLeave(group, session);
        }
        group.count();
        if (group.changed()) {
            views.transitional(group, null, null);
        } else {
            views.lightweight(group, cause, member);
        }
    }

    private @Nullable Daemon daemonOf(Name member) {
        if (!member.isPrivateGroup()) {
            context.refuse(Reason.BAD_PRIVATE_NAME);
            return null;
        }
        Daemon daemon = daemonNamed(member.daemonPart());
        if (daemon == null) {
            context.refuse(Reason.UNKNOWN_DAEMON_NAME);
        }
        return daemon;
    }

    /**
     * A daemon of the configuration or of my ring. A daemon that a reload has removed from the configuration is still a member of the ring
     * that the reload broke, and daemons that had not read the new file yet accept its last messages; so must this one (membership-protocol 10).
     */
    private @Nullable Daemon daemonNamed(String name) {
        Daemon configured = context.configuration().byName(name);
        if (configured != null) {
            return configured;
        }
        for (Daemon each : ringDaemons) {
            if (each.name().equals(name)) {
                return each;
            }
        }
        return null;
    }

    /** Only the first group of a request counts (groups-protocol Q5). */
    private @Nullable Name groupOf(Message message) {
        if (message.numGroups() < 1) {
            context.refuse(Reason.BAD_GROUP_COUNT);
            return null;
        }
        return Name.read(message.bytes(), message.groupIndex(0));
    }

    // T: groups-protocol 6.1 and 6.4

    private void transitionalInGop(DaemonMembership membership) {
        transitional = membership.id();
        transitionalMembers = DaemonSet.of(membership);
        for (Group group : table.all()) {
            boolean lost = false;
            for (DaemonMembers each : group.daemons()) {
                if (!transitionalMembers.contains(each.procId())) {
                    each.partition();
                    lost = true;
                }
            }
            if (lost) {
                views.transition(group);
                group.renew(transitional);
                group.changed(true);
                group.cameFrom(transitional);
            }
        }
        synced = synced.intersection(transitionalMembers);
        state = State.GTRANS;
    }

    private void transitionalInGgather(DaemonMembership membership) {
        cascaded = membership;
        DaemonSet staying = DaemonSet.of(membership);
        for (Group group : table.all()) {
            if (group.daemons().stream().anyMatch(each -> !staying.contains(each.procId()))) {
                group.changed(true);
            }
        }
        state = State.GGT;
    }

    // R: groups-protocol 6.2 and 6.5

    private void regularInGtrans(DaemonMembership membership) {
        regular = membership.id();
        regularMembers = DaemonSet.of(membership);
        ringDaemons = membership.members();
        boolean nobodyNew = regularMembers.size() == transitionalMembers.size();
        for (Group group : table.changed()) {
            removePartitioned(group);
            if (nobodyNew && !group.isEmpty()) {
                // All came here together, so this is set before the view is made; 6.6 does it the other way round.
                group.cameFrom(regular);
                renew(group);
            }
        }
        if (nobodyNew) {
            state = State.GOP;
            ring.threshold(DeliveryThreshold.EVERYTHING);
        } else {
            sessions.hold(true);
            ring.groupsOnly(true);
            beginExchange();
        }
    }

    private void regularInGgt(DaemonMembership membership) {
        DaemonMembership saved = Objects.requireNonNull(cascaded);
        cascaded = null;
        if (exchange.mineComplete()) {
            mergeComplete();
        }
        transitional = saved.id();
        transitionalMembers = DaemonSet.of(saved);
        regular = membership.id();
        regularMembers = DaemonSet.of(membership);
        ringDaemons = membership.members();
        for (Group group : table.all()) {
            retain(group, transitionalMembers);
        }
        synced = synced.intersection(transitionalMembers);
        beginExchange();
    }

    private void beginExchange() {
        verifySynced();
        exchange = new Exchange();
        ring.threshold(DeliveryThreshold.AGREED);
        ring.clearGroups();
        if (synced.first() == me) {
            send(GroupsMessage.split(
                    context.me().name(),
                    regular,
                    synced.ids(),
                    () -> table.all().stream().map(Group::entry).iterator()));
        }
        state = State.GGATHER;
    }

    /** In the reverse of the building order (groups-protocol 8.3). */
    private void send(List<GroupsMessage> built) {
        for (int i = built.size() - 1; i >= 0; i--) {
            GroupsMessage message = built.get(i);
            ByteBuf image = context.allocator().buffer(message.length());
            try {
                message.write(image);
                ring.submitGroups(message.packetType(), image, image.readerIndex(), image.readableBytes());
            } finally {
                image.release();
            }
        }
    }

    private void removePartitioned(Group group) {
        for (DaemonMembers each : List.copyOf(group.daemons())) {
            if (each.partitioned()) {
                table.remove(group, each);
            }
        }
        table.removeIfEmpty(group);
    }

    private void retain(Group group, DaemonSet staying) {
        for (DaemonMembers each : List.copyOf(group.daemons())) {
            if (!staying.contains(each.procId())) {
                table.remove(group, each);
                group.changed(true);
            }
        }
        table.removeIfEmpty(group);
    }

    // GROUPS: groups-protocol 6.3, 6.6, 8.4

    private void groups(Message message) {
        Reason refused = gather(message);
        if (refused != null) {
            context.refuse(refused);
        } else if (exchange.covers(regularMembers)) {
            complete();
        }
    }

    private @Nullable Reason gather(Message message) {
        if (state != State.GGATHER && state != State.GGT) {
            return Reason.GROUPS_NOT_EXPECTED;
        }
        ByteBuf bytes = message.bytes();
        int at = message.index();
        boolean whole = GroupsMessage.hasPrefix(message.length());
        if (whole && !GroupsMessage.isOf(regular, bytes, at, message.littleEndian())) {
            return Reason.STALE_GROUPS;
        }
        Daemon sender = daemonNamed(GroupsMessage.daemon(bytes, at));
        if (sender == null) {
            return Reason.UNKNOWN_DAEMON_NAME;
        }
        if (synced.contains(sender.id())) {
            return exchange.mine(
                    GroupsMessage.isLast(message.type()),
                    whole ? GroupsMessage.syncedSetSize(bytes, at, message.littleEndian()) : 0,
                    synced);
        }
        GroupsMessage decoded = GroupsMessage.decode(bytes, at, message.length());
        if (decoded == null) {
            return exchange.unreadable(sender.id());
        }
        return exchange.other(sender.id(), decoded, synced, regularMembers);
    }

    private void complete() {
        // What is packed behind this message is ordinary traffic already, so everything is back to normal before
        // anybody is told.
        ring.groupsOnly(false);
        sessions.hold(false);
        mergeComplete();
        if (synced.size() != regularMembers.size()) {
            throw new InvariantViolation(
                    "groups-protocol 6.6: after an exchange the synced set is the ring",
                    synced.ids() + " of " + regularMembers.ids());
        }
        for (Group group : table.changed()) {
            renew(group);
            group.cameFrom(regular);
        }
        state = State.GOP;
        if (cascaded == null) {
            ring.threshold(DeliveryThreshold.EVERYTHING);
        } else {
            // The ring recovers at this moment and delivers nothing ahead; the regular membership to come sets the
            // threshold.
            DaemonMembership saved = cascaded;
            cascaded = null;
            transitionalInGop(saved);
        }
    }

    private void renew(Group group) {
        group.renew(regular);
        group.changed(false);
        views.heavyweight(group);
    }

    /** Takes in what every other representative that has said all knows, and its synced set. */
    private void mergeComplete() {
        List<Exchange.Contribution> complete = exchange.complete();
        exchange = new Exchange();
        for (Exchange.Contribution each : complete) {
            for (GroupsMessage message : each.messages()) {
                message.groups().forEach(this::merge);
            }
            synced = synced.with(each.syncedSet(), order);
        }
        table.all().forEach(table::removeIfEmpty);
    }

    private void merge(GroupsMessage.GroupEntry from) {
        Group group = table.find(from.name());
        if (group == null) {
            group = table.create(from.name(), from.id());
        }
        if (from.changed()) {
            group.changed(true);
        }
        for (GroupsMessage.DaemonEntry each : from.daemons()) {
            if (group.at(each.procId()) != null) {
                context.refuse(Reason.DUPLICATE_DAEMON_ENTRY, from.name().toString());
            } else if (!each.members().isEmpty()) {
                table.add(group, new DaemonMembers(each.procId(), each.membershipId(), each.members()), order);
                if (!each.membershipId().equals(group.membershipId())) {
                    group.changed(true);
                }
            }
        }
    }
}
