package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongFunction;
import org.flushspread.client.Service;
import org.flushspread.flush.store.SimulatedDisk;
import org.flushspread.simulation.World;
import org.jspecify.annotations.Nullable;

/**
 * A group of members of one replicated state machine who do what a person tells them, on a simulated ring; each has a disk. What they
 * replicate is the list of all commands. The checkers of replicas watch all of them.
 */
public final class StagedReplicas {
    private final World world;
    private final long patience;
    private final ReplicaSettings settings;
    private final Counts counts = new Counts();
    private final Observers observers = new Observers(Service.SAFE, counts, true);
    private final List<StagedReplica> all = new ArrayList<>();
    private final Map<Long, String> commands = new HashMap<>();

    /**
     * @param quorum how many members the group is meant to have; a majority of them is a primary
     * @param patience nanoseconds that a member may not answer before the others go on without it, 0 for ever
     */
    public StagedReplicas(World world, int quorum, long patience) {
        this.world = world;
        this.patience = patience;
        this.settings = ReplicaSettingsOf.durable(ReplicaSettingsOf.sized(ReplicaSettings.DEFAULT, quorum));
    }

    /** A member more. It joins as soon as it has a session. */
    public StagedReplica member(String name, StagedReplica.Audience audience) {
        StagedReplica member = new StagedReplica(this, name, new Random(all.size()), audience);
        all.add(member);
        return member;
    }

    World world() {
        return world;
    }

    long patience() {
        return patience;
    }

    Member start(String name, StagedReplica of, int life, @Nullable SimulatedDisk disk) {
        int place = all.indexOf(of);
        return new Member(
                name + "." + life,
                place,
                new MemberId(name, place + 1, life),
                disk,
                settings,
                observers.all(),
                new ListMachine(false),
                null);
    }

    /** A command more; its number. */
    long command(String text) {
        long number = commands.size() + 1;
        commands.put(number, text);
        return number;
    }

    LongFunction<String> texts() {
        return number -> commands.getOrDefault(number, "?");
    }

    /** All is healed, and all members are there: they must have gone on with equal states. */
    public void end() {
        List<Member> members = new ArrayList<>();
        for (StagedReplica each : all) {
            Member member = each.member();
            if (member == null) {
                throw new Violation("HealedMembersGoOn", each.label() + " is not there");
            }
            members.add(member);
        }
        observers.end(members);
    }
}
