package org.flushspread.simulation;

import java.util.Arrays;
import java.util.List;
import org.flushspread.config.Timers;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;

/**
 * P22 no stall, its second bound: rings in which there is traffic hear each other and merge at once, without waiting for the next lookup
 * (membership-protocol 5.6 and 12). Splits the calm network of a settled world, lets the sides form rings, and makes it whole again.
 *
 * <p>With several segments data goes to members only, so rings of different segments do not hear each other.
 */
final class Reunion {
    /** In lookup times. */
    private static final int LONGEST_LEFT_OUT = 9;

    private final World world;
    private final Network network;
    private final Swarm swarm;
    private final List<SimulatedClient> clients;
    private final Judge judge;

    Reunion(World world, Network network, Swarm swarm, List<SimulatedClient> clients, Judge judge) {
        this.world = world;
        this.network = network;
        this.swarm = swarm;
        this.clients = clients;
        this.judge = judge;
    }

    /** True if the world allows the demand. */
    boolean isPossible() {
        return swarm.segments() == 1 && swarm.daemons() > 1 && swarm.daemons() <= 12 && swarm.corruption() == 0;
    }

    void run(Chance chance) {
        int[] side = new int[swarm.daemons()];
        for (int i = 0; i < side.length; i++) {
            side[i] = chance.nextInt(2);
        }
        if (!isHeardOn(side, 0) || !isHeardOn(side, 1)) {
            return;
        }
        Timers timers = swarm.timers();
        if (swarm.attackEvery() > 0) {
            // Who relays what daemons sent can have one of them left out so long, at the most (membership-protocol 6.7
            // rule 3).
            world.run(LONGEST_LEFT_OUT * timers.lookup().toNanos());
        }
        long gather = timers.gather().toNanos();
        long formation = timers.seg().toNanos() + gather;
        long bound = timers.token().toNanos() + 3 * gather + formation;
        world.log(() -> "split, and whole again: " + Arrays.toString(side));
        network.partition(side);
        demand(side, 2 * bound, "the sides of a partition");
        world.run(chance.nextLong(timers.lookup().toNanos() / 2));
        network.partition(new int[side.length]);
        demand(new int[side.length], bound, "rings with traffic");
    }

    private boolean isHeardOn(int[] side, int which) {
        return clients.stream()
                .anyMatch(each -> side[each.host().number()] == which
                        && each.isUp()
                        && !each.wanted().isEmpty());
    }

    private void demand(int[] side, long limit, String who) {
        long end = world.now() + limit;
        long step = swarm.timers().gather().toNanos() / 10;
        while (!judge.isDivided(side)) {
            if (world.now() >= end) {
                throw new Violation(
                        "P22 no stall with traffic",
                        who + " did not become one ring within " + limit / Swarm.MILLI + " ms");
            }
            for (SimulatedClient each : clients) {
                if (each.isUp() && !each.wanted().isEmpty()) {
                    List<Name> to = List.of(each.wanted().first());
                    each.send(ServiceType.AGREED_MESS, to, 100);
                }
            }
            world.run(step);
        }
    }
}
