package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.flushspread.client.Service;
import org.flushspread.flush.store.SimulatedDisk;
import org.flushspread.simulation.Swarm;
import org.flushspread.simulation.Verdict;
import org.jspecify.annotations.Nullable;

/** A replicated state machine on simulated rings: daemons, network, flush layers and replicas are all what ships. One seed. */
final class RingReplicas {
    private static final int ENOUGH = 1000;
    /** Of a state machine that is saved behind each command. */
    private static final int ENOUGH_OF_FOREIGN = 250;

    final Counts counts;
    final boolean durable;
    /** Persons call bootstrap() where there is no primary. */
    final boolean founding;
    /** Applications take their time now and then. */
    final boolean lagging;
    /** Mean nanoseconds between faults of one process, 0 for never. */
    final long faultEvery;

    final long submitEvery;
    /** How long a member may be silent before the others go on without it. */
    final long patience;
    /** Which of the clients is no member but a stranger; -1 for none. */
    final int strangerAt;

    private final org.flushspread.simulation.Simulation simulation;
    private final Random random;
    private final Service service;
    private final Observers observers;
    private final ReplicaSettings settings;
    /** What the members replicate is somebody's own. */
    final boolean foreign;

    private final SimulatedMachine.Factory machineOf;
    final SessionUser[] users;
    private final List<RingReplica> machines = new ArrayList<>();
    private long commands;
    private int times;

    RingReplicas(long seed, Swarm swarm, Service service, Counts counts) {
        this(seed, swarm, service, counts, null, false);
    }

    /**
     * @param foreign makes the state machines of somebody else, who reads them too; null for none
     * @param sessions true if they know any
     */
    RingReplicas(
            long seed,
            Swarm swarm,
            Service service,
            Counts counts,
            SimulatedMachine.@Nullable Factory foreign,
            boolean sessions) {
        this.foreign = foreign != null;
        this.machineOf = foreign == null ? member -> new ListMachine(false) : foreign;
        this.counts = counts;
        this.service = service;
        this.random = new Random(seed * 0x9E3779B97F4A7C15L + 23);
        random.nextLong();
        this.durable = random.nextBoolean();
        this.founding = random.nextInt(4) == 0 && foreign == null;
        this.lagging = random.nextInt(3) == 0;
        this.faultEvery = random.nextInt(4) == 0 ? 0 : (1 + random.nextInt(8)) * 1_000_000_000L;
        this.submitEvery = (20 + random.nextInt(200)) * 1_000_000L;
        this.observers = new Observers(service, counts, foreign != null, foreign != null);
        this.patience = swarm.beat();
        int clients = swarm.daemons() * swarm.clientsPerDaemon();
        this.strangerAt = clients > 2 && random.nextInt(3) == 0 ? clients - 1 : -1;
        int size = strangerAt < 0 ? clients : clients - 1;
        this.settings = ReplicaSettingsOf.drawn(random, size, durable, service);
        this.users = new SessionUser[sessions ? 3 : 0];
        for (int i = 0; i < users.length; i++) {
            users[i] = new SessionUser(i, this::nextCommand);
        }
        this.simulation = new org.flushspread.simulation.Simulation(seed, swarm, null, client -> {
            int place = machines.size();
            RingReplica machine = new RingReplica(this, new Random(seed * 31 + place), place);
            machines.add(machine);
            return machine;
        });
        machines.forEach(RingReplica::begin);
        counts.seeds++;
    }

    org.flushspread.simulation.Simulation simulation() {
        return simulation;
    }

    /** One more who sees everything. */
    void watch(Observer observer) {
        observers.all().add(observer);
    }

    /** Chaos, healing and rest. What is broken below is in the verdict; a broken promise of the state machine is thrown. */
    Verdict run() {
        Verdict verdict = simulation.run();
        if (verdict.violation() == null) {
            List<Member> members = new ArrayList<>();
            for (RingReplica each : machines) {
                if (each.isStranger()) {
                    continue;
                }
                Member member = each.member();
                if (member == null) {
                    throw new AssertionError("machine " + machines.indexOf(each) + " did not come back");
                }
                members.add(member);
            }
            observers.end(members);
        }
        return verdict;
    }

    Member start(int place, int life, @Nullable SimulatedDisk disk) {
        boolean founder = settings.quorum().members() == 0 && place == 0 && life == 1;
        MemberId fresh = new MemberId("m" + place, place + 1, life);
        return new Member(
                "m" + place + "." + life,
                place,
                fresh,
                disk,
                ReplicaSettingsOf.founder(settings, founder),
                observers.all(),
                machineOf.create("m" + place + "." + life),
                foreign ? () -> now() / 1_000_000 + place : null);
    }

    /** A member is about to say what its clock says. */
    void says(Member member) {
        observers.time.said(member);
    }

    void after(long delay, Runnable what) {
        simulation.world().after(delay, what);
    }

    long now() {
        return simulation.world().now();
    }

    /** Timers fire, as long as the log does not consist of that. */
    void letTimePass(Member member) {
        says(member);
        if (times < ENOUGH_OF_FOREIGN && member.users.letTimePass()) {
            times++;
            member.replica.endOfTurn();
        }
    }

    boolean maySubmit() {
        return commands < (foreign ? ENOUGH_OF_FOREIGN : ENOUGH);
    }

    long nextCommand() {
        return ++commands;
    }
}
