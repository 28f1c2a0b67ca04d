package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.List;

/**
 * The images of its state that a member hands out. One that has not reached all its receivers is kept over views, so that they go on with
 * it where nothing else has changed (replica-protocol R14).
 */
final class StateDonor {
    /** Images kept from a view to the next, the oldest ones: each is as large as the state. */
    static final int KEPT = 2;

    private List<StateSender> senders = new ArrayList<>();
    private boolean paused;

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

    /** Goes on with the images that members still wait for, as is decided, and drops all others. */
    void goOn(Decision now, List<String> members, long decision) {
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

    void add(StateSender sender) {
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

    /** This member has the state now. */
    void isThere(String receiver) {
        for (StateSender sender : senders) {
            sender.isThere(receiver, !paused);
        }
        senders.removeIf(sender -> !sender.hasReceivers());
    }
}
