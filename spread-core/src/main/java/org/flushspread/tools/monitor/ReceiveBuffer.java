package org.flushspread.tools.monitor;

import java.util.List;

/** The receive buffer cannot hold what all daemons may send in one rotation of the token. */
final class ReceiveBuffer implements Check {
    /** What the system counts for a datagram of an Ethernet frame, its own bookkeeping included. */
    private static final long FRAME = 2304;

    @Override
    public List<Finding> judge(Facts facts) {
        int window = facts.configuration.options().window();
        long need = window * FRAME / 2;
        long granted = facts.receiveBuffer.orElse(Long.MAX_VALUE);
        if (facts.configuration.daemons().size() == 1 || granted >= need) {
            return List.of();
        }
        return List.of(new Finding(
                "receive-buffer",
                "the system grants a receive buffer of " + granted + " bytes; Window = " + window + " needs " + need
                        + ", or packets are lost in bursts and sent again",
                "sysctl -w net.core.rmem_max=" + need
                        + " (and in /etc/sysctl.d), or a smaller Window in the file; a daemon"
                        + " of this project with CAP_NET_ADMIN passes the limit by itself"));
    }
}
