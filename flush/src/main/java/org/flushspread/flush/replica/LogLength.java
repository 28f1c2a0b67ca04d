package org.flushspread.flush.replica;

/**
 * How long the log of a member is, and when a snapshot should take its place: behind other commands than those of the other members, so that not
 * all of them write one at a time (replica-protocol R24).
 */
public final class LogLength {
    private final long mostCommands;
    private final long mostBytes;
    private long commands;
    private long bytes;
    private long stateBytes;

    /**
     * @param mostCommands in the log
     * @param mostBytes of commands in the log; of a state that is larger, as many as it has
     */
    public LogLength(long mostCommands, long mostBytes) {
        this.mostCommands = mostCommands;
        this.mostBytes = mostBytes;
    }

    /** A command is in the log: read from it or put there. */
    public void add(int commandBytes) {
        commands++;
        bytes += commandBytes;
    }

    /** A snapshot takes its place, or is begun. */
    public void begun() {
        commands = 0;
        bytes = 0;
    }

    /** How large the state was. */
    public void saved(long snapshotBytes) {
        stateBytes = snapshotBytes;
    }

    /**
     * By bytes not before the log has as many as the state: a large state would be written again and again for a small log.
     *
     * @param index of the last command
     * @param place of this member in its view, from 0
     * @param members of the view
     */
    public boolean isSnapshotDue(long index, int place, int members) {
        if (commands == 0) {
            return false;
        }
        long shift = mostCommands * place / members;
        long limit = Math.max(mostBytes, stateBytes);
        return Math.floorDiv(index - shift, mostCommands) > Math.floorDiv(index - commands - shift, mostCommands)
                || bytes >= limit + limit / 2 * place / members;
    }
}
