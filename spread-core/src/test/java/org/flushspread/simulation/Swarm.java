package org.flushspread.simulation;

import org.flushspread.config.Timers;

/**
 * What one seed switches on, and how strong: a random subset of all faults with random intensity, so that rare combinations are not
 * drowned by common ones.
 *
 * @param daemons 1..127
 * @param segments 1..daemons
 * @param clientsPerDaemon clients that live at each daemon
 * @param groups group names in use
 * @param timers of all daemons
 * @param accelerated AcceleratedRing
 * @param loss probability that a datagram is lost, per link
 * @param duplication probability that it arrives twice
 * @param jitter mean of the random part of the delay, nanoseconds
 * @param reordering probability of an extra delay of up to {@code 20 * jitter}
 * @param receiveBuffer bytes a socket holds
 * @param turnCost nanoseconds a turn occupies its host
 * @param sendEvery mean nanoseconds between the messages of one client
 * @param bursts a client sends up to this many messages at once
 * @param maxBody bytes of a message body at the most
 * @param churnEvery mean nanoseconds between joins, leaves, disconnects of one client
 * @param partitionEvery mean nanoseconds between changes of connectivity, 0 for never
 * @param crashEvery mean nanoseconds between crashes of a daemon, 0 for never
 * @param pauseEvery mean nanoseconds between pauses of a host, 0 for never
 * @param maxPause nanoseconds
 * @param oneWay some cuts are one-way
 * @param flapping cuts come and go quickly
 * @param clockJumps wall clocks jump
 * @param slowClients some clients read slowly or stall
 * @param corruption probability that a datagram is damaged; properties other than robustness are then not checked
 * @param chaos nanoseconds of faults
 */
public record Swarm(
        int daemons,
        int segments,
        int clientsPerDaemon,
        int groups,
        Timers timers,
        boolean accelerated,
        double loss,
        double duplication,
        long jitter,
        double reordering,
        int receiveBuffer,
        long turnCost,
        long sendEvery,
        int bursts,
        int maxBody,
        long churnEvery,
        long partitionEvery,
        long crashEvery,
        long pauseEvery,
        long maxPause,
        boolean oneWay,
        boolean flapping,
        boolean clockJumps,
        boolean slowClients,
        double corruption,
        long chaos) {
    static final long MICRO = 1_000L;
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000_000_000L;

    /** The default timers divided by five: more membership changes in the same time, the same proportions. */
    public static final Timers QUICK = Timers.ofMillis(250, 100, 50, 50, 125, 100, 250, 250, 6000);

    /** Draws everything from the seed; {@code fixedDaemons} of 0 leaves their number to chance as well. */
    public static Swarm draw(long seed, int fixedDaemons) {
        Chance random = Chance.stream(seed, 1);
        int daemons = fixedDaemons > 0 ? fixedDaemons : drawDaemons(random);
        boolean large = daemons > 12;
        int segments = random.nextInt(3) == 0 ? 1 + random.nextInt(Math.min(daemons, 20)) : 1;
        boolean quick = random.nextInt(4) != 0;
        long sendEvery = ((large ? 400 : 20) * MILLI) << random.nextInt(4);
        return new Swarm(
                daemons,
                segments,
                large ? random.nextInt(2) : random.nextInt(4),
                1 + random.nextInt(random.nextInt(8) == 0 ? 200 : 5),
                quick ? QUICK : Timers.LAN,
                random.nextBoolean(),
                random.pick(0, 0, 0.001, 0.01, 0.05, 0.15),
                random.pick(0, 0, 0.001, 0.05),
                random.pickLong(1, 20, 100, 500) * MICRO,
                random.pick(0, 0, 0.01, 0.1),
                (int) random.pickLong(20_000, 65_536, 212_992, 1 << 20),
                random.pickLong(1, 5, 50) * MICRO,
                sendEvery,
                random.nextInt(3) == 0 ? 40 : 3,
                (int) random.pickLong(40, 200, 1400, 1400, 8_000, large ? 8_000 : 100_000),
                random.nextInt(4) == 0 ? 0 : random.pickLong(1, 3, 10) * SECOND,
                random.nextInt(3) == 0 ? 0 : random.pickLong(1, 2, 5, 15) * SECOND,
                random.nextInt(2) == 0 ? 0 : random.pickLong(2, 5, 15) * SECOND,
                random.nextInt(3) != 0 ? 0 : random.pickLong(1, 3, 10) * SECOND,
                random.pickLong(20, 200, 1000, 4000) * MILLI,
                random.nextInt(4) == 0,
                random.nextInt(5) == 0,
                random.nextInt(4) == 0,
                random.nextInt(3) == 0,
                random.nextInt(25) == 0 ? random.pick(0.001, 0.05) : 0,
                (quick ? 8 + random.nextInt(12) : 15 + random.nextInt(30)) * SECOND);
    }

    /** The same with another number of clients at each daemon. */
    public Swarm withClients(int clients) {
        return new Swarm(
                daemons,
                segments,
                clients,
                groups,
                timers,
                accelerated,
                loss,
                duplication,
                jitter,
                reordering,
                receiveBuffer,
                turnCost,
                sendEvery,
                bursts,
                maxBody,
                churnEvery,
                partitionEvery,
                crashEvery,
                pauseEvery,
                maxPause,
                oneWay,
                flapping,
                clockJumps,
                slowClients,
                corruption,
                chaos);
    }

    private static int drawDaemons(Chance random) {
        int kind = random.nextInt(100);
        if (kind < 5) {
            return 1;
        }
        if (kind < 90) {
            return 2 + random.nextInt(5);
        }
        return kind < 99 ? 7 + random.nextInt(6) : 13 + random.nextInt(20);
    }
}
