package org.flushspread.flush.replica;

/**
 * What a state contains. Equal versions are equal states.
 *
 * @param epoch number of the latest primary whose attempt was completed before this state
 * @param index commands applied
 * @param chainHigh hash over all of them
 * @param chainLow its other half
 */
public record Version(long epoch, long index, long chainHigh, long chainLow) {
    /** Before the first command. */
    public static final Version INITIAL = new Version(0, 0, 0, 0);

    /** True if {@code other} comes before this one; versions that differ in the hash alone do not. */
    public boolean isNewerThan(Version other) {
        return epoch != other.epoch ? epoch > other.epoch : index > other.index;
    }

    @Override
    public String toString() {
        return epoch + "." + index;
    }
}
