package org.flushspread.testing;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.flushspread.daemon.NetworkFaults;

/**
 * What is between the daemons of a {@link Ring}: a link from each to each other. A test cuts links, makes them slow or lossy, and crashes
 * daemons. Clients keep their connections to their daemons, except to crashed ones. Any thread.
 *
 * <p>{@link #partition}, {@link #heal}, {@link #crash} and {@link #restart} return when the daemons have noticed: each is in a ring with all
 * those it has whole links to. What clients then get is theirs to wait for.
 */
public final class Network {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    /** A link from one daemon to another: which part is lost, and how long the rest takes. */
    private record Link(double loss, Duration delay) {
        static final Link WHOLE = new Link(0, Duration.ZERO);
        static final Link CUT = new Link(1, Duration.ZERO);

        boolean isCut() {
            return loss >= 1;
        }
    }

    private final List<RingDaemon> daemons;
    private final int size;
    /** The link from i to j is at i * size + j. */
    private final AtomicReferenceArray<Link> links;

    Network(List<RingDaemon> daemons, int size) {
        this.daemons = daemons;
        this.size = size;
        links = new AtomicReferenceArray<>(size * size);
        mend();
    }

    int size() {
        return size;
    }

    /** The daemon i has the third byte i + 1 in its address. */
    NetworkFaults faultsOf(int from) {
        return to -> fate(from, to);
    }

    private Duration fate(int from, InetAddress to) {
        int other = (to.getAddress()[2] & 0xff) - 1;
        Link link = links.get(from * size + other);
        if (link.loss > 0 && ThreadLocalRandom.current().nextDouble() < link.loss) {
            return NetworkFaults.LOST;
        }
        return link.delay;
    }

    /** Names one side of a partition. */
    public Side partition(RingDaemon... side) {
        return new Side(List.of(side));
    }

    /** One side of a partition, which still needs the other. */
    public final class Side {
        private final List<RingDaemon> side;

        private Side(List<RingDaemon> side) {
            this.side = side;
        }

        /** Cuts all links between the two sides, both ways, and waits until the daemons have noticed. */
        public void from(RingDaemon... others) {
            for (RingDaemon one : side) {
                for (RingDaemon other : others) {
                    if (one == other) {
                        throw new IllegalArgumentException(one.name() + " is on both sides");
                    }
                    cut(one, other);
                    cut(other, one);
                }
            }
            awaitRings();
        }

        /** The other side is everybody else. */
        public void fromTheRest() {
            from(daemons.stream().filter(each -> !side.contains(each)).toArray(RingDaemon[]::new));
        }
    }

    /**
     * Cuts one direction: nothing that {@code from} sends reaches {@code to}. Returns at once, since what the daemons make of a network that
     * lets one of two be heard is not foreseen.
     */
    public void cut(RingDaemon from, RingDaemon to) {
        set(from, to, Link.CUT);
    }

    /** Loses this part of what {@code from} sends to {@code to}, 0 to 1, by chance. Returns at once. */
    public void lose(RingDaemon from, RingDaemon to, double part) {
        if (!(part >= 0 && part <= 1)) {
            throw new IllegalArgumentException("a part is 0 to 1, not " + part);
        }
        set(from, to, new Link(part, link(from, to).delay));
    }

    /** As {@link #lose(RingDaemon, RingDaemon, double)}, on all links. */
    public void lose(double part) {
        forEachLink((from, to) -> lose(from, to, part));
    }

    /** Has what {@code from} sends to {@code to} arrive later by this time. Returns at once. */
    public void delay(RingDaemon from, RingDaemon to, Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("nothing arrives before it was sent: " + time);
        }
        set(from, to, new Link(link(from, to).loss, time));
    }

    /** As {@link #delay(RingDaemon, RingDaemon, Duration)}, on all links. */
    public void delay(Duration time) {
        forEachLink((from, to) -> delay(from, to, time));
    }

    /** Makes all links whole, and waits until all daemons that run are one ring. */
    public void heal() {
        mend();
        awaitRings();
    }

    /** Ends a daemon as the loss of its machine would: without a word to the ring. Its clients are cut off. */
    public void crash(RingDaemon daemon) {
        daemon.crash();
        awaitRings();
    }

    /** Starts a crashed daemon again, on the same address. */
    public void restart(RingDaemon daemon) {
        daemon.restart();
        awaitRings();
    }

    /**
     * Waits until each daemon that runs is in a ring with exactly those it has links to that are not cut, both ways, directly or through
     * others. Where a link is cut in one direction only, or where daemons that are parted share a neighbour, the rings are not foreseen, and
     * this returns at once.
     *
     * @throws IllegalStateException if that takes more than a minute
     */
    public void awaitRings() {
        if (!isForeseen()) {
            return;
        }
        long begin = System.nanoTime();
        while (!stands()) {
            if (System.nanoTime() - begin > LONGEST.toNanos()) {
                throw new IllegalStateException("after " + LONGEST.toSeconds()
                        + " s the daemons are not in the rings that their links allow: " + daemons);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private boolean stands() {
        for (RingDaemon each : daemons) {
            if (each.isRunning() && !each.membership().equals(reachable(each))) {
                return false;
            }
        }
        return true;
    }

    private List<String> reachable(RingDaemon from) {
        List<String> names = new ArrayList<>();
        for (RingDaemon each : daemons) {
            if (each.isRunning() && (each == from || !link(from, each).isCut())) {
                names.add(each.name());
            }
        }
        return names;
    }

    /** True if the links that are not cut part the daemons into groups in which each has a link to each. */
    private boolean isForeseen() {
        return IntStream.range(0, size)
                .allMatch(i -> IntStream.range(0, size)
                        .allMatch(j -> isCut(i, j) == isCut(j, i)
                                && (isCut(i, j)
                                        || IntStream.range(0, size).allMatch(k -> isCut(i, k) == isCut(j, k)))));
    }

    private boolean isCut(int from, int to) {
        return from != to && links.get(from * size + to).isCut();
    }

    private interface OnLink {
        void act(RingDaemon from, RingDaemon to);
    }

    private void forEachLink(OnLink action) {
        for (RingDaemon from : daemons) {
            for (RingDaemon to : daemons) {
                if (from != to) {
                    action.act(from, to);
                }
            }
        }
    }

    private void mend() {
        for (int i = 0; i < size * size; i++) {
            links.set(i, Link.WHOLE);
        }
    }

    private Link link(RingDaemon from, RingDaemon to) {
        return links.get(from.index() * size + to.index());
    }

    private void set(RingDaemon from, RingDaemon to, Link link) {
        if (from == to) {
            throw new IllegalArgumentException("there is no link from " + from.name() + " to itself");
        }
        if (daemons.get(from.index()) != from || daemons.get(to.index()) != to) {
            throw new IllegalArgumentException("a daemon of another ring");
        }
        links.set(from.index() * size + to.index(), link);
    }

    @Override
    public String toString() {
        List<String> broken = new ArrayList<>();
        forEachLink((from, to) -> {
            Link link = link(from, to);
            if (!link.equals(Link.WHOLE)) {
                broken.add(from.name() + " to " + to.name() + ": "
                        + (link.isCut() ? "cut" : link.loss * 100 + " % lost, " + link.delay.toMillis() + " ms"));
            }
        });
        return broken.isEmpty() ? "whole" : String.join("; ", broken);
    }
}
