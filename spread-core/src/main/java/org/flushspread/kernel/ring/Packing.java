package org.flushspread.kernel.ring;

import org.flushspread.kernel.base.KernelSettings;

/** What of a message may stand in a packet behind others (ring-protocol 4.3). */
enum Packing {
    /** Nothing: each message has packets of its own. */
    NONE,
    /** All of it. */
    WHOLE,
    /** All of it, or its first fragment. */
    BEGUN;

    static Packing of(KernelSettings settings) {
        if (!settings.packing()) {
            return NONE;
        }
        return settings.fullPackets() ? BEGUN : WHOLE;
    }
}
