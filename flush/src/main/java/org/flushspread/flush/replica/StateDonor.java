package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.kernel.base.InvariantViolation;
import org.jspecify.annotations.Nullable;

/**
 * The images of its state that a member hands out. One that has not reached all its receivers is kept over views, so that they go on with
 * it where nothing else has changed (replica-protocol R14).
 */
final class StateDonor {
    /** Images kept from a view to the next, the oldest ones: each is as large as the state. */
    static final int KEPT = 2;

    private final ReplicaSettings settings;
    private final ReplicaOutput output;
    private final Reports reports;
    private final AppliedLog log;
    private List<StateSender> senders = new ArrayList<>();
    private boolean paused;
    /** How large the state was when it was saved last, and after which commands: what did not fit does not fit later. */
    private long savedBytes = -1;

    private Version savedAt = Version.INITIAL;

    StateDonor(ReplicaSettings settings, ReplicaOutput output, Reports reports, AppliedLog log) {
        this.settings = settings;
        this.output = output;
        this.reports = reports;
        this.log = log;
    }

    /** What it has kept of the views before, to be told in STATE. */
    List<Long> images() {
        List<Long> images = new ArrayList<>();
        for (StateSender sender : senders) {
            images.add(sender.image());
        }
        return images;
    }

    /** Nothing more is sent in this view. */
    void pause() {
        paused = true;
    }

    /** A view has come: which transfers go on in it is not decided yet. */
    void keep() {
        paused = true;
        senders = new ArrayList<>(senders.subList(0, Math.min(senders.size(), KEPT)));
    }

    void forget() {
        senders = new ArrayList<>();
    }

    /**
     * Goes on with what was begun, and sends the state as it is, the beginning of the view, to all others who lack it and have room for it
     * (R9, R14).
     */
    void donate(Decision now, List<String> members, Standing standing) {
        goOn(now, members, standing.of(Scope.DECISION));
        List<Integer> lacking = new ArrayList<>();
        long smallest = Long.MAX_VALUE;
        long largest = -1;
        for (int i = 0; i < members.size(); i++) {
            if (now.needsState(i) && !now.goesOn(i)) {
                lacking.add(i);
                smallest = Math.min(smallest, now.acceptedBytes(i));
                largest = Math.max(largest, now.acceptedBytes(i));
            }
        }
        if (lacking.isEmpty()) {
            return;
        }
        byte[] state = saveUnlessLargerThan(largest);
        List<String> receivers = new ArrayList<>();
        List<String> small = new ArrayList<>();
        for (int i : lacking) {
            (now.acceptedBytes(i) >= savedBytes ? receivers : small).add(members.get(i));
        }
        if (!small.isEmpty()) {
            reports.report(
                    ReplicaReason.STATE_TOO_LARGE,
                    "the state has " + savedBytes + " bytes, and " + small + " accept at most " + smallest
                            + "; they stay without it until they are started with a larger limit");
            output.send(small, ReplicaCodec.tooLarge(standing.of(Scope.TRANSFER), savedBytes));
        }
        if (state != null && !receivers.isEmpty()) {
            add(new StateSender(output, settings, standing.of(Scope.TRANSFER), receivers, state));
        }
    }

    private byte @Nullable [] saveUnlessLargerThan(long most) {
        Version now = log.version();
        Version commands = new Version(0, now.index(), now.chainHigh(), now.chainLow());
        if (savedBytes > most && commands.equals(savedAt)) {
            return null;
        }
        byte[] state = output.save();
        savedAt = commands;
        savedBytes = state.length;
        return state;
    }

    /** Goes on with the images that members still wait for, as is decided, and drops all others. */
    private void goOn(Decision now, List<String> members, long decision) {
        List<StateSender> before = senders;
        paused = false;
        senders = new ArrayList<>();
        for (StateSender sender : before) {
            List<String> receivers = new ArrayList<>();
            List<Integer> offsets = new ArrayList<>();
            for (int i = 0; i < members.size(); i++) {
                if (now.goesOn(i) && now.interrupted(i).image() == sender.image()) {
                    receivers.add(members.get(i));
                    offsets.add(now.interrupted(i).offset());
                }
            }
            if (!receivers.isEmpty()) {
                add(sender.goOn(Scope.goingOn(decision, now.donor(), sender.image()), receivers, offsets));
            }
        }
    }

    private void add(StateSender sender) {
        senders.add(sender);
        sender.send();
    }

    /** What is sent to this member; 0 for nothing. */
    long transferTo(String receiver) {
        for (StateSender sender : senders) {
            if (sender.hasReceiver(receiver)) {
                return sender.transfer();
            }
        }
        return 0;
    }

    /** False if it is not a receiver, or claims what it cannot have. */
    boolean received(String receiver, int offset) {
        for (StateSender sender : senders) {
            if (sender.hasReceiver(receiver)) {
                return sender.received(receiver, offset, !paused);
            }
        }
        return false;
    }

    /** Receivers that have not got all of it. */
    List<String> behind() {
        List<String> behind = new ArrayList<>();
        for (StateSender sender : paused ? List.<StateSender>of() : senders) {
            behind.addAll(sender.behind());
        }
        return behind;
    }

    /** Tests each transfer. */
    void audit() {
        List<String> all = new ArrayList<>();
        for (StateSender sender : senders) {
            all.addAll(sender.receivers());
            if (!sender.hasReceivers()) {
                throw new InvariantViolation(
                        "replica-protocol R14: an image is kept as long as somebody waits for it",
                        "nobody waits for image " + sender.image());
            }
        }
        if (all.stream().distinct().count() < all.size()) {
            throw new InvariantViolation("replica-protocol R14: a member gets one image", "receivers are " + all);
        }
    }

    /** This member has the state now. */
    void isThere(String receiver) {
        for (StateSender sender : senders) {
            sender.isThere(receiver, !paused);
        }
        senders.removeIf(sender -> !sender.hasReceivers());
    }
}
