package org.flushspread.daemon;

import org.flushspread.daemon.seal.SealRefusal;
import org.flushspread.daemon.tls.TlsRefusal;

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
    /** Sealed datagrams that came to a daemon without a key. */
    long sealedDatagrams;
    /** By {@link SealRefusal}. */
    final long[] sealRefused = new long[SealRefusal.values().length];
    /** By {@link TlsRefusal}. */
    final long[] tlsRefused = new long[TlsRefusal.values().length];
    /** Turns of 50 ms and more. */
    long slowTurns;
}
