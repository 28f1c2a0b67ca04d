package org.flushspread.kernel.ring;

import com.google.common.collect.ImmutableList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.List;
import org.flushspread.config.Timers;
import org.flushspread.kernel.base.Backlog;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.DeadlineKind;
import org.flushspread.kernel.base.DeliveryThreshold;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.kernel.base.KernelFailure;
import org.flushspread.kernel.base.Outbound;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.membership.FormingRing;
import org.flushspread.kernel.recovery.OldRing;
import org.flushspread.kernel.recovery.Recovery;
import org.flushspread.kernel.recovery.RingReport;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.RingInfo;
import org.flushspread.wire.TokenHeader;
import org.jspecify.annotations.Nullable;

/**
 * The data path of one daemon: packets and tokens in, packets and tokens out, messages up in order.
 *
 * <p>Upcalls are made only from within {@link #data}, {@link #token}, {@link #recover} and {@link #turnEnded}. They may call anything of
 * {@link Outbound} and, from {@link RingObserver#installed} and {@link RingObserver#tokenLost}, {@link #loseToken}.
 *
 * <p>One class because the token visit is one method in the order of 7.2 (a step out of its place fails silently: ring-protocol 21, 1), and
 * what surrounds it (acceptance, holding, recovery, installation) reads and writes the same dozen
 * fields. What can be told apart has classes of its own: packets ({@link PacketTable}, {@link PacketCheck}), requests, flow control,
 * queues, delivery, the order of members and whether the ring moves.
 */
public final class Ring implements FormingRing, Outbound {
    /** Sequence numbers end here: the token is swallowed and a new membership counts from 1 again (7.1 step 6). */
    private static final int MAX_SEQUENCE = 1 << 30;
    /** Visits of a ring of one in a turn, so that clients are served in between. */
    private static final int VISITS_PER_TURN = 64;
    /** Packets that a daemon sends unasked in one visit of a ring that stands still. */
    private static final int UNASKED = 16;
    /** Idle visits after which a leader may keep the token; nothing asks for more, so the count ends here (11.1). */
    private static final int IDLE_VISITS = 2;

    private final Context context;
    private final Timers timers;
    private final RingObserver observer;
    private final boolean wide;

    private final PacketTable table = new PacketTable();
    private final FlowControl flow = new FlowControl();
    /** Nobody is to send: clients of this daemon cannot take more. */
    private boolean holdsBack;

    private final PacketSender sender;
    private final RetransmissionRequests requests;
    private final Outbox outgoing;
    private final Sequencer fresh;
    private final PacketCheck check;
    private final Progress progress;
    private final Delivery delivery;
    private final OldRing oldRing;
    private final Rotations rotations = new Rotations();
    /** What this daemon itself has waiting. */
    private final Backlog own = new Backlog();

    /** The last installed ring; its id stands in data headers and requests, in recovery too. */
    private DaemonMembership regular;
    /** The ring the token goes round: the future one during recovery. */
    private RingOrder order;

    private @Nullable Recovery recovery;
    private ImmutableList<Integer> commitSet;
    private boolean tokenAlive;

    private final Token incoming = new Token();
    /** The token as I last sent it, or hold it. */
    private final Token last = new Token();
    /** In a ring of one: the token on its way from me to me. */
    private final Token toMyself = new Token();

    private boolean toMyselfPending;
    private boolean forgetLastAru;
    private int tokenCounter;
    /** Both rounds wrap (10): they are compared by their difference. */
    private int tokenRounds;

    private int receivedTokenRounds;
    /** A token came since the last FORM2: there is one to send again. */
    private boolean tokenReceived;

    private boolean tokenFirst;

    /** @param timers fixed at start; a reload does not change them */
    public Ring(Context context, Timers timers, RingObserver observer) {
        this.context = context;
        this.timers = timers;
        this.observer = observer;
        wide = context.configuration().isWide();
        flow.configure(
                context.configuration().options(),
                context.configuration().options().acceleratedRing().orElse(false));
        sender = new PacketSender(context);
        requests = new RetransmissionRequests(context, table, sender);
        outgoing = new Outbox(context);
        delivery = new Delivery(context, table, observer);
        oldRing = new LeftRing(table, delivery);
        fresh = new Sequencer(context, table, outgoing, sender);
        check = new PacketCheck(context, table, flow);
        progress = new Progress(timers.token());
        regular = new DaemonMembership(new MembershipId(context.me().id(), -1), ImmutableList.of(context.me()));
        order = new RingOrder(context, regular);
        commitSet = ImmutableList.of(context.me().id());
    }

