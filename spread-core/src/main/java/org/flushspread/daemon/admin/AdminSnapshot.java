package org.flushspread.daemon.admin;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flushspread.daemon.seal.SealFigures;
import org.flushspread.daemon.tls.TlsFigures;
import org.flushspread.kernel.KernelSnapshot;
import org.flushspread.kernel.session.SessionFigures;

/**
 * A daemon at one moment, free to be read by any thread.
 *
 * @param millis wall clock, milliseconds since 1970
 * @param clients those of {@code kernel.sessions()}, with what their connections know
 * @param counters counts since the start, by name
 * @param refused how often what was refused, by reason
 * @param seal of its ring, with those who lack it
 * @param tls its TLS port, if it has one
 * @param access its access file, if it has one
 * @param heapBytes in use, of the JVM
 * @param bufferBytes of network buffers taken from the system
 */
public record AdminSnapshot(
        long millis,
        KernelSnapshot kernel,
        List<Client> clients,
        Map<String, Long> counters,
        Map<String, Long> refused,
        SealFigures seal,
        Optional<TlsFigures> tls,
        Optional<AccessFigures> access,
        Observations.Copy observed,
        long heapBytes,
        long bufferBytes) {
    /** What a snapshot of a daemon lists at most: about a millisecond of the kernel's thread. */
    public static final KernelSnapshot.Limits LIMITS = new KernelSnapshot.Limits(1000, 10_000, 1000);

    /**
     * A client and its connection.
     *
     * @param kind tcp, tls, unix or memory
     * @param from where it is, for a person
     * @param user who it has proven to be; empty if nobody
     * @param unwrittenBytes handed to its connection and not yet taken by the system
     */
    public record Client(SessionFigures figures, String kind, String from, String user, long unwrittenBytes) {}
}
