package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.List;

/**
 * A command that a person takes out of a history, since no member can apply it. What goes on without it is another history, derived from
 * the old one and the command: members that skip it and members that do not are never taken for each other's.
 *
 * @param index its place
 * @param fingerprint of all commands up to and with this one
 * @param history the first half of the lineage it stands in
 */
public record SkippedCommand(long index, long fingerprint, long history) {
    /** The command that was added to {@code chain} last. */
    public static SkippedCommand of(long index, Chain chain, Lineage lineage) {
        return new SkippedCommand(index, chain.high(), lineage.high());
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws IllegalArgumentException if it is nothing of the kind
     */
    public static SkippedCommand parse(String text) {
        String[] parts = text.split("-", -1);
        try {
            if (parts.length == 3) {
                return new SkippedCommand(
                        Long.parseLong(parts[0]),
                        Long.parseUnsignedLong(parts[1], 16),
                        Long.parseUnsignedLong(parts[2], 16));
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("'" + text
                + "' names no command to skip; the report of the member that stopped has the whole of it, as in"
                + " 17-9f3a5c01d2e3f405-a1b2c3d4e5f60718");
    }

    /** True if the command stands in this history. */
    public boolean isIn(Lineage lineage) {
        return lineage.high() == history;
    }

    /** The history that goes on without the command. */
    public Lineage without(Lineage lineage) {
        Chain chain = new Chain(lineage.high(), lineage.low());
        chain.add(index);
        chain.add(fingerprint);
        return new Lineage(chain.high() | 1, chain.low());
    }

    /** What a member remembers, taken over into the history without the command. */
    public Metadata without(Metadata memory) {
        Lineage before = memory.lineage();
        List<Primary> attempts = new ArrayList<>();
        memory.attempts().forEach(each -> attempts.add(moved(each, before)));
        return new Metadata(
                memory.self(),
                without(before),
                moved(memory.lastPrimary(), before),
                attempts,
                memory.highest(),
                memory.epoch(),
                memory.index());
    }

    private Primary moved(Primary primary, Lineage from) {
        return primary.lineage().equals(from)
                ? new Primary(primary.number(), without(from), primary.members())
                : primary;
    }

    @Override
    public String toString() {
        return index + "-" + Long.toHexString(fingerprint) + "-" + Long.toHexString(history);
    }
}
