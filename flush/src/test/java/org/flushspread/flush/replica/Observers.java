package org.flushspread.flush.replica;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.client.Service;

/** The checkers of one simulation, one for each promise, and the counts of what happened. */
final class Observers {
    private final List<Observer> all = new ArrayList<>();
    private final HealedMembersGoOn progress;
    private final Counts counts;
    final TimeIsAgreed time = new TimeIsAgreed();

    /** @param service of the commands; what is acknowledged after an AGREED command may be undone, so less is promised */
    Observers(Service service, Counts counts) {
        this(service, counts, false);
    }

    /** @param reading true if all histories are founded by members alone, so that reads can be judged */
    Observers(Service service, Counts counts, boolean reading) {
        this(service, counts, reading, false);
    }

    /** @param foreign true if the state machine is somebody's own */
    Observers(Service service, Counts counts, boolean reading, boolean foreign) {
        this.counts = counts;
        boolean acknowledgedStay = service == Service.SAFE;
        OnePrimary primaries = new OnePrimary();
        progress = new HealedMembersGoOn(primaries);
        if (acknowledgedStay) {
            all.add(new AcknowledgedCommandsSurvive());
        }
        all.add(new OneOrder(acknowledgedStay));
        all.add(new EqualVersionsAreEqualStates());
        if (acknowledgedStay && reading) {
            if (!foreign) { // whose witness has the log to judge by, which takes less time than to look for an order
                all.add(new ReadsAreLinearizable());
            }
            all.add(new ReadsAreSequential());
        }
        all.add(time);
        if (!foreign) {
            all.add(new TimersFireOnce());
            all.add(new SessionsAreExact());
        }
        all.add(primaries);
        all.add(new EveryCommandEndsOnce());
        all.add(progress);
        all.add(new Counting());
    }

    List<Observer> all() {
        return all;
    }

    void end(List<Member> members) {
        all.forEach(each -> each.end(members));
        counts.healthy += progress.healthy ? 1 : 0;
    }

    private final class Counting implements Observer {
        @Override
        public void formed(Member member, Primary primary, List<Long> history) {
            counts.formed++;
        }

        @Override
        public void submitted(Member member, long command) {
            counts.commands++;
        }

        @Override
        public void completed(Member member, long command, long place, Primary primary) {
            counts.completed++;
        }

        @Override
        public void uncertain(Member member, long command) {
            counts.uncertain++;
        }

        @Override
        public void loaded(Member member, Version version, List<Long> history) {
            counts.loads++;
        }

        @Override
        public void fired(Member member, long timer, long time) {
            counts.fired++;
        }

        @Override
        public void readEnded(Member member, long ticket, List<Long> history) {
            counts.reads++;
            counts.observed += member.observes() ? 1 : 0;
        }

        @Override
        public void did(Member member, String what, byte[] bytes) {
            counts.effects.add(ByteBuffer.wrap((member + " " + what).getBytes(StandardCharsets.UTF_8)));
            counts.effects.add(ByteBuffer.wrap(bytes));
        }

        @Override
        public void wentOn(Member member) {
            counts.wentOn++;
        }
    }
}
