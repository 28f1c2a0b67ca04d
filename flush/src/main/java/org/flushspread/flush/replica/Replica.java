package org.flushspread.flush.replica;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One member of a replicated state machine, as spec/replica-protocol.md has it. In each view the members tell each other what they have and remember; from that all compute
 * the same decision; those with the newest state vote for an attempt, and when the votes of all of them have been delivered before any
 * transition, they are the primary component. Those without the state get it as it was at the beginning of the view and then repeat what
 * was delivered since.
 *
 * <p>The caller applies its inputs one at a time and calls {@link #endOfTurn} after each or after several: commands are sent, the log is
 * written and acknowledgements go out there, so that many commands share one message and one write.
 */
public final class Replica {
    private final Rules rules;
    private final ReplicaSettings settings;
    private final ReplicaOutput output;
    private final Outstanding outstanding;
    private final Memory memory;
    private final StateDonor donor = new StateDonor();
    private final long[] counters = new long[ReplicaReason.values().length];

    // Its state.
    private final Chain chain;
    private long epoch;
    private long index;
    private boolean unwritten;

    // The view.
    private String self = "";
    private List<String> members = List.of();
    private final Map<String, Integer> positions = new HashMap<>();
    private int me = -1;
    private boolean blocked = true;
    private boolean transitional;
    private long views;
    private ReplicaMessage.@Nullable State[] states = new ReplicaMessage.State[0];
    private int statesMissing;
    private boolean[] warned = new boolean[0];
    private long[] lastSequence = new long[0];
    /** What stands now: view, decision, attempt and transfer; 0 for none. */
    private final long[] standing = new long[Scope.values().length];
    /** Over what all members have said: the same at each of them. */
    private long said;

    // What was decided in this view.
    private @Nullable Decision decision;
    private boolean hasState;
    private boolean[] holders = new boolean[0];
    private @Nullable Primary attempt;
    private boolean[] votes = new boolean[0];
    private @Nullable Primary completed;
    private @Nullable Primary formed;
    private boolean inFormed;
    private boolean disks;
    private long[] persisted = new long[0];
    private long[] persistedUnder = new long[0];
    private long persistedSent;
    private boolean persistedOnItsWay;
    private long steps;
    private @Nullable StateReceiver receiver;
    /** What it had begun to load before this view: it may go on (R14). */
    private @Nullable StateReceiver interrupted;

    private long tooLarge;
    /** How large the state was when it was saved last, and after which commands: what did not fit does not fit later. */
    private long savedBytes = -1;

    private Version savedAt = Version.INITIAL;
    private Role role = Role.MINORITY;

    /**
     * @param known what the store remembers; {@link Metadata#fresh} without one
     * @param version of the state that the application has now
     */
    public Replica(Metadata known, Version version, ReplicaSettings settings, ReplicaOutput output) {
        this(known, version, settings, output, new Rules());
    }

    Replica(Metadata known, Version version, ReplicaSettings settings, ReplicaOutput output, Rules rules) {
        this.rules = rules;
        this.settings = settings;
        this.output = output;
        this.outstanding = new Outstanding(settings, output);
        this.memory = new Memory(known, rules);
        this.chain = new Chain(version.chainHigh(), version.chainLow());
        this.epoch = version.epoch();
        this.index = version.index();
    }

    // ---- what the application asks for

    /**
     * Takes a command; its end is reported under this ticket.
     *
     * @param ticket greater than 0 and never used before
     */
    public void submit(long ticket, byte[] command) {
        if (!settings.waitForPrimary() && role != Role.PRIMARY) {
            output.refused(ticket, Refusal.NOT_PRIMARY);
        } else {
            outstanding.submit(ticket, command);
        }
    }

    /**
     * A person decides that the history of this member goes on with those present, whoever is missing. False if there is nothing to
     * decide now: a primary is formed or being formed, enough are present and only wait for the state, or the members have not all spoken
     * yet.
     */
    public boolean found() {
        if (!mayBeFounded(me) || transitional || !maySend()) {
            return false;
        }
        output.multicast(Order.AGREED, ReplicaCodec.found(standing(Scope.DECISION)));
        return true;
    }

    private boolean mayBeFounded(int who) {
        Decision now = decision;
        return now != null
                && rules.mayBeFounded(now.quorate)
                && !now.isDuplicate(who)
                && completed == null
                && attempt == null;
    }

    /** Ends everything that is outstanding. */
    public void close() {
        outstanding.refuseQueued(Refusal.CLOSED);
        outstanding.sentUncertain();
        outstanding.appliedUncertain();
    }

    // ---- what the flush layer delivers

    /** There is a connection; the daemon calls it {@code name}. */
    public void connected(String name) {
        self = name;
    }

    /** The connection is gone, and with it what was delivered to it and not read. */
    public void disconnected() {
        memory.detach(settings.durable());
        part();
    }

    /**
     * The others go on without this member, which has read all that was delivered before that: it has missed nothing that was confirmed in
     * a primary it was part of (exclusion R1).
     */
    public void excluded() {
        if (rules.detachesExcluded()) {
            memory.detach(settings.durable());
        }
        part();
    }

    private void part() {
        if (!rules.keepsOutstanding()) {
            outstanding.sentUncertain();
            outstanding.appliedUncertain();
        }
        leaveView();
        donor.forget();
        interrupted = null;
        blocked = true;
        members = List.of();
        positions.clear();
        me = -1;
        changeRole(Role.MINORITY);
    }

    /** A view was installed. */
    public void view(List<String> newMembers) {
        int position = newMembers.indexOf(self);
        if (position < 0) {
            return;
        }
        if (!rules.keepsOutstanding()) {
            outstanding.sentUncertain();
        }
        interrupted = receiver == null ? interrupted : receiver;
        donor.keep();
        leaveView();
        members = List.copyOf(newMembers);
        positions.clear();
        for (int i = 0; i < members.size(); i++) {
            positions.put(members.get(i), i);
        }
        me = position;
        int size = members.size();
        states = new ReplicaMessage.State[size];
        statesMissing = size;
        warned = new boolean[size];
        lastSequence = new long[size];
        Arrays.fill(lastSequence, -1);
        persisted = new long[size];
        persistedUnder = new long[size];
        views++;
        said = 0;
        for (String member : members) {
            said = Scope.identity(said, bytesOf(member));
        }
        stand(Scope.VIEW, said);
        blocked = false;
        if (rules.syncsBeforeState()) {
            sync();
        }
        output.multicast(
                Order.AGREED,
                ReplicaCodec.encode(new ReplicaMessage.State(
                        standing(Scope.VIEW),
                        views,
                        memory.id,
                        memory.isDetached(),
                        settings.durable(),
                        settings.founder(),
                        settings.quorum().members(),
                        memory.lineage(),
                        memory.lastPrimary(),
                        memory.attempts(),
                        memory.highest(),
                        version(),
                        settings.stateBytes(),
                        donor.images(),
                        interrupted == null ? ReplicaMessage.Interrupted.NONE : interrupted.interrupted())));
        changeRole(Role.MINORITY); // until something is decided (R7)
    }

    /** From here to the next view SAFE means: safe among those who come along. */
    public void transition() {
        if (me >= 0 && !transitional) {
            transitional = true;
            if (role == Role.PRIMARY) {
                changeRole(Role.MINORITY);
            }
            if (rules.waitsForDisks()) {
                outstanding.appliedUncertain();
            }
        }
    }

    /** A change of the view waits for this member's consent; it is given at once. */
    public void flushRequest() {
        if (me >= 0) {
            blocked = true;
            donor.pause();
        }
        output.consent();
    }

    /** A message to the group or to this member; the bytes are read before this returns. */
    public void message(String from, ByteBuffer bytes) {
        Integer position = positions.get(from);
        if (position == null) {
            counters[ReplicaReason.SENDER_NOT_IN_VIEW.ordinal()]++;
            return;
        }
        int who = position;
        ReplicaMessage message = ReplicaCodec.decode(bytes);
        Scope scope = message.scope();
        boolean accepted = true;
        if (message instanceof ReplicaMessage.Bad bad) {
            bad(who, bad.reason());
        } else if (message instanceof ReplicaMessage.Persisted written) {
            persisted(who, written);
        } else if (!rules.counts(
                message.under(),
                message instanceof ReplicaMessage.ChunkReceived ? donor.transferTo(from) : standing(scope))) {
            counters[scope.otherwise.ordinal()]++;
        } else if (message instanceof ReplicaMessage.Commands commands) {
            accepted = commands(who, commands);
        } else if (message instanceof ReplicaMessage.State state) {
            accepted = state(who, state, bytes);
        } else if (message instanceof ReplicaMessage.Vote) {
            accepted = vote(who);
        } else if (message instanceof ReplicaMessage.Ready) {
            accepted = ready(who);
        } else if (message instanceof ReplicaMessage.Found) {
            accepted = found(who);
        } else if (message instanceof ReplicaMessage.Chunk chunk) {
            accepted = chunk(who, chunk);
        } else if (message instanceof ReplicaMessage.ChunkReceived piece) {
            accepted = donor.received(from, piece.offset());
        } else if (message instanceof ReplicaMessage.TooLarge refused) {
            accepted = tooLarge(who, refused.bytes());
        }
        if (!accepted) {
            counters[ReplicaReason.OUT_OF_TURN.ordinal()]++;
        } else if (!(message instanceof ReplicaMessage.Commands)) {
            steps++;
        }
    }

    /** The inputs that were there are taken in: send, write and acknowledge now. */
    public void endOfTurn() {
        if (inFormed && !transitional && maySend()) {
            outstanding.send(standing(Scope.DECISION));
        }
        boolean snapshotDue = settings.durable() && output.isSnapshotDue();
        sync();
        if (snapshotDue) {
            output.snapshot(version(), output.save(), null);
        }
        if (inFormed && disks && !transitional) {
            persisted[me] = index;
            persistedUnder[me] = standing(Scope.DECISION);
            if (index > persistedSent && !persistedOnItsWay && maySend()) {
                persistedSent = index;
                persistedOnItsWay = true;
                output.multicast(Order.FIFO, ReplicaCodec.persisted(standing(Scope.DECISION), index));
            }
            completeWritten();
        }
    }

    // ---- the messages of a view

    private boolean state(int who, ReplicaMessage.State state, ByteBuffer bytes) {
        if (states[who] != null) {
            return false;
        }
        states[who] = state;
        said = Scope.identity(said, hash(bytes));
        if (--statesMissing == 0) {
            List<ReplicaMessage.State> all = new ArrayList<>(states.length);
            for (ReplicaMessage.State one : states) {
                if (one != null) {
                    all.add(one);
                }
            }
            warn(all);
            decided(Decision.of(rules, all), Scope.identity(said));
        }
        return true;
    }

    private void warn(List<ReplicaMessage.State> all) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).quorumMembers() != settings.quorum().members()) {
                report(
                        ReplicaReason.OTHER_QUORUM,
                        members.get(i) + " was told that the group has "
                                + all.get(i).quorumMembers() + " members, this one "
                                + settings.quorum().members() + "; give all the same quorum");
            }
            if (all.get(i).durable() != settings.durable()) {
                report(
                        ReplicaReason.MIXED_STORES,
                        members.get(i) + (settings.durable() ? " has no" : " has a")
                                + " durable store, this member has" + (settings.durable() ? " one" : " none")
                                + "; only what all promise is promised");
            }
        }
    }

    private void decided(Decision now, long identity) {
        decision = now;
        stand(Scope.DECISION, identity);
        stand(Scope.TRANSFER, Scope.identity(identity, now.donor()));
        memory.saw(now.highest);
        for (int i = 0; i < members.size(); i++) {
            if (now.isDuplicate(i)) {
                report(
                        ReplicaReason.DUPLICATE_MEMBER,
                        members.get(i) + " says that it is " + now.id(i)
                                + ", as another member does: its store was copied; it takes no part");
            } else if (!now.belongs(i)) {
                report(
                        ReplicaReason.OTHER_LINEAGE,
                        members.get(i) + " belongs to another history than " + now.lineage
                                + ", founded apart from it; it takes no part until its store is cleared");
            }
        }
        holders = now.currentMembers();
        hasState = now.isCurrent(me) || !rules.keepsWhileCatchingUp();
        if (!now.quorate || !now.belongs(me)) {
            outstanding.appliedUncertain();
            changeRole(Role.MINORITY);
            nextAttempt(now);
            return;
        }
        if (now.isCurrent(me)) {
            memory.adopt(now);
        } else {
            outstanding.appliedUncertain();
            receive(now);
            changeRole(Role.CATCHING_UP);
        }
        interrupted = null;
        if (now.donor() != me) {
            donor.forget();
        } else if (maySend()) {
            donate(now);
        }
        nextAttempt(now);
    }

    /** The rest of what was begun before, where that is decided, or a new image (R9, R14). */
    private void receive(Decision now) {
        StateReceiver begun = interrupted;
        if (begun != null && now.goesOn(me)) {
            stand(Scope.TRANSFER, Scope.goingOn(standing(Scope.DECISION), now.donor(), begun.image()));
            begun.goOn();
            receiver = begun;
        } else {
            receiver = new StateReceiver(rules, settings, standing(Scope.TRANSFER), now.version);
        }
    }

    /**
     * Goes on with what was begun, and sends the state as it is, the beginning of the view, to all others who lack it and have room for it
     * (R9, R14).
     */
    private void donate(Decision now) {
        donor.goOn(now, members, standing(Scope.DECISION));
        long smallest = Long.MAX_VALUE;
        long largest = -1;
        for (int i = 0; i < members.size(); i++) {
            if (needsImage(now, i)) {
                smallest = Math.min(smallest, now.acceptedBytes(i));
                largest = Math.max(largest, now.acceptedBytes(i));
            }
        }
        if (largest < 0) {
            return;
        }
        Version commands = new Version(0, index, chain.high(), chain.low());
        boolean known = savedBytes >= 0 && commands.equals(savedAt);
        byte[] state = known && savedBytes > largest ? null : output.save();
        if (state != null) {
            savedAt = commands;
            savedBytes = state.length;
        }
        List<String> receivers = new ArrayList<>();
        List<String> small = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            if (needsImage(now, i)) {
                (now.acceptedBytes(i) >= savedBytes ? receivers : small).add(members.get(i));
            }
        }
        if (!small.isEmpty()) {
            report(
                    ReplicaReason.STATE_TOO_LARGE,
                    "the state has " + savedBytes + " bytes, and " + small + " accept at most " + smallest
                            + "; they stay without it until they are started with a larger limit");
            output.send(small, ReplicaCodec.tooLarge(standing(Scope.TRANSFER), savedBytes));
        }
        if (state != null && !receivers.isEmpty()) {
            donor.add(new StateSender(output, settings, standing(Scope.TRANSFER), receivers, state));
        }
    }

    private static boolean needsImage(Decision now, int member) {
        return now.needsState(member) && !now.goesOn(member);
    }

    /** The donor has not sent what this member has no room for. It stays as it is: joining again would change nothing. */
    private boolean tooLarge(int who, long bytes) {
        Decision now = decision;
        if (receiver == null || now == null || who != now.donor()) {
            return false;
        }
        tooLarge = bytes;
        stayWithout(
                ReplicaReason.STATE_TOO_LARGE,
                "the state has " + bytes + " bytes, and this member accepts at most " + settings.stateBytes()
                        + "; it stays without it until it is started with a larger limit");
        return true;
    }

    /** Begins the next attempt if those who have the state now may form a primary and are not one already. */
    private void nextAttempt(Decision now) {
        if (attempt != null || !now.allows(holders)) {
            return;
        }
        Primary next = now.attempt(holders, memory.highest() + 1);
        Primary before = completed;
        if (before != null && before.members().equals(next.members())) {
            return;
        }
        attempt = next;
        stand(Scope.ATTEMPT, next.identity(standing(Scope.DECISION)));
        memory.saw(next.number());
        votes = new boolean[members.size()];
        if (!holders[me] || transitional || !maySend()) {
            return;
        }
        // Judged by what all know, so that all vote or nobody does (R13).
        List<Primary> known = now.unresolved();
        List<Primary> unresolved = rules.with(known, next);
        List<Primary> remembered = memory.withVote(next);
        if ((unresolved.size() > known.size() && unresolved.size() > settings.attempts())
                || ReplicaCodec.stateSize(now.lastPrimary, unresolved) > settings.commandBytes() / 2
                || ReplicaCodec.stateSize(memory.lastPrimary(), remembered) > settings.commandBytes()) {
            report(
                    ReplicaReason.TOO_MANY_ATTEMPTS,
                    known.size() + " attempts to form a primary have an unknown outcome; no more are begun until"
                            + " enough of their members are present");
            return;
        }
        memory.remember(remembered);
        if (rules.recordsBeforeVoting()) {
            record();
        }
        output.multicast(Order.SAFE, ReplicaCodec.vote(standing(Scope.ATTEMPT)));
    }

    private boolean vote(int who) {
        Primary under = attempt;
        Decision now = decision;
        if (under == null || now == null || !holdersOf(under, now.id(who)) || votes[who]) {
            return false;
        }
        votes[who] = true;
        int count = 0;
        for (boolean voted : votes) {
            count += voted ? 1 : 0;
        }
        if (count >= rules.votesNeeded(under.members().size())) {
            complete(under, now);
        }
        return true;
    }

    private static boolean holdersOf(Primary primary, MemberId member) {
        return primary.members().contains(member);
    }

    private void complete(Primary done, Decision now) {
        attempt = null;
        stand(Scope.ATTEMPT, 0);
        completed = done;
        StateReceiver loading = receiver;
        inFormed = rules.forms(transitional) && hasState && holdersOf(done, memory.id);
        if (hasState) {
            epoch = rules.epoch(epoch, done.number());
            memory.complete(done, inFormed);
            record();
        } else if (loading != null) {
            loading.completedAttempt(done);
        }
        if (inFormed) {
            formed = done;
            disks = now.anyDurable(done);
            output.formed(done);
        }
        if (inFormed) {
            changeRole(Role.PRIMARY);
        }
        nextAttempt(now);
    }

    private boolean ready(int who) {
        Decision now = decision;
        if (now == null || !now.needsState(who) || holders[who]) {
            return false;
        }
        holders[who] = true;
        donor.isThere(members.get(who));
        nextAttempt(now);
        return true;
    }

    private boolean found(int who) {
        Decision now = decision;
        if (now == null || !mayBeFounded(who)) {
            return false;
        }
        donor.pause();
        receiver = null;
        decided(now.forced(who), Scope.identity(standing(Scope.DECISION), who));
        return true;
    }

    private boolean commands(int who, ReplicaMessage.Commands commands) {
        if (completed == null) {
            return false;
        }
        if (who == me) {
            outstanding.batchDelivered();
        }
        StateReceiver loading = receiver;
        if (hasState) {
            apply(who, commands, settings.durable());
        } else if (loading != null && !loading.keep(commands)) {
            giveUp(
                    ReplicaReason.CATCH_UP_OVERFLOW,
                    "more than " + settings.catchUpBytes()
                            + " bytes of commands arrived while the state was on the way");
        }
        if (commands.firstSequence() <= lastSequence[who]) {
            counters[ReplicaReason.DUPLICATE_COMMAND.ordinal()]++;
        }
        lastSequence[who] = commands.firstSequence() + commands.count() - 1;
        return true;
    }

    private void apply(int who, ReplicaMessage.Commands commands, boolean logged) {
        boolean mine = who == me;
        boolean confirmed = mine && rules.confirms(formed != null, transitional);
        ByteBuffer body = commands.body();
        int end = body.limit();
        for (int i = 0; i < commands.count(); i++) {
            int length = body.getInt();
            body.limit(body.position() + length);
            long ticket = mine ? outstanding.delivered(commands.firstSequence() + i) : 0;
            applyOne(ticket, body, logged);
            body.position(body.limit());
            body.limit(end);
            if (ticket == 0) {
                continue;
            }
            if (!confirmed) {
                output.uncertain(ticket);
            } else if (disks && rules.waitsForDisks()) {
                outstanding.awaitDisks(ticket, index);
            } else {
                output.completed(ticket);
            }
        }
    }

    private void applyOne(long ticket, ByteBuffer command, boolean logged) {
        index++;
        chain.add(command);
        if (logged) {
            output.append(epoch, index, command);
            unwritten = true;
        }
        output.apply(ticket, command);
    }

    /** FIFO, so it may overtake what the decision it names follows from: it is kept until then (R11). */
    private void persisted(int who, ReplicaMessage.Persisted written) {
        if (who == me) {
            persistedOnItsWay &= written.under() != standing(Scope.DECISION);
        }
        if (decision != null && !rules.counts(written.under(), standing(Scope.DECISION))) {
            counters[ReplicaReason.OTHER_DECISION.ordinal()]++;
            return;
        }
        long before = persistedUnder[who] == written.under() ? persisted[who] : 0;
        persisted[who] = Math.max(before, written.index());
        persistedUnder[who] = written.under();
        completeWritten();
    }

    /** Gives out the results that a majority of the primary has written. */
    private void completeWritten() {
        Primary now = formed;
        Decision members = decision;
        if (now == null || members == null || transitional || !outstanding.awaitsDisks()) {
            return;
        }
        long[] written = new long[now.members().size()];
        int count = 0;
        for (int i = 0; i < persisted.length; i++) {
            if (holdersOf(now, members.id(i)) && !members.isDuplicate(i)) {
                written[count++] = rules.counts(persistedUnder[i], standing(Scope.DECISION)) ? persisted[i] : 0;
            }
        }
        Arrays.sort(written);
        outstanding.written(written[written.length - rules.persistedNeeded(written.length)]);
    }

    // ---- state transfer

    private boolean chunk(int who, ReplicaMessage.Chunk chunk) {
        StateReceiver loading = receiver;
        Decision now = decision;
        if (loading == null || now == null) {
            return now != null && now.quorate;
        }
        if (who != now.donor()) {
            return false;
        }
        if (chunk.total() > settings.stateBytes()) {
            return tooLarge(who, chunk.total());
        }
        if (!loading.chunk(chunk)) {
            giveUp(ReplicaReason.STATE_DAMAGED, "the state that " + members.get(who) + " sends has a gap");
            return true;
        }
        int acknowledge = loading.acknowledge();
        if (loading.isComplete()) {
            load(who, loading, now);
        } else if (acknowledge >= 0 && maySend()) {
            output.send(List.of(members.get(who)), ReplicaCodec.chunkReceived(standing(Scope.TRANSFER), acknowledge));
        }
        return true;
    }

    private void load(int from, StateReceiver loading, Decision now) {
        byte[] state = loading.complete();
        if (state == null) {
            giveUp(ReplicaReason.STATE_DAMAGED, "the state that " + members.get(from) + " sent has a wrong checksum");
            return;
        }
        if (!output.load(state)) {
            stayWithout(
                    ReplicaReason.STATE_NOT_ACCEPTED,
                    "the application cannot read the state that " + members.get(from)
                            + " sent; this member stays without it until the view changes");
            return;
        }
        receiver = null;
        hasState = true;
        epoch = loading.saved().epoch();
        index = loading.saved().index();
        chain.set(loading.saved().chainHigh(), loading.saved().chainLow());
        boolean more = repeatEarlier(loading);
        memory.load(now);
        if (settings.durable()) {
            unwritten = false;
            output.snapshot(version(), more ? output.save() : state, metadata());
        }
        repeat(loading);
        if (maySend() && !transitional) {
            output.multicast(Order.AGREED, ReplicaCodec.ready(standing(Scope.DECISION)));
        }
    }

    /**
     * Does on top of the loaded image what was delivered before this view, which makes the state that all holders had when this view began
     * (R14). True if that is another one than the image.
     */
    private boolean repeatEarlier(StateReceiver loading) {
        boolean more = false;
        for (StateReceiver.Later later = loading.nextEarlier(); later != null; later = loading.nextEarlier()) {
            Primary done = later.completed();
            ReplicaMessage.Commands commands = later.commands();
            if (done != null) {
                epoch = rules.epoch(epoch, done.number());
            } else if (commands != null) {
                more = true;
                apply(-1, commands, false);
            }
        }
        return more;
    }

    /** Does on top of the loaded state what was delivered in this view while it was on the way. */
    private void repeat(StateReceiver loading) {
        for (StateReceiver.Later later = loading.next(); later != null; later = loading.next()) {
            Primary done = later.completed();
            ReplicaMessage.Commands commands = later.commands();
            if (done != null) {
                epoch = rules.epoch(epoch, done.number());
                memory.complete(done, false);
                record();
            } else if (commands != null) {
                apply(-1, commands, settings.durable());
            }
        }
    }

    /** Nothing would be better after joining again, and each time costs the others two changes of the view (R9). */
    private void stayWithout(ReplicaReason reason, String text) {
        receiver = null;
        report(reason, text);
        changeRole(Role.MINORITY);
    }

    private void giveUp(ReplicaReason reason, String text) {
        receiver = null;
        report(reason, text + "; this member joins again");
        output.rejoin();
    }

    // ---- bookkeeping

    private void leaveView() {
        Arrays.fill(standing, 0);
        transitional = false;
        decision = null;
        hasState = false;
        holders = new boolean[0];
        attempt = null;
        completed = null;
        formed = null;
        inFormed = false;
        disks = false;
        persisted = new long[0];
        persistedUnder = new long[0];
        persistedSent = 0;
        persistedOnItsWay = false;
        receiver = null;
        tooLarge = 0;
    }

    private long standing(Scope scope) {
        return standing[scope.ordinal()];
    }

    private void stand(Scope scope, long identity) {
        standing[scope.ordinal()] = identity;
    }

    private static long[] bytesOf(String name) {
        return name.chars().asLongStream().toArray();
    }

    private static long hash(ByteBuffer bytes) {
        Chain chain = new Chain(0, 0);
        chain.add(bytes);
        return chain.high();
    }

    private boolean maySend() {
        return !blocked;
    }

    private void sync() {
        if (unwritten) {
            unwritten = false;
            output.sync();
        }
    }

    private Metadata metadata() {
        return memory.metadata(version());
    }

    private void record() {
        if (settings.durable()) {
            sync();
            output.record(metadata());
        }
    }

    private void changeRole(Role next) {
        if (next != Role.PRIMARY && !settings.waitForPrimary()) {
            outstanding.refuseQueued(Refusal.NOT_PRIMARY);
        }
        if (role != next) {
            role = next;
            output.role(next);
        }
    }

    private void bad(int who, ReplicaReason reason) {
        counters[reason.ordinal()]++;
        if (!warned[who]) {
            warned[who] = true;
            String what = reason == ReplicaReason.OTHER_PROTOCOL_VERSION
                    ? " speaks another version of the replicated state machine protocol"
                    : " sends messages that are not of the replicated state machine protocol";
            output.report(reason, members.get(who) + what + "; let it leave the group");
        }
    }

    private void report(ReplicaReason reason, String text) {
        counters[reason.ordinal()]++;
        output.report(reason, text);
    }

    // ---- what can be asked

    public MemberId id() {
        return memory.id;
    }

    public Role role() {
        return role;
    }

    /** False from a view to what is decided in it. */
    public boolean isDecided() {
        return decision != null;
    }

    public Version version() {
        return new Version(epoch, index, chain.high(), chain.low());
    }

    public Lineage lineage() {
        return memory.lineage();
    }

    /** The newest primary this member knows to have been formed. */
    public Primary lastPrimary() {
        return memory.lastPrimary();
    }

    /** Attempts whose outcome it does not know. */
    public List<Primary> attempts() {
        return memory.attempts();
    }

    /** Members of the view. */
    public List<String> members() {
        return members;
    }

    /** Members of the view that have not said yet what they have: without them nothing is decided. */
    public List<String> silentMembers() {
        List<String> silent = new ArrayList<>();
        for (int i = 0; i < states.length && me >= 0; i++) {
            if (states[i] == null) {
                silent.add(members.get(i));
            }
        }
        return silent;
    }

    /** Members of the view to which the state is on the way. */
    public List<String> catchingUp() {
        List<String> lacking = new ArrayList<>();
        Decision now = decision;
        for (int i = 0; now != null && now.quorate && i < holders.length; i++) {
            if (now.belongs(i) && !holders[i]) {
                lacking.add(members.get(i));
            }
        }
        return lacking;
    }

    /** Members of the primary whose disks are behind the state of this member; empty while nothing waits for disks. */
    public List<String> unwritten() {
        List<String> behind = new ArrayList<>();
        Decision now = decision;
        Primary primary = formed;
        if (now != null && primary != null && outstanding.awaitsDisks()) {
            for (int i = 0; i < persisted.length; i++) {
                if (persisted[i] < index && holdersOf(primary, now.id(i))) {
                    behind.add(members.get(i));
                }
            }
        }
        return behind;
    }

    /** Members whose vote for the attempt that is under way is missing. */
    public List<String> awaitedVotes() {
        List<String> awaited = new ArrayList<>();
        Primary under = attempt;
        Decision now = decision;
        for (int i = 0; under != null && now != null && i < votes.length; i++) {
            if (!votes[i] && holdersOf(under, now.id(i)) && !now.isDuplicate(i)) {
                awaited.add(members.get(i));
            }
        }
        return awaited;
    }

    /** Bytes of the state that was not sent because this member accepts less; 0 if there is none. */
    public long stateTooLarge() {
        return tooLarge;
    }

    /**
     * Members of the view that this one waits for: for what they have, their votes, their disks, pieces of the state or receipts for them.
     * Empty while a change of the view is pending, for which the flush layer waits (exclusion R2).
     */
    public List<String> awaited() {
        Decision now = decision;
        if (me < 0 || blocked) {
            return List.of();
        }
        if (now == null) {
            return silentMembers();
        }
        List<String> awaited = new ArrayList<>(unwritten());
        awaited.addAll(awaitedVotes());
        if (receiver != null && now.donor() >= 0) {
            awaited.add(members.get(now.donor()));
        }
        awaited.addAll(donor.behind());
        awaited.remove(self);
        return awaited;
    }

    /** Counts what others said that brought this member on. */
    public long steps() {
        return steps;
    }

    /** Counts the views of this member. */
    public long views() {
        return views;
    }

    /** Commands of this member that wait to be sent. */
    public int queued() {
        return outstanding.queued();
    }

    /** How often this was the reason to drop or to report something. */
    public long count(ReplicaReason reason) {
        return counters[reason.ordinal()];
    }
}
