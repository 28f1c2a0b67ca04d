package org.flushspread.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Data of daemons that are about to be lost. It lies in queues of the network while their tokens pass, so that the ring goes on behind what it
 * lacks; some of it arrives when its receiver takes part in a FORM, and the rest never.
 */
final class LastWords {
    /** Packets that lie on the way to a host at the most; the oldest are lost. */
    private static final int LIMIT = 64;

    private final Chance random;
    /** From whom, to whom. */
    private final boolean[][] delayed;

    private final List<ArrayDeque<Packet>> queues = new ArrayList<>();

    /** A datagram to a data port, and the host that sent it. */
    record Packet(int from, byte[] wire) {}

    LastWords(Chance random, int hosts) {
        this.random = random;
        this.delayed = new boolean[hosts][hosts];
        for (int i = 0; i < hosts; i++) {
            queues.add(new ArrayDeque<>());
        }
    }

    /** From now on data of a host does not reach most others. */
    void begin(int from) {
        for (int to = 0; to < delayed.length; to++) {
            delayed[from][to] = to != from && random.nextInt(4) != 0;
        }
    }

    /** What it sends from now on arrives, if it is not lost. */
    void end(int from) {
        Arrays.fill(delayed[from], false);
    }

    /** Nothing is delayed any more, and nothing of what was arrives. */
    void calm() {
        for (boolean[] row : delayed) {
            Arrays.fill(row, false);
        }
        queues.forEach(ArrayDeque::clear);
    }

    /** True if a datagram to a data port lies in a queue from now on. */
    boolean takes(int from, int to, byte[] wire) {
        if (!delayed[from][to]) {
            return false;
        }
        ArrayDeque<Packet> queue = queues.get(to);
        if (queue.size() == LIMIT) {
            queue.removeFirst();
        }
        queue.add(new Packet(from, wire));
        return true;
    }

    /** What arrives at a host that sends a FORM token. Most of the rest stays for the next one. */
    List<Packet> arrivals(int to) {
        List<Packet> arrivals = new ArrayList<>();
        queues.get(to).removeIf(each -> switch (random.nextInt(8)) {
            case 0, 1 -> arrivals.add(each);
            case 2 -> true;
            default -> false;
        });
        return arrivals;
    }
}
