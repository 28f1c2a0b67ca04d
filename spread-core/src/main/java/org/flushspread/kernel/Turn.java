package org.flushspread.kernel;

/**
 * The order of one turn, written once for shell and simulator: data until the sockets are empty, then a token (first where the accelerated
 * ring says so), then due deadlines, then one read per client, then writes. Sockets come before deadlines, so a process that was paused
 * reads the token that waits for it before it declares it lost (ring-protocol 15).
 */
public final class Turn {
    private final Kernel kernel;
    private final Inputs inputs;

    public Turn(Kernel kernel, Inputs inputs) {
        this.kernel = kernel;
        this.inputs = inputs;
    }

    public void run() {
        kernel.now(inputs.nanoTime(), inputs.epochSeconds());
        if (kernel.tokenFirst()) {
            inputs.token(kernel);
        }
        inputs.data(kernel);
        while (inputs.token(kernel)) {
            inputs.data(kernel);
        }
        kernel.deadlines();
        inputs.clients(kernel);
        kernel.turnEnded();
    }
}
