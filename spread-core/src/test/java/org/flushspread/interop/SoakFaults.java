package org.flushspread.interop;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.flushspread.Wait;

/** One fault after the other, at a ring of processes; each leaves it time to do something about it, or not quite enough. */
final class SoakFaults {
    private static final int SIDES = 3;
    private static final double MOST_LOSS = 0.1;

    private final Ring ring;
    private final Net net;
    private final Random random;
    private final Map<String, Integer> counts = new TreeMap<>();

    SoakFaults(Ring ring, Net net, Random random) {
        this.ring = ring;
        this.net = net;
        this.random = random;
    }

    /** How many of each there were. */
    Map<String, Integer> counts() {
        return counts;
    }

    void next() {
        switch (random.nextInt(net instanceof Namespaces ? 8 : 5)) {
            case 0, 1 -> partition();
            case 2 -> endOne();
            case 3 -> startAgain();
            case 4 -> pauseOne();
            case 5 -> cutOneWay((Namespaces) net);
            case 6 -> lose((Namespaces) net);
            default -> mend((Namespaces) net);
        }
        Wait.pause(Duration.ofMillis(random.nextInt(4) == 0 ? random.nextInt(100) : random.nextInt(5000)));
    }

    private void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    private void partition() {
        boolean whole = random.nextInt(3) == 0;
        int[] sides = new int[net.size()];
        for (int i = 0; i < sides.length && !whole; i++) {
            sides[i] = random.nextInt(SIDES);
        }
        count(whole ? "heal" : "partition");
        ring.partition(sides);
    }

    private void endOne() {
        List<Node> running = ring.running();
        if (running.size() < 2) {
            return;
        }
        Node victim = running.get(random.nextInt(running.size()));
        if (random.nextBoolean()) {
            count("kill");
            victim.kill();
        } else {
            count("stop");
            victim.stop();
        }
    }

    private void startAgain() {
        ring.nodes.stream().filter(each -> !each.isRunning()).findFirst().ifPresent(each -> {
            count("start");
            each.start();
            each.awaitListening();
            ring.addMember(each);
        });
    }

    private void pauseOne() {
        count("pause");
        List<Node> running = ring.running();
        Node victim = running.get(random.nextInt(running.size()));
        victim.pause();
        Wait.pause(Duration.ofMillis(random.nextInt(4000)));
        victim.resume();
    }

    private void cutOneWay(Namespaces namespaces) {
        count("one-way cut");
        int from = random.nextInt(net.size());
        namespaces.cut(from, (from + 1 + random.nextInt(net.size() - 1)) % net.size());
    }

    private void lose(Namespaces namespaces) {
        count("loss");
        namespaces.loss(random.nextDouble() * MOST_LOSS);
    }

    private void mend(Namespaces namespaces) {
        count("mend");
        namespaces.loss(0);
        namespaces.uncut();
    }

    /** Nothing is broken any more, and all daemons run. */
    void heal() {
        if (net instanceof Namespaces namespaces) {
            mend(namespaces);
        }
        for (Node each : ring.nodes) {
            if (!each.isRunning()) {
                each.start();
                each.awaitListening();
            }
        }
        ring.partition(new int[net.size()]);
    }
}
