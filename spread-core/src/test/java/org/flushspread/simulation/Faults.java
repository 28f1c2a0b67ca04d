package org.flushspread.simulation;

/** The kinds of faults a simulation counts. */
public enum Faults {
    LOST,
    DUPLICATED,
    REORDERED,
    STRAGGLER,
    CORRUPTED,
    CUT,
    BUFFER_FULL,
    PARTITION,
    BRIDGE,
    ONE_WAY_CUT,
    HEAL,
    DAEMON_CRASH,
    DAEMON_STOP,
    DAEMON_RESTART,
    PAUSE,
    AMBUSH,
    CLOCK_JUMP,
    CLIENT_CRASH,
    CLIENT_STALL,
    RELOAD,
    MEMORY_SHORT,
    FAIL_STOP,
    CLIENT_WITHOUT_MEMORY,
    LONG_TURN,
    ATTACK,
    LAST_WORDS,
    RIGHTS
}
