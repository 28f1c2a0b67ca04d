package org.flushspread.flush;

/** How long the log of a member is, and when a snapshot should take its place. Used by the internal thread. */
final class LogLength {
    private final long mostCommands;
    private final long mostBytes;
    private long commands;
    private long bytes;
    private long stateBytes;

    LogLength(long mostCommands, long mostBytes) {
        this.mostCommands = mostCommands;
        this.mostBytes = mostBytes;
    }

    /** A command is in the log: read from it or put there. */
    void add(int commandBytes) {
        commands++;
        bytes += commandBytes;
    }

    /** A snapshot took its place. */
    void replaced(int snapshotBytes) {
        commands = 0;
        bytes = 0;
        stateBytes = snapshotBytes;
    }

    /** By bytes not before the log has as many as the state: a large state would be written again and again for a small log. */
    boolean isSnapshotDue() {
        return commands >= mostCommands || bytes >= Math.max(mostBytes, stateBytes);
    }
}
