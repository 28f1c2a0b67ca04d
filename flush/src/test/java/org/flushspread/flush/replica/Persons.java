package org.flushspread.flush.replica;

import java.util.Random;
import org.flushspread.flush.store.SimulatedDisk;
import org.jspecify.annotations.Nullable;

/** What persons decide in a simulation: that there is no primary any more, how many members there are, and which commands are skipped. */
final class Persons {
    private final Simulation world;
    private final Random random;
    private final FlushNetwork network;
    private final Observers observers;
    private final Counts counts;
    /** They call bootstrap() where there is no primary. */
    private final boolean founding;

    private final boolean ambushing;
    /** Steps until some decide. */
    private int foundIn;

    private int alone;
    /** Steps until the network parts where a person has just decided, and until it joins again as it was. */
    private int partIn;

    private int joinIn;
    /** Steps until one who has voted loses its connection. */
    private int loseIn;

    private int losing;
    private final int[] before;
    private boolean hasty;
    private @Nullable MemberId toRetire;
    private int toRetireAt;

    Persons(
            Simulation world,
            Random random,
            FlushNetwork network,
            Observers observers,
            Counts counts,
            boolean founding,
            boolean ambushing,
            int places) {
        this.world = world;
        this.random = random;
        this.network = network;
        this.observers = observers;
        this.counts = counts;
        this.founding = founding;
        this.ambushing = ambushing;
        this.before = new int[places];
    }

    /** They decide above all where attempts of unknown outcome are remembered; the network parts while their word is on its way. */
    void hasty() {
        hasty = true;
    }

    // ---- that there is no primary any more

    /** One member is alone: perhaps a person decides there soon. */
    void isAlone(int at) {
        alone = at;
        if (founding) {
            foundIn = 20 + random.nextInt(200);
        }
    }

    /** A state is perhaps on its way: a decision has most to break now. */
    void stateIsSaved() {
        if (founding && ambushing && foundIn == 0) {
            alone = random.nextInt(world.members.length);
            foundIn = 1 + random.nextInt(80);
        }
    }

    /** True if the time has come, and some have decided. */
    boolean decide() {
        if (foundIn > 0 && --foundIn == 0) {
            found(alone);
            return true;
        }
        return hasty && hurry();
    }

    /**
     * Somebody votes. If it is for what a person has just decided, the network parts before all have. Else it perhaps loses its connection: then
     * another one knows that a primary was formed, and this one only that it was about to be.
     */
    void voted(int at) {
        if (partIn > 0) {
            partIn = 1 + random.nextInt(3);
        } else if (hasty && loseIn == 0 && random.nextInt(3) == 0) {
            loseIn = 1 + random.nextInt(12);
            losing = at;
        }
    }

    private void lose() {
        if (!world.members[losing].dead && Simulation.port(world.members[losing]) != null) {
            world.disconnect(losing);
            int apart = random.nextInt(world.members.length);
            network.partition(port -> port.place == apart ? 2 : 0);
        }
    }

    private boolean hurry() {
        if (loseIn > 0 && --loseIn == 0) {
            lose();
            return true;
        }
        if (joinIn > 0 && --joinIn == 0) {
            network.partition(port -> before[port.place]);
            return true;
        }
        if (partIn > 0 && --partIn == 0) {
            network.ports().forEach(port -> before[port.place] = port.component());
            network.partition(port -> port.place == alone ? 3 : port.component());
            joinIn = 1 + random.nextInt(20);
            return true;
        }
        int at = random.nextInt(world.members.length);
        Member member = world.members[at];
        boolean quiet = partIn == 0 && joinIn == 0;
        if (!quiet
                || member.dead
                || Simulation.port(member) == null
                || member.replica.attempts().isEmpty()) {
            return false;
        }
        boolean[] asked = new boolean[1];
        world.guarded(at, () -> asked[0] = !member.isPrimary() && member.replica.bootstrap());
        if (asked[0]) {
            counts.founded++;
            partIn = 1 + random.nextInt(60);
            alone = random.nextBoolean() ? at : random.nextInt(world.members.length);
        }
        return asked[0];
    }

    /** Nobody decides any more. */
    void rest() {
        foundIn = 0;
        partIn = 0;
        joinIn = 0;
        loseIn = 0;
        hasty = false;
    }

    /** A person, or several, decide that there is no primary any more; where votes were lost, sooner than elsewhere. */
    void found(int first) {
        for (int at = 0; at < world.members.length; at++) {
            Member member = world.members[at];
            boolean asked = at == first
                    || random.nextInt(4) == 0
                    || !member.replica.attempts().isEmpty() && random.nextBoolean();
            if (asked && !member.dead && Simulation.port(member) != null) {
                foundBy(at);
            }
        }
    }

    private void foundBy(int at) {
        Member member = world.members[at];
        boolean[] asked = new boolean[1];
        world.guarded(at, () -> asked[0] = !member.isPrimary() && member.replica.bootstrap());
        FlushNetwork.Port port = Simulation.port(member);
        if (!asked[0] || port == null) {
            return;
        }
        counts.founded++;
        if (ambushing && random.nextBoolean()) {
            int component = random.nextInt(3);
            network.partition(other -> other == port ? component : other.component());
            if (random.nextBoolean()) {
                world.guarded(at, () -> network.requestFlush(port)); // before the person's word is delivered
            }
        } else {
            world.ambush();
        }
    }

    // ---- how many members there are

    void resize(int at) {
        int by = 0;
        while (by < world.members.length && (by == at || world.members[by].dead || !world.members[by].isPrimary())) {
            by++;
        }
        if (by == world.members.length) {
            return;
        }
        Member deciding = world.members[by];
        MemberId lostBefore = toRetire;
        if (lostBefore != null) {
            // As long as it is a member of the primary nobody retires it.
            if (!deciding.replica.lastPrimary().members().contains(lostBefore)) {
                toRetire = null;
                world.empty[toRetireAt] = false;
                counts.replaced++;
                order(by, LogEntry.retired(lostBefore));
                return;
            }
        }
        int meant = deciding.meant();
        int present = deciding.replica.members().size();
        int what = random.nextInt(6);
        if (world.empty[at] && (lostBefore == null || at != toRetireAt) && 2 * present > meant + 1) {
            world.empty[at] = false;
            counts.resized++;
            order(by, LogEntry.quorum(Quorum.majorityOf(meant + 1)));
        } else if (!world.empty[at] && what < 2 && lostBefore == null) {
            MemberId lost = world.members[at].id;
            // Perhaps the disk is found again.
            SimulatedDisk kept = random.nextBoolean() ? world.disks[at] : null;
            world.leave(at);
            world.disks[at] = kept;
            toRetire = lost;
            toRetireAt = at;
        } else if (!world.empty[at] && what == 2 && meant > 2) {
            world.leave(at);
            counts.resized++;
            order(by, LogEntry.quorum(Quorum.majorityOf(meant - 1)));
        }
    }

    private void order(int by, byte[] entry) {
        world.guarded(by, () -> {
            observers.time.said(world.members[by]);
            world.members[by].users.ask(entry, 0, answer -> {});
            world.members[by].replica.endOfTurn();
        });
    }

    // ---- which commands are skipped

    /** A person reads what halts the members, and has it skipped. */
    void haveSkipped(int at) {
        SkippedCommand command = world.members[at].replica.poisoned();
        if (command != null) {
            world.guarded(at, () -> counts.skipped += world.members[at].replica.skip(command) ? 1 : 0);
        }
    }
}
