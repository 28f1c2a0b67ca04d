package org.flushspread.daemon.seal;

import java.util.List;
import java.util.Optional;
import org.flushspread.wire.IpAddress;

/**
 * How a daemon's datagrams are sealed at one moment, and whom it does not hear for that; free to be read by any thread.
 *
 * @param keys of its ring; empty if the daemon runs without a seal
 * @param strangers who lately sent what the seal refused, in no order
 */
public record SealFigures(Optional<SealKeys> keys, List<Stranger> strangers) {
    /** Of a daemon without a network. */
    public static final SealFigures NONE = new SealFigures(Optional.empty(), List.of());

    public SealFigures {
        strangers = List.copyOf(strangers);
    }

    /**
     * Somebody whose datagrams are refused.
     *
     * @param from where the last one came from, if the system was asked
     * @param sender the id that their envelopes or packets name, which nothing proves; 0 where there is none
     * @param reason as in {@code /metrics}
     * @param text what a person is told, behind "what it sends "
     * @param count datagrams since the start
     * @param lastMillis when the last one came, since 1970
     */
    public record Stranger(
            Optional<IpAddress> from, int sender, String reason, String text, long count, long lastMillis) {}
}
