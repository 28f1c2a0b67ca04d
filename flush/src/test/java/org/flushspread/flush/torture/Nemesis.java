package org.flushspread.flush.torture;

import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.flushspread.Wait;

/** One fault after the other, drawn from a seed; each leaves some time, or not quite enough. Used by one thread. */
final class Nemesis {
    private static final double MOST_LOSS = 0.2;
    private static final int HOUR_MILLIS = 3_600_000;

    /** What it does; each can be asked for alone. */
    enum Evil {
        KILL,
        DAEMON,
        BLACKOUT,
        STOP,
        PARTITION,
        CUT,
        LOSS,
        CLOCK,
        FULL,
        FLIP
    }

    private final Machines machines;
    private final Random random;
    private final History history;
    private final Evil[] evils;
    private final Map<String, Integer> counts = new TreeMap<>();
    /** One member alone may forget: the others remember what it had promised. */
    private boolean hasFlipped;

    Nemesis(Machines machines, Random random, History history, Evil... evils) {
        this.machines = machines;
        this.random = random;
        this.history = history;
        this.evils = evils.clone();
    }

    /** How many of each there were. */
    Map<String, Integer> counts() {
        return counts;
    }

    private void say(String kind, String what) {
        counts.merge(kind, 1, Integer::sum);
        history.event(what);
    }

    void next() {
        if (random.nextInt(3) == 0) {
            say("mend", "all is mended");
            machines.mend();
        } else {
            act(evils[random.nextInt(evils.length)], random.nextInt(machines.size()));
        }
        pause(random.nextInt(4) == 0 ? 3000 : 900);
    }

    private void pause(int mostMillis) {
        Wait.pause(Duration.ofMillis(random.nextInt(mostMillis)));
    }

    private void act(Evil evil, int at) {
        switch (evil) {
            case KILL -> {
                say("kill", "m" + at + " is killed");
                machines.killMember(at);
                pause(600);
                machines.startMember(at);
            }
            case DAEMON -> daemon(at);
            case BLACKOUT -> blackout();
            case STOP -> stop(at);
            case PARTITION -> partition();
            case CUT -> {
                int to = (at + 1 + random.nextInt(machines.size() - 1)) % machines.size();
                say("one-way cut", "m" + to + " hears nothing of m" + at);
                machines.network().cut(at, to);
            }
            case LOSS -> {
                say("loss", "datagrams are lost");
                machines.network().loss(MOST_LOSS * random.nextDouble());
            }
            case CLOCK -> {
                int skew = random.nextInt(2 * HOUR_MILLIS) - HOUR_MILLIS;
                say("clock", "the clock of m" + at + " is " + skew / 1000 + " s wrong");
                machines.members().get(at).tell("clock " + skew);
            }
            case FULL -> {
                if (machines.fill(at)) {
                    say("full disk", "the disk of m" + at + " is full");
                }
            }
            case FLIP -> flip(at);
        }
    }

    private void daemon(int at) {
        if (machines.isDaemonRunning(at)) {
            say("daemon killed", "the daemon of m" + at + " is killed");
            machines.killDaemon(at);
        } else {
            say("daemon started", "the daemon of m" + at + " starts again");
            machines.startDaemon(at);
        }
    }

    /** All members at once, as with the power; perhaps while they are being asked much. */
    private void blackout() {
        say("blackout", "all members are killed");
        for (int at = 0; at < machines.size(); at++) {
            machines.killMember(at);
        }
        for (int at = 0; at < machines.size(); at++) {
            machines.startMember(at);
        }
    }

    private void stop(int at) {
        boolean daemon = random.nextInt(3) == 0 && machines.isDaemonRunning(at);
        say("stop", (daemon ? "the daemon of m" : "m") + at + " stands still");
        if (daemon) {
            machines.pauseDaemon(at);
        } else {
            machines.members().get(at).pause();
        }
        if (random.nextBoolean()) {
            pause(5000);
            history.event("and goes on");
            machines.resumeDaemon(at);
            machines.members().get(at).resume();
        }
    }

    private void partition() {
        int[] sides = new int[machines.size()];
        for (int at = 0; at < sides.length; at++) {
            sides[at] = random.nextInt(2);
        }
        StringBuilder text = new StringBuilder("the network is parted:");
        for (int at = 0; at < sides.length; at++) {
            text.append(" m").append(at).append(sides[at] == 0 ? " left" : " right");
        }
        say("partition", text.toString());
        machines.network().partition(sides);
    }

    private void flip(int at) {
        if (hasFlipped) {
            return;
        }
        hasFlipped = true;
        machines.killMember(at);
        say("bit flip", "m" + at + " is killed, and a bit of " + machines.flipBit(at, random) + " flips");
        machines.startMember(at);
    }
}
