package org.flushspread.flush;

/**
 * How long the application took to write and read its state; while it does, nothing else happens at the member. What another thread writes
 * of a frozen state does not count.
 *
 * @param saves how often the state was written since the start
 * @param saveNanos the time of all of these
 * @param loads how often a state was read
 * @param loadNanos the time of all of these
 * @param bytes of the state that was written last, 0 before the first
 */
record SnapshotFigures(long saves, long saveNanos, long loads, long loadNanos, long bytes) {
    static final SnapshotFigures NONE = new SnapshotFigures(0, 0, 0, 0, 0);

    SnapshotFigures saved(long nanos, long length) {
        return new SnapshotFigures(saves + 1, saveNanos + nanos, loads, loadNanos, length);
    }

    SnapshotFigures wrote(long length) {
        return new SnapshotFigures(saves, saveNanos, loads, loadNanos, length);
    }

    SnapshotFigures loaded(long nanos) {
        return new SnapshotFigures(saves, saveNanos, loads + 1, loadNanos + nanos, bytes);
    }
}
