package org.flushspread.flush.replica;

import org.flushspread.client.Service;
import org.flushspread.simulation.Profile;
import org.flushspread.simulation.Swarm;
import org.flushspread.simulation.Verdict;

/** Runs of both worlds with somebody's own state machine: members on a network made up, and members on simulated rings. */
public final class SimulatedReplicas {
    /** Turns of a run in which things go wrong. */
    private static final int STEPS = 600;

    private static final int MOST_DAEMONS = 7;

    /** What happened, for the record that a run was not empty. */
    public record Figures(
            long commands, long completed, long uncertain, long reads, long views, long crashes, long transfers) {
        public Figures plus(Figures other) {
            return new Figures(
                    commands + other.commands,
                    completed + other.completed,
                    uncertain + other.uncertain,
                    reads + other.reads,
                    views + other.views,
                    crashes + other.crashes,
                    transfers + other.transfers);
        }
    }

    private SimulatedReplicas() {}

    /**
     * A run on a network that is made up: a few milliseconds.
     *
     * @param percent of the run in which things go wrong, before all is healed
     * @param dying whether members crash
     * @param parting whether the network parts
     * @param sessions true if the state machine keeps answers for sessions
     * @throws Violation if a promise is broken; also what the machines and the witness throw
     */
    public static Figures run(
            long seed,
            int percent,
            boolean dying,
            boolean parting,
            SimulatedMachine.Factory machines,
            boolean sessions,
            Witness witness) {
        Counts counts = new Counts();
        Simulation simulation = new Simulation(seed, Simulation.Kind.FOREIGN, counts, machines, sessions);
        if (!dying || !parting) {
            simulation.limit(dying, parting);
        }
        simulation.watch(new Witnessed(witness));
        simulation.run(STEPS * percent / 100);
        return figures(counts);
    }

    /** The same on simulated rings, where daemons and flush layers are what ships too: some hundred milliseconds. */
    public static Figures runOnRings(
            long seed, int percent, SimulatedMachine.Factory machines, boolean sessions, Witness witness) {
        Counts counts = new Counts();
        Swarm swarm = swarm(seed, Profile.SWARM);
        RingReplicas replicas = new RingReplicas(
                seed, swarm.with("chaos", swarm.chaos() * percent / 100.0), Service.SAFE, counts, machines, sessions);
        replicas.watch(new Witnessed(witness));
        Verdict verdict = replicas.run();
        org.flushspread.simulation.Violation broken = verdict.violation();
        if (broken == null) {
            return figures(counts);
        }
        // What a state machine or a checker of replicas threw has gone up through the simulated host.
        for (Throwable cause = broken.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof Violation own) {
                throw own;
            }
        }
        throw new Violation(broken.property(), String.valueOf(broken.getMessage()));
    }

    private static Figures figures(Counts counts) {
        return new Figures(
                counts.commands,
                counts.completed,
                counts.uncertain,
                counts.reads,
                counts.views,
                counts.crashes,
                counts.loads);
    }

    /** A world of few daemons, with a group for members alone. */
    static Swarm swarm(long seed, Profile profile) {
        Swarm swarm = Swarm.draw(seed, 0, profile).with("corruption", 0).with("groups", 1);
        if (swarm.daemons() > MOST_DAEMONS) {
            swarm = Swarm.draw(seed, 2 + (int) (seed % 6), profile).with("corruption", 0);
        }
        int clients = swarm.daemons() > 3 ? 1 : 1 + (int) (seed % 2);
        return swarm.with("clientsPerDaemon", swarm.daemons() == 1 ? 3 : clients);
    }
}
