package org.flushspread.daemon;

/** The figures of the shell, beside those of the kernel. Written by the event loop; a metrics thread may read them racily. */
final class ShellCounters {
    long datagramsSent;
    long runsSent;
    /** Routes that refused a run and get single datagrams since. */
    long runFallbacks;

    long sendFailures;
    long batchesReceived;
    long emptyDatagrams;
    long receiveFailures;
    long connectionsAccepted;
    /** Connections closed at once because the descriptors run out. */
    long connectionsRefused;

    long acceptFailures;
    long loopFailures;
    long turns;
    /** Turns of 50 ms and more. */
    long slowTurns;
}
