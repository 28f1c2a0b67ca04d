package org.flushspread.flush.replica;

import java.util.List;

/**
 * What a member must never forget, apart from its state.
 *
 * @param self who it is
 * @param lineage the history its state belongs to
 * @param lastPrimary the newest primary it knows to have been formed
 * @param attempts later attempts whose outcome it does not know, by rising number
 * @param highest the greatest number it has seen
 * @param epoch the epoch of its state when this was written
 * @param index the commands applied when this was written; the log must hold as many
 */
public record Metadata(
        MemberId self,
        Lineage lineage,
        Primary lastPrimary,
        List<Primary> attempts,
        long highest,
        long epoch,
        long index) {
    private static final String LOST = " (lost)";

    public Metadata {
        attempts = List.copyOf(attempts);
    }

    /** The same where so many commands have been applied. */
    public Metadata counting(long commands) {
        return new Metadata(self, lineage, lastPrimary, attempts, highest, epoch, commands);
    }

    /** Of a member whose memory begins now. */
    public static Metadata fresh(MemberId self) {
        return new Metadata(self, Lineage.NONE, Primary.NONE, List.of(), 0, 0, 0);
    }

    /**
     * Of a member that comes in the place of one whose memory is lost. What the lost one decided nobody can know, so it counts as an attempt
     * of unknown outcome in a history of its own: with this member no history is founded, unless a person says so or the lost one is back,
     * and the attempt is forgotten when a primary component of the others hands over its state (store 4).
     */
    public static Metadata forgotten(MemberId self, MemberId lost) {
        String name =
                lost.name().substring(0, Math.min(lost.name().length(), MemberId.MAX_NAME - LOST.length())) + LOST;
        List<MemberId> itself = List.of(new MemberId(name, lost.high(), lost.low()));
        Lineage unknown = Lineage.founded(new Lineage(0, 1), 1, itself);
        return new Metadata(self, Lineage.NONE, Primary.NONE, List.of(new Primary(1, unknown, itself)), 1, 0, 0);
    }
}
