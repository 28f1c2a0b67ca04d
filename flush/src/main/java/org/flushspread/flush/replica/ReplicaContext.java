package org.flushspread.flush.replica;

import org.flushspread.kernel.base.InvariantViolation;

/** What a member keeps from view to view; each {@link ViewRound} works on it. */
final class ReplicaContext {
    final ReplicaSettings settings;
    final ReplicaOutput output;
    final Reports reports;
    final Memory memory;
    final AppliedLog log;
    final Outstanding outstanding;
    final StateDonor donor;
    final StateHashes hashes;
    final Reads reads;
    private Role role = Role.MINORITY;

    ReplicaContext(Metadata known, Version version, boolean halted, ReplicaSettings settings, ReplicaOutput output) {
        this.settings = settings;
        this.output = output;
        this.reports = new Reports(output);
        this.memory = new Memory(known, settings.observer());
        this.hashes = new StateHashes(reports, version.index());
        this.log = new AppliedLog(version, halted, memory, settings, output, hashes);
        this.reads = new Reads(settings, output, log, memory);
        this.outstanding = new Outstanding(settings, output, this::complete);
        this.donor = new StateDonor(settings, output, reports, log);
    }

    /** What the others need to know to decide. */
    ReplicaMessage.State state(long view, long views, ReplicaMessage.Interrupted interrupted) {
        return new ReplicaMessage.State(
                view,
                views,
                memory.id,
                memory.isDetached(),
                settings.durable(),
                settings.founder(),
                settings.observer(),
                log.isHalted(),
                settings.quorum().members(),
                memory.lineage(),
                memory.lastPrimary(),
                memory.attempts(),
                memory.highest(),
                log.version(),
                settings.stateBytes(),
                donor.images(),
                interrupted,
                output.charter());
    }

    /** Gives out the result of a command of this member. */
    void complete(long ticket) {
        if (role != Role.PRIMARY) {
            throw new InvariantViolation(
                    "replica-protocol R10: a command is acknowledged while its sender is PRIMARY",
                    "ticket " + ticket + " at a member that is " + role);
        }
        output.completed(ticket);
    }

    Role role() {
        return role;
    }

    void changeRole(Role next) {
        if (!next.hasPrimary() && !settings.waitForPrimary()) {
            outstanding.refuseQueued(Failure.NOT_PRIMARY);
            reads.refuse(Failure.NOT_PRIMARY);
        }
        if (role != next) {
            role = next;
            output.role(next);
        }
    }
}
