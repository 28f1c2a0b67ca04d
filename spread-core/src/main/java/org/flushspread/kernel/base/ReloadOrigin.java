package org.flushspread.kernel.base;

/** Who wants a configuration to be read again; it decides what a file without AcceleratedRing means (configuration 4.3). */
public enum ReloadOrigin {
    /** A monitor, which tells all daemons: C daemons that are told turn the accelerated ring on, so this one does. */
    MONITOR,
    /** Somebody at this daemon alone, by a signal or a call: the ring protocol stays. */
    HOST
}
