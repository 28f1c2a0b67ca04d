package org.flushspread.lab;

import java.util.Arrays;
import org.flushspread.diagram.Datagrams;
import org.flushspread.diagram.Mark.Kind;
import org.flushspread.simulation.Chance;
import org.flushspread.simulation.Links;

/** How long datagrams take between the daemons of the lab, and which are lost. */
final class LabLinks implements Links {
    /** A link as a person can follow it: some 20 turns of the token in a second. */
    static final long DELAY = 15_000_000L;

    static final long LONGEST_DELAY = 2_000_000_000L;
    private static final int WHOLE = 100;

    private final Chance chance = new Chance(42);
    private final long[][] delays;
    private final double[][] losses;
    /** The next of these kinds on each link that are lost; a token or data packet of all links in the last row. */
    private final int[][] tokensToDrop;

    private final int[][] dataToDrop;
    private int tokenAnywhere;
    private int dataAnywhere;

    LabLinks(int daemons) {
        delays = new long[daemons][daemons];
        losses = new double[daemons][daemons];
        tokensToDrop = new int[daemons][daemons];
        dataToDrop = new int[daemons][daemons];
        delay(DELAY);
    }

    void delay(long nanos) {
        for (long[] each : delays) {
            Arrays.fill(each, nanos);
        }
    }

    void delay(int from, int to, long nanos) {
        delays[from][to] = nanos;
    }

    long delayOf(int from, int to) {
        return delays[from][to];
    }

    void lose(double percent) {
        for (double[] each : losses) {
            Arrays.fill(each, percent / WHOLE);
        }
    }

    void lose(int from, int to, double percent) {
        losses[from][to] = percent / WHOLE;
    }

    double lossOf(int from, int to) {
        return losses[from][to] * WHOLE;
    }

    void dropNext(boolean token) {
        if (token) {
            tokenAnywhere++;
        } else {
            dataAnywhere++;
        }
    }

    void dropNext(boolean token, int from, int to) {
        (token ? tokensToDrop : dataToDrop)[from][to]++;
    }

    @Override
    public long nanos(int from, int to, byte[] datagram, boolean token) {
        Kind kind = Datagrams.kind(datagram, token);
        if (kind == Kind.TOKEN && tokenAnywhere > 0) {
            tokenAnywhere--;
            return LOST;
        }
        if (kind == Kind.DATA && dataAnywhere > 0) {
            dataAnywhere--;
            return LOST;
        }
        int[][] dropped = kind == Kind.TOKEN ? tokensToDrop : kind == Kind.DATA ? dataToDrop : null;
        if (dropped != null && dropped[from][to] > 0) {
            dropped[from][to]--;
            return LOST;
        }
        return chance.happens(losses[from][to]) ? LOST : delays[from][to];
    }
}
