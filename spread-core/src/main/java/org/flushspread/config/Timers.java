package org.flushspread.config;

import java.time.Duration;

/**
 * The nine membership timers (configuration 3.1, membership-protocol 3). Not part of the configuration hash: all daemons of a ring must be
 * given the same by hand.
 */
public record Timers(
        Duration token,
        Duration hurry,
        Duration alive,
        Duration join,
        Duration rep,
        Duration seg,
        Duration gather,
        Duration form,
        Duration lookup) {
    /** Defaults of a near network. */
    public static final Timers LAN = ofMillis(1250, 500, 250, 250, 625, 500, 1250, 1250, 30_000);
    /** Defaults of a wide network. */
    public static final Timers WIDE = ofMillis(5000, 1500, 250, 250, 1250, 500, 2500, 2500, 45_000);

    /** All nine, in milliseconds and in the order of the components. */
    public static Timers ofMillis(
            long token, long hurry, long alive, long join, long rep, long seg, long gather, long form, long lookup) {
        return new Timers(
                Duration.ofMillis(token),
                Duration.ofMillis(hurry),
                Duration.ofMillis(alive),
                Duration.ofMillis(join),
                Duration.ofMillis(rep),
                Duration.ofMillis(seg),
                Duration.ofMillis(gather),
                Duration.ofMillis(form),
                Duration.ofMillis(lookup));
    }
}
