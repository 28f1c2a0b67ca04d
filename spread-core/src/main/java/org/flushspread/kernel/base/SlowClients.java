package org.flushspread.kernel.base;

/** What a daemon does about clients that do not take what they are sent (client-protocol 6.4). */
public enum SlowClients {
    /** A client beyond its limits is disconnected, as at a C daemon; it slows nobody. */
    DISCONNECT,
    /**
     * From half of a limit on, nobody sends: clients of this daemon are not read, and the ring is told that its window is used up. A client
     * that takes nothing for {@link KernelSettings#stalledAfter} while others wait for it is disconnected all the same.
     */
    BACKPRESSURE
}