    // The data port

    /**
     * A regular data packet that passed the common checks (ring-protocol 6 steps 1 to 7). If it is ROUTED it is forwarded (step 8), unless
     * it is malformed or out of range. Packets of another ring are forwarded too, because my segment notices that ring by them, and so are
     * packets of daemons that a reload has removed, because my neighbours may need them to recover.
     */
    public void data(ByteBuf packet, int index, int length) {
        boolean little = ByteOrderTag.isLittleEndian(packet, index);
        int type = PacketHeader.type(packet, index, little);
        if (!check.isWellFormed(packet, index, length, type, little)) {
            return;
        }
        int originator = PacketHeader.procId(packet, index, little);
        int sequence = PacketHeader.sequence(packet, index, little);
        boolean mine = hadRing() && regular.id().equals(packet, index + PacketHeader.MEMBERSHIP_ID, little);
        if (mine && !check.isAcceptable(sequence, originator, regular, recovery != null)) {
            return;
        }
        if ((type & PacketType.ROUTED) != 0) {
            packet = sender.forward(order, packet, index, length, little);
            index = 0;
        }
        if (!mine) {
            if (check.isOfKnownDaemon(originator)) {
                observer.foreign(packet, index, length);
            }
            return;
        }
        if (sequence <= table.lastDiscarded || table.state(sequence) != PacketTable.EMPTY) {
            context.counters().duplicatePackets++;
            return;
        }
        ByteBuf copy = copy(packet, index, length);
        if (copy != null) {
            store(copy, Fragments.service(type), little, sequence);
            delivery.runWantedPass();
        }
    }

    /** Null if there is no memory: then the packet is lost, as it might have been on its way, and will be asked for (8.2). */
    private @Nullable ByteBuf copy(ByteBuf packet, int index, int length) {
        try {
            ByteBuf copy = context.allocator().buffer(length, length);
            return copy.writeBytes(packet, index, length);
        } catch (OutOfMemoryError e) {
            context.refuse(Reason.OUT_OF_MEMORY, "a packet of the ring");
            return null;
        }
    }

    private void store(ByteBuf copy, int service, boolean little, int sequence) {
        if (tokenAlive) {
            armTimers();
        }
        Fragments.normalise(copy, service, little);
        table.put(sequence, copy);
        context.counters().packetsReceived++;
        context.probe().stored(regular.id(), sequence);
        // the token that follows my predecessor's packet is already on its way (ring-protocol 10)
        if (flow.accelerated()
                && isOperational()
                && copy.getIntLE(PacketHeader.TRANSMITTER) == order.predecessor
                && copy.getIntLE(PacketHeader.TOKEN_ROUND) - receivedTokenRounds > 0) {
            tokenFirst = true;
        }
        if (sequence == table.myAru + 1) {
            table.advance();
            delivery.agreed();
        } else {
            delivery.early(sequence, sequence);
        }
    }

    /** A HURRY packet (ring-protocol 11.2). */
    public void hurry(ByteBuf packet, int index) {
        boolean little = ByteOrderTag.isLittleEndian(packet, index);
        if (order.isLeader && mayHold() && order.membership.contains(PacketHeader.procId(packet, index, little))) {
            tokenCounter = 0;
            sendLastAgain();
        }
    }

    // The token port

    /** A regular token that passed the common checks (ring-protocol 7.1 steps 1 and 2). */
    public void token(ByteBuf token, int index, int length) {
        boolean little = ByteOrderTag.isLittleEndian(token, index);
        int bodyAt = index + TokenHeader.LENGTH;
        int bodyLength = length - TokenHeader.LENGTH;
        if (!isMine(token, index, bodyLength, little)) {
            return;
        }
        if (!RetransmissionRequests.areValid(context, token, bodyAt, bodyLength, little, regular.id())) {
            context.refuse(Reason.BAD_RETRANSMISSION_REQUEST);
            return;
        }
        incoming.read(token, index, little);
        if (recovery == null && incoming.sequence > MAX_SEQUENCE) {
            context.refuse(Reason.TOKEN_SEQUENCE_WRAP);
            return;
        }
        if (isNewGeneration() && isPlausible()) {
            context.probe().tokenAccepted(order.membership.id(), incoming.sequence, incoming.aru);
            visit(incoming, token, bodyAt, bodyLength, little);
            delivery.runWantedPass();
        }
    }

