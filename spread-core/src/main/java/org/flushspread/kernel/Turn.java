package org.flushspread.kernel;

import org.flushspread.kernel.base.KernelFailure;

/**
 * The order of one turn, written once for shell and simulator: data until the sockets are empty, then a token (first where the accelerated
 * ring says so), then due deadlines, then one read per client, then writes. Sockets come before deadlines, so a process that was paused
 * reads the token that waits for it before it declares it lost (ring-protocol 15).
 *
 * <p>The clock is read between all of these. What is armed in one of them counts from its end, so that long work is not taken for the
 * silence of others; and a deadline is due only if it had passed before the sockets were last looked at. A turn reads so many tokens and
 * no more: who floods the token port takes nothing from deadlines, clients and writes.
 */
public final class Turn {
    private static final int TOKENS_IN_A_TURN = 64;
    /** Nanoseconds for reading datagrams, at the end of which a turn goes on to clients. */
    private static final long LONGEST_READING = 20_000_000;
    /** Turns in a row that find more in the sockets than they may read, until deadlines are served all the same. */
    private static final int MOST_PASSED_OVER = 16;

    private final Kernel kernel;
    private final Inputs inputs;
    /** Before this the sockets were looked at. */
    private long lookedAt;
    /** Turns since deadlines were served. */
    private int passedOver;

    public Turn(Kernel kernel, Inputs inputs) {
        this.kernel = kernel;
        this.inputs = inputs;
    }

    /**
     * Runs one turn.
     *
     * @return true if more waits in the sockets: another turn is needed, also if nothing else arrives
     * @throws KernelFailure if the daemon has to end
     */
    public boolean run() {
        long began = inputs.nanoTime();
        kernel.now(began, inputs.epochSeconds());
        boolean more = readSockets(began);
        if (!more || ++passedOver >= MOST_PASSED_OVER) {
            passedOver = 0;
            kernel.deadlines(lookedAt);
        }
        try {
            inputs.clients(kernel);
        } finally {
            // what was begun is brought to its end, whatever a client did to the shell
            if (!kernel.hasFailed()) {
                kernel.workedUntil(inputs.nanoTime());
                kernel.turnEnded();
                kernel.workedUntil(inputs.nanoTime());
            }
        }
        return more;
    }

    private boolean readSockets(long began) {
        lookedAt = began;
        if (kernel.tokenFirst()) {
            inputs.token(kernel);
        }
        for (int tokens = 0; tokens < TOKENS_IN_A_TURN && lookedAt - began < LONGEST_READING; tokens++) {
            inputs.data(kernel);
            kernel.workedUntil(inputs.nanoTime());
            if (!inputs.token(kernel)) {
                return false;
            }
            lookedAt = inputs.nanoTime();
            kernel.workedUntil(lookedAt);
        }
        return true;
    }
}
