package org.flushspread.flush;

import java.time.Duration;
import java.util.List;
import org.flushspread.client.MessageChannel;
import org.flushspread.flush.replica.Replica;
import org.flushspread.flush.replica.ReplicaReason;
import org.flushspread.flush.replica.RollCalls;

/** Brings the events of the group to the replica of a member, and the time to those who wait for others. Used by the internal thread. */
final class ReplicaInput {
    private final String group;
    private final Duration suspectAfter;
    private final Replica replica;
    private final ReplicaConnection connection;
    private final Tellings tellings;
    private final Runnable turn;
    private final RollCalls rollCalls;
    private List<String> excluded = List.of();

    /** @param turn what is to be done before a consent: to send, write and acknowledge */
    ReplicaInput(
            String group,
            Duration suspectAfter,
            Replica replica,
            ReplicaConnection connection,
            Tellings tellings,
            Runnable turn) {
        this.group = group;
        this.suspectAfter = suspectAfter;
        this.replica = replica;
        this.connection = connection;
        this.tellings = tellings;
        this.turn = turn;
        this.rollCalls = new RollCalls(replica, MessageChannel.nanos(suspectAfter));
    }

    void take(FlushEvent event) {
        if (event instanceof DataMessage message) {
            // A private message is none of the group's.
            if (message.group().equals(group)) {
                replica.message(message.sender(), message.body());
            }
        } else if (event instanceof View view) {
            view(view);
        } else if (event instanceof FlushRequest) {
            turn.run();
            replica.flushRequest();
        } else if (event instanceof Transition) {
            replica.transition();
        } else if (event instanceof Excluded) {
            excluded();
        } else if (event instanceof FlushDelayed warning) {
            tellings.report(
                    ReplicaReason.DELAYED,
                    "a change of group '" + group + "' waits since " + Patience.seconds(warning.age())
                            + " for the consent of " + warning.missing() + "; nothing is decided without them");
        } else if (event instanceof Reject) {
            String why = "the daemon refuses to let this member into group '" + group + "'";
            tellings.report(ReplicaReason.JOIN_REFUSED, why);
            lost(why);
        } else if (event instanceof SelfLeave) {
            lost("this member was let out of group '" + group + "'");
        }
    }

    private void view(View view) {
        if (!view.excluded().equals(excluded)) {
            excluded = view.excluded();
            if (!excluded.isEmpty()) {
                tellings.report(
                        ReplicaReason.EXCLUDED,
                        "group '" + group + "' goes on without " + excluded + ", who did not answer for "
                                + Patience.seconds(suspectAfter));
            }
        }
        replica.view(view.members());
    }

    private void excluded() {
        String why = "the others went on without this member, which did not answer for "
                + Patience.seconds(suspectAfter) + "; it joins again";
        tellings.report(ReplicaReason.EXCLUDED, "group '" + group + "': " + why);
        connection.disconnect(why);
        replica.excluded();
    }

    private void lost(String why) {
        if (connection.isConnected()) {
            connection.disconnect(why);
            replica.disconnected();
        }
    }

    /** The connection may have ended, or this member cannot go on in its view and joins again. */
    void giveUpWhatIsLost() {
        String why = connection.takeLoss();
        if (why != null) {
            lost(why);
        }
    }

    /** Time has passed: the roll is called where others are silent (exclusion R2). */
    void tick() {
        List<String> without = rollCalls.due(System.nanoTime());
        if (without != null) {
            connection.send(joined -> joined.rollCallSoon(without));
        }
    }
}