    private boolean isMine(ByteBuf token, int index, int bodyLength, boolean little) {
        if (!tokenAlive) {
            context.refuse(Reason.TOKEN_NOT_EXPECTED);
        } else if (!order.membership.id().equals(token, index + TokenHeader.MEMBERSHIP_ID, little)) {
            context.refuse(Reason.TOKEN_OTHER_RING);
        } else if (order.isAlone || TokenHeader.transmitter(token, index, little) != order.predecessor) {
            context.refuse(Reason.TOKEN_NOT_FROM_PREDECESSOR);
        } else if (bodyLength < 0 || TokenHeader.rtrLength(token, index, little) != bodyLength) {
            context.refuse(Reason.DATAGRAM_LENGTH_MISMATCH);
        } else {
            return true;
        }
        return false;
    }

    /** The generation test (7.1 step 7). */
    private boolean isNewGeneration() {
        if (incoming.arq == (order.isLeader ? last.arq : (last.arq + 1) & 0xf)) {
            return true;
        }
        context.refuse(Reason.TOKEN_OLD_GENERATION);
        if (!order.isLeader && incoming.arq == last.arq && incoming.retrans > last.retrans && tokenReceived) {
            last.retrans = incoming.retrans;
            sendLastAgain();
        }
        return false;
    }

    /** A token that an honest ring cannot make, and on which C daemons abort (16 S8, S10, membership-protocol 13). */
    private boolean isPlausible() {
        if (incoming.aru < table.aru) {
            context.refuse(Reason.TOKEN_LOWERS_ARU);
        } else if (recovery == null && incoming.sequence > check.highestPossible(false)) {
            context.refuse(Reason.TOKEN_SEQUENCE_TOO_HIGH);
        } else {
            return true;
        }
        return false;
    }

    /** One visit of the token, in the order of ring-protocol 7.2. */
    private void visit(Token token, ByteBuf body, int bodyAt, int bodyLength, boolean little) {
        Recovery attempt = recovery;
        int onArrival = token.sequence;
        context.counters().tokensAccepted++;
        if (token.retrans > 0 && !order.isLeader) {
            context.counters().tokenHurries++;
        }
        if (forgetLastAru) {
            last.aru = 0;
            forgetLastAru = false;
        }
        // 1, 2
        if (attempt == null) {
            table.highest = Math.max(table.highest, token.sequence);
        }
        receivedTokenRounds++;
        tokenReceived = true;
        if (!order.isAlone) {
            rotations.visited(context.nanos());
        }
        tokenFirst = false;
        // 3
        ByteBuf newBody = sender.newTokenBody();
        int sentAgain = requests.answer(order, body, bodyAt, bodyLength, little, regular.id(), newBody);
        if (attempt == null && progress.wantsUnasked()) {
            sentAgain += requests.sendUnasked(order, UNASKED);
        }
        flow.sentAgain(sentAgain);
        // 4
        boolean held = holdsBack && attempt == null && !outgoing.isGroupsOnly();
        int allowed = attempt == null && !held ? flow.allowance(token.flowControl, table.highest - table.aru) : 0;
        int firstNew = table.highest + 1;
        int sent = fresh.originate(allowed, regular.id());
        int beforeToken = sent - flow.afterToken(sent);
        fresh.transmit(order, 0, beforeToken, tokenRounds);
        // 5, 6
        token.flowControl = flow.account(token.flowControl, sentAgain + sent + (held ? flow.whole() : 0));
        table.advance();
        // 7
        requests.append(newBody, regular.id(), attempt == null && flow.accelerated() ? last.sequence : table.highest);
        if (attempt != null && !attempt.isComplete() && table.myAru == table.highest) {
            attempt.complete();
            table.myAru = attempt.fence();
            commitSet = ImmutableList.copyOf(attempt.obligationSet());
        }
        // 8
        if (token.aru > table.myAru
                || token.aruLastId == context.me().id()
                || (attempt == null && token.aru == onArrival)) {
            token.aru = table.myAru;
            token.aruLastId = context.me().id();
        }
        // 9, 10
        if (attempt == null) {
            token.sequence = table.highest;
        }
        if (order.isLeader) {
            token.arq = (token.arq + 1) & 0xf;
            token.retrans = 0;
        }
        // 11, 12
        if (!order.isLeader || !mayHold()) {
            sendToken(token, token.retrans > 1 ? 3 : 1);
        }
        tokenRounds++;
        armTimers();
        // 13
        fresh.transmit(order, beforeToken, sent, tokenRounds);
        fresh.clear();
        // 14, 15, 16
        table.stable(Math.min(token.aru, last.aru));
        tokenCounter = table.highest == table.aru ? Math.min(tokenCounter + 1, IDLE_VISITS) : 0;
        last.set(token);
        table.verify(attempt == null ? table.highest : attempt.fence());
        context.probe().visited(order.membership.id(), token.sequence, table.aru, attempt != null);
        // 17
        if (attempt == null) {
            delivery.stable(table.aru);
            delivery.agreed();
            delivery.early(firstNew, firstNew + sent - 1);
            watchProgress(token);
        } else if (table.aru == attempt.fence()) {
            install(attempt);
        } else if (tokenRounds > Recovery.MAX_ROUNDS) {
            observer.tokenLost(Reason.RECOVERY_ROUNDS);
        }
    }

