package org.flushspread.daemon;

import java.util.LinkedHashMap;
import java.util.Map;
import org.flushspread.daemon.seal.SealRefusal;
import org.flushspread.daemon.tls.TlsRefusal;
import org.flushspread.kernel.base.Counters;
import org.flushspread.kernel.base.Reason;

/**
 * The figures of a daemon at one moment; counts are since the start.
 *
 * @param daemon its name
 * @param connections client connections now
 * @param membership names of the daemons in the ring now
 * @param counters every count by its name
 * @param refused how often what was refused; reasons that never occurred are left out
 */
public record DaemonMetrics(
        String daemon,
        int connections,
        java.util.List<String> membership,
        Map<String, Long> counters,
        Map<String, Long> refused) {
    static DaemonMetrics of(
            String daemon, int connections, java.util.List<String> membership, Counters kernel, ShellCounters shell) {
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put("packetsSent", kernel.packetsSent);
        counters.put("packetsReceived", kernel.packetsReceived);
        counters.put("packetsDelivered", kernel.packetsDelivered);
        counters.put("retransmissions", kernel.retransmissions);
        counters.put("unicastRetransmissions", kernel.unicastRetransmissions);
        counters.put("segmentRetransmissions", kernel.segmentRetransmissions);
        counters.put("broadcastRetransmissions", kernel.broadcastRetransmissions);
        counters.put("duplicatePackets", kernel.duplicatePackets);
        counters.put("requestsSent", kernel.requestsSent);
        counters.put("requestsLeft", kernel.requestsLeft);
        counters.put("standstills", kernel.standstills);
        counters.put("tokensAccepted", kernel.tokensAccepted);
        counters.put("tokenHurries", kernel.tokenHurries);
        counters.put("messagesDelivered", kernel.messagesDelivered);
        counters.put("membershipChanges", kernel.membershipChanges);
        counters.put("datagramsSent", shell.datagramsSent);
        counters.put("runsSent", shell.runsSent);
        counters.put("runFallbacks", shell.runFallbacks);
        counters.put("sendFailures", shell.sendFailures);
        counters.put("batchesReceived", shell.batchesReceived);
        counters.put("emptyDatagrams", shell.emptyDatagrams);
        counters.put("receiveFailures", shell.receiveFailures);
        counters.put("connectionsAccepted", shell.connectionsAccepted);
        counters.put("connectionsRefused", shell.connectionsRefused);
        counters.put("acceptFailures", shell.acceptFailures);
        counters.put("loopFailures", shell.loopFailures);
        counters.put("turns", shell.turns);
        counters.put("slowTurns", shell.slowTurns);
        Map<String, Long> refused = new LinkedHashMap<>();
        for (Reason each : Reason.values()) {
            long count = kernel.refused(each);
            if (count > 0) {
                refused.put(each.name(), count);
            }
        }
        if (shell.sealedDatagrams > 0) {
            refused.put("SEALED", shell.sealedDatagrams);
        }
        for (SealRefusal each : SealRefusal.values()) {
            long count = shell.sealRefused[each.ordinal()];
            if (count > 0 && each != SealRefusal.ECHO) {
                refused.put(each.name(), count);
            }
        }
        for (TlsRefusal each : TlsRefusal.values()) {
            long count = shell.tlsRefused[each.ordinal()];
            if (count > 0) {
                refused.put(each.name(), count);
            }
        }
        return new DaemonMetrics(daemon, connections, membership, counters, refused);
    }
}
