package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.kernel.base.InvariantViolation;
import org.jspecify.annotations.Nullable;

/**
 * The images of its state that a member hands out, or can hand out where another one that does so is gone. One that has not reached all its
 * receivers is kept over views, so that they go on with it where nothing else has changed (replica-protocol R14, R26).
 */
final class StateDonor {
    /** Images kept from a view to the next, the oldest ones: each may be as large as the state. */
    static final int KEPT = 2;

    private final ReplicaSettings settings;
    private final ReplicaOutput output;
    private final Reports reports;
    private final AppliedLog log;
    private List<StateSender> senders = new ArrayList<>();
    private boolean paused;
    /** How large the state was at least when it was handed out last, and after which commands: what did not fit does not fit later. */
    private long sizeAtLeast = -1;

    private Version sizeAt = Version.INITIAL;

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
        take(new ArrayList<>(senders.subList(0, Math.min(senders.size(), KEPT))));
    }

    void forget() {
        take(new ArrayList<>());
    }

    /** These are left of the images; the others are of no use any more. */
    private void take(List<StateSender> next) {
        List<StateSender> before = senders;
        senders = next;
        for (StateSender sender : before) {
            if (next.stream().noneMatch(each -> each.image() == sender.image())) {
                sender.close();
            }
        }
    }

    /**
     * Goes on with what was begun, and begins to send the state as it is, the beginning of the view, to all others who lack it (R9, R14). A holder
     * that is not the donor keeps the same images where that costs it nothing (R26).
     *
     * @param donates true if this member is the donor
     */
    void decided(Decision now, boolean donates, List<String> members, Standing standing) {
        goOn(now, members, standing.of(Scope.DECISION));
        paused = !donates;
        List<StateSender.Receiver> lacking = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            if (now.needsState(i) && !now.goesOn(i)) {
                lacking.add(new StateSender.Receiver(members.get(i), 0, now.acceptedBytes(i)));
            }
        }
        if (donates) {
            List<StateSender.Receiver> small = tooSmall(lacking);
            lacking.removeAll(small);
            refuse(small, standing.of(Scope.TRANSFER));
        }
        StateImage state = lacking.isEmpty() ? null : donates ? output.freeze() : output.freezeAtNoCost();
        if (state != null) {
            long image = Scope.image(standing.of(Scope.DECISION));
            long transfer = standing.of(Scope.TRANSFER);
            senders.add(new StateSender(output, settings, image, transfer, state, commands(), lacking));
        }
        send();
    }

    /** Goes on with the images that members still wait for, as is decided, and drops all others. */
    private void goOn(Decision now, List<String> members, long decision) {
        List<StateSender> next = new ArrayList<>();
        for (StateSender sender : senders) {
            List<StateSender.Receiver> receivers = new ArrayList<>();
            for (int i = 0; i < members.size(); i++) {
                if (now.goesOn(i) && now.interrupted(i).image() == sender.image()) {
                    receivers.add(new StateSender.Receiver(
                            members.get(i), now.interrupted(i).offset(), now.acceptedBytes(i)));
                }
            }
            if (!receivers.isEmpty()) {
                next.add(sender.goOn(Scope.goingOn(decision, now.donor(), sender.image()), receivers));
            }
        }
        take(next);
    }

    /** Those that are known to have no room for the state as it is. */
    private List<StateSender.Receiver> tooSmall(List<StateSender.Receiver> lacking) {
        return commands().equals(sizeAt)
                ? lacking.stream().filter(each -> each.accepts() < sizeAtLeast).toList()
                : List.of();
    }

    /** The version of this member's state, but for its epoch. */
    private Version commands() {
        Version now = log.version();
        return new Version(0, now.index(), now.chainHigh(), now.chainLow());
    }

    private void refuse(List<StateSender.Receiver> small, long transfer) {
        if (!small.isEmpty()) {
            List<String> names = small.stream().map(StateSender.Receiver::name).toList();
            long most = small.stream()
                    .mapToLong(StateSender.Receiver::accepts)
                    .min()
                    .orElse(0);
            reports.report(
                    ReplicaReason.STATE_TOO_LARGE,
                    "the state has " + sizeAtLeast + " bytes or more, and " + names + " accept at most " + most
                            + "; they stay without it until they are started with a larger limit");
            output.send(names, ReplicaCodec.tooLarge(transfer, sizeAtLeast));
        }
    }

    /** Sends what may be on its way by now, as far as it is made. */
    void send() {
        for (StateSender sender : paused ? List.<StateSender>of() : senders) {
            List<StateSender.Receiver> small = sender.send();
            if (!small.isEmpty()) {
                sizeAt = sender.version();
                sizeAtLeast = sender.bytes();
                refuse(small, sender.transfer());
            }
        }
        dropUnwanted();
    }

    private void dropUnwanted() {
        if (!senders.isEmpty() && !senders.stream().allMatch(StateSender::hasReceivers)) {
            take(new ArrayList<>(
                    senders.stream().filter(StateSender::hasReceivers).toList()));
        }
    }

    /** What is sent to this member; 0 for nothing. */
    long transferTo(String receiver) {
        StateSender sender = senderTo(receiver);
        return sender == null ? 0 : sender.transfer();
    }

    private @Nullable StateSender senderTo(String receiver) {
        for (StateSender sender : senders) {
            if (sender.hasReceiver(receiver)) {
                return sender;
            }
        }
        return null;
    }

    /** False if it is not a receiver, or claims what it cannot have. */
    boolean received(String receiver, long offset) {
        StateSender sender = senderTo(receiver);
        if (sender == null || !sender.received(receiver, offset)) {
            return false;
        }
        send();
        return true;
    }

    /** Receivers that have not got all of it. */
    List<String> behind() {
        List<String> behind = new ArrayList<>();
        for (StateSender sender : paused ? List.<StateSender>of() : senders) {
            behind.addAll(sender.behind());
        }
        return behind;
    }

    /** This member has the state now. */
    void isThere(String receiver) {
        for (StateSender sender : senders) {
            sender.isThere(receiver);
        }
        send();
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
}