    /** A ring whose aru does not move says so, and is given up when that lasts for a token timeout (8.3). */
    private void watchProgress(Token token) {
        progress.visited(table, context.nanos());
        if (order.isAlone) {
            return;
        }
        if (progress.isToBeSaid()) {
            context.counters().standstills++;
            context.ports().report(standstill(token));
        }
        if (progress.isHopeless()) {
            context.refuse(Reason.NO_PROGRESS, standstill(token).text());
            observer.tokenLost(Reason.NO_PROGRESS);
        }
    }

    private Event.RingStandsStill standstill(Token token) {
        int packet = table.aru + 1;
        return new Event.RingStandsStill(
                packet,
                context.configuration().byId(token.aruLastId),
                table.hasPacket(packet),
                requests.timesAsked(packet),
                Duration.ofNanos(progress.standingNanos()));
    }

    private void sendToken(Token token, int copies) {
        if (order.isAlone) {
            toMyself.set(token);
            toMyselfPending = true;
        } else {
            sender.sendToken(order, token, order.membership.id(), copies);
        }
    }

    /** Re-sends the last token without its requests (11.3). */
    private void sendLastAgain() {
        if (order.isLeader) {
            last.retrans = (last.retrans + 1) & 0xf;
            context.counters().tokenHurries++;
            context.arm(DeadlineKind.HURRY, timers.hurry());
        }
        sender.newTokenBody();
        int copies = wide && order.isLastOfSegment ? 2 : 1;
        sendToken(last, last.retrans > 1 ? copies + 2 : copies);
    }

    /** True if this daemon, were it the leader, would keep the token until somebody needs it (11.1). */
    private boolean mayHold() {
        return isOperational() && last.retrans <= 1 && table.aru == table.highest && tokenCounter == IDLE_VISITS;
    }

    /** OP, or GATHER with a live token (membership-protocol 15 no. 9). */
    private boolean isOperational() {
        return tokenAlive && recovery == null;
    }

    private boolean hadRing() {
        return regular.id().time() != -1;
    }

    private void armTimers() {
        armTokenTimer();
        if (order.isLeader) {
            context.arm(DeadlineKind.HURRY, timers.hurry());
        }
    }

    private void armTokenTimer() {
        if (order.isAlone) {
            // a token that never leaves cannot be lost
            context.cancel(DeadlineKind.TOKEN);
        } else {
            context.arm(DeadlineKind.TOKEN, timers.token());
        }
    }

    /** The hurry timer fired (ring-protocol 11.3). */
    public void hurryTimeout() {
        if (tokenAlive && order.isLeader && tokenReceived && !toMyselfPending) {
            sendLastAgain();
        }
    }

    /** True if the token socket is to be served before the data sockets (ring-protocol 10). */
    public boolean tokenFirst() {
        return tokenFirst;
    }

