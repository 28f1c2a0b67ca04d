package org.flushspread.simulation;

/** Kinds of worlds. */
public enum Profile {
    /** Anything, as the seed has it. */
    SWARM,
    /** No faults. */
    CALM,
    /** Clients come and go all the time. */
    CHURN,
    /** The network falls apart and heals all the time. */
    PARTITION,
    /** Much is lost and overtaken. */
    LOSS,
    /** Configurations are reloaded, at all or some of the daemons. */
    RELOAD,
    /** Three to five busy daemons lose much, and a fault follows at every step of a membership change. */
    RECOVERY,
    /** Daemons are lost whose last packets the others get late or never ({@link LastWords}), and faults follow while the others form a ring. */
    LAST_WORDS,
    /** Tokens arrive after their ring is gone ({@link LateTokens}). */
    LATE_TOKENS,
    /** Memory runs out at any allocation of a daemon: clients are closed or it ends, but no property breaks. */
    MEMORY,
    /** Some turns take up to as long as a token may. */
    SLOW,
    /** Daemons are stopped in order, and nothing else happens to them: nobody may need a timeout. */
    STOPS,
    /** 20 to 64 daemons. */
    LARGE,
    /** The ring is sealed, and an attacker records, replays, alters and forges. */
    SEALED,
    /** Access files come into force at daemons, and take from clients what they have. */
    RIGHTS,
    /** Datagrams are damaged: nothing may throw, leak or stall for good; other properties are not checked. */
    CORRUPTION
}
