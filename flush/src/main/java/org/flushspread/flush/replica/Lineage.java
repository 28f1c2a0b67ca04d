package org.flushspread.flush.replica;

/**
 * Which history a state belongs to: drawn from the first primary when a history is founded, so that two histories that were founded
 * apart are never taken for one.
 */
public record Lineage(long high, long low) {
    /** No history yet. */
    public static final Lineage NONE = new Lineage(0, 0);

    /** The history that {@code founders} begin with attempt {@code number}, out of {@code before}. */
    static Lineage founded(Lineage before, long number, Iterable<MemberId> founders) {
        Chain chain = new Chain(before.high, before.low);
        chain.add(number);
        for (MemberId founder : founders) {
            chain.add(founder.high());
            chain.add(founder.low());
        }
        return new Lineage(chain.high() | 1, chain.low());
    }

    @Override
    public String toString() {
        return this.equals(NONE) ? "none" : Long.toHexString(high);
    }
}