    /**
     * Work that needs no socket, at the end of a turn: token visits of a ring of one, which sends the token to itself. Does nothing else in
     * larger rings but a delivery pass that was asked for in this turn.
     */
    public void turnEnded() {
        for (int visits = 0; toMyselfPending && visits < VISITS_PER_TURN; visits++) {
            toMyselfPending = false;
            if (recovery == null && toMyself.sequence > MAX_SEQUENCE) {
                // nobody else is there to miss it: given up at once, with the same end as in larger rings (7.1 step 6)
                context.refuse(Reason.TOKEN_SEQUENCE_WRAP);
                if (table.lastDiscarded == table.highest) {
                    // nothing of this ring is left to be recovered, so its numbers need not be carried along
                    table.reset();
                }
                observer.tokenLost(Reason.TOKEN_SEQUENCE_WRAP);
                return;
            }
            incoming.set(toMyself);
            visit(incoming, Unpooled.EMPTY_BUFFER, 0, 0, true);
            delivery.runWantedPass();
        }
        if (toMyselfPending) {
            context.deadlines().arm(DeadlineKind.HURRY, context.nanos());
        }
        delivery.runWantedPass();
    }

    // Outbound

    @Override
    public void submit(int service, ByteBuf image, int index, int length) {
        queue(own, false, service, image, index, length);
    }

    @Override
    public void submit(Backlog from, int service, ByteBuf image, int index, int length) {
        queue(from, false, service, image, index, length);
    }

    @Override
    public void submitGroups(int service, ByteBuf image, int index, int length) {
        queue(own, true, service, image, index, length);
    }

    private void queue(Backlog from, boolean groups, int service, ByteBuf image, int index, int length) {
        if (!outgoing.fits(length)) {
            context.refuse(Reason.MESSAGE_TOO_LARGE);
            return;
        }
        boolean onlyOne = outgoing.add(from, groups, service, image, index, length);
        if (onlyOne && mayHold()) {
            try {
                wakeRing();
            } catch (RuntimeException | Error e) {
                // the message is queued already: a failure from here on is not caused by its sender
                throw new KernelFailure("woke the ring", "", e);
            }
        }
    }

    private void wakeRing() {
        if (order.isLeader) {
            tokenCounter = 0;
            sendLastAgain();
        } else {
            sender.hurry(order);
        }
    }

    @Override
    public void holdBack(boolean on) {
        if (holdsBack != on) {
            holdsBack = on;
            if (!on && mayHold()) {
                wakeRing();
            }
        }
    }

    @Override
    public void groupsOnly(boolean on) {
        outgoing.groupsOnly(on);
        delivery.groupsOnly(on);
    }

    @Override
    public void clearGroups() {
        outgoing.clearGroups();
    }

    @Override
    public void threshold(DeliveryThreshold level) {
        delivery.threshold(level);
    }

    @Override
    public int waiting() {
        return outgoing.waitingClients();
    }

    @Override
    public long waitingBytes() {
        return outgoing.waitingClientBytes();
    }

    // A membership change

    @Override
    public MembershipId membershipId() {
        return regular.id();
    }

    @Override
    public boolean tokenAlive() {
        return tokenAlive;
    }

    @Override
    public int highestSequence() {
        return table.highest;
    }

    @Override
    public RingInfo describe() {
        return RingReport.describe(regular.id(), oldRing, context.me().id(), commitSet);
    }

    @Override
    public RingInfo combine(RingInfo onToken) {
        return RingReport.combine(onToken, oldRing, context.me().id(), commitSet);
    }

    @Override
    public void enterForm(RingInfo reported) {
        stopToken();
        check.bound(reported.highestSequence());
    }

    @Override
    public void recover(DaemonMembership future, RingInfo mine, int fence) {
        int highest = Math.min(
                Math.max(mine.highestSequence(), table.lastDelivered), table.lastDiscarded + PacketTable.SLOTS - 1);
        if (highest < table.highest) {
            table.truncate(highest);
        }
        table.highest = highest;
        delivery.stable(Math.min(mine.aru(), highest));
        table.myAru = Math.max(table.myAru, table.lastDiscarded);
        List<Integer> holes = mine.holes();
        for (int i = 0; i < holes.size(); i++) {
            int hole = holes.get(i);
            // A packet that came since the report is forgotten: nobody else has it (membership-protocol 6.5 step 5).
            if (hole <= highest && !table.isDelivered(hole)) {
                table.markDummy(hole);
            }
        }
        check.bound(highest);
        recovery = new Recovery(future, mine, fence);
        order = new RingOrder(context, future);
        flow.reset();
        table.aru = 0;
        clearToken();
        tokenCounter = 0;
        tokenAlive = true;
        armTokenTimer();
    }

    @Override
    public void sendFirstToken() {
        if (!tokenAlive) {
            return;
        }
        tokenRounds = 1;
        incoming.first();
        sender.newTokenBody();
        sendToken(incoming, 2);
    }

    @Override
    public void loseToken() {
        if (recovery != null) {
            recovery = null;
            table.removeDummies();
        }
        stopToken();
        clearToken();
        check.noBound();
        context.cancel(DeadlineKind.TOKEN);
    }

    private void stopToken() {
        tokenAlive = false;
        toMyselfPending = false;
        tokenFirst = false;
        delivery.block();
        context.cancel(DeadlineKind.HURRY);
    }

    private void clearToken() {
        rotations.interrupted();
        last.clear();
        forgetLastAru = false;
        tokenRounds = 0;
        receivedTokenRounds = 0;
        tokenReceived = false;
        tokenFirst = false;
    }

    /** Every member has all that can be had of its old ring: leaves it and starts the new one (membership-protocol 7.2). */
    private void install(Recovery attempt) {
        if (!attempt.isComplete()) {
            throw new InvariantViolation(
                    "membership-protocol 7.1: who installs has everything that can be had", "my aru " + table.myAru);
        }
        DaemonMembership future = attempt.future();
        attempt.deliver(oldRing, context.configuration().daemons(), observer::transitional);
        delivery.dropPartial();
        table.reset();
        progress.reset(0);
        requests.restart();
        outgoing.restart();
        regular = future;
        commitSet = ImmutableList.of(context.me().id());
        recovery = null;
        check.noBound();
        tokenCounter = 0;
        forgetLastAru = true;
        delivery.unblock();
        observer.installed(future);
        observer.regular(future);
    }

    // Configuration and figures

    /** A monitor sets the windows, in packets; -1 leaves one unchanged, others are clamped to what keeps the ring going. */
    public void flowControl(int window, int personalWindow, int acceleratedWindow) {
        flow.set(window, personalWindow, acceleratedWindow);
    }

    /**
     * A reloaded configuration is in force: windows are read anew, routes follow.
     *
     * @param acceleratedRing whether this daemon now sends part of its packets behind the token
     */
    public void reconfigured(boolean acceleratedRing) {
        flow.configure(context.configuration().options(), acceleratedRing);
        order = new RingOrder(context, order.membership);
    }

    /** The last installed ring; before the first, this daemon alone with time -1. */
    public DaemonMembership regularMembership() {
        return regular;
    }

    /** Stable up to here. */
    public int aru() {
        return table.aru;
    }

    /** This daemon has everything up to here. */
    public int myAru() {
        return table.myAru;
    }

    /** Token visits since the last FORM2. */
    public int tokenRounds() {
        return tokenRounds;
    }

    public int window() {
        return flow.window();
    }

    public int personalWindow() {
        return flow.personalWindow();
    }

    public int acceleratedWindow() {
        return flow.acceleratedWindow();
    }

    public boolean acceleratedRing() {
        return flow.accelerated();
    }

    /** What can be told of this moment. */
    public RingFigures figures() {
        return new RingFigures(
                regular,
                table.aru,
                table.myAru,
                table.highest,
                table.holes(),
                tokenRounds,
                last.flowControl,
                flow.window(),
                flow.personalWindow(),
                flow.accelerated(),
                flow.acceleratedWindow(),
                outgoing.waitingClients(),
                outgoing.waitingClientBytes(),
                rotations.figures());
    }

    /**
     * Tests every invariant of the ring, those too that are too dear for each visit (ring-protocol 6). For simulators and tests.
     *
     * @throws InvariantViolation if one does not hold
     */
    public void audit() {
        table.verify(recovery != null && recovery.isComplete() ? recovery.fence() : table.highest);
        table.audit(recovery != null);
        outgoing.audit();
    }

    /** Releases every buffer. */
    public void close() {
        tokenAlive = false;
        toMyselfPending = false;
        table.reset();
        outgoing.close();
        delivery.dropPartial();
        sender.close();
    }
}
