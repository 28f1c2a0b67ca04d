package org.flushspread.flush.replica;

/**
 * How long the log of a member is, and when a snapshot should take its place: behind other commands than those of the other members, so that not
 * all of them write one at a time (replica-protocol R24).
 */
public final class LogLength {
    /** Turns that take less than this part of their time get shorter again. */
    private static final int SHORT = 4;

    private static final long MOST = 1L << 40;

    private final long mostCommands;
    private final long mostBytes;
    private long commands;
    private long bytes;
    private long stateBytes;
    /** As many commands lie between two snapshots: {@code mostCommands}, or so often twice as many that members take turns. */
    private long every;
    /** Of the view, when a snapshot was thought of last. */
    private int viewMembers = 1;

    /**
     * @param mostCommands in the log
     * @param mostBytes of commands in the log; of a state that is larger, as many as it has
     */
    public LogLength(long mostCommands, long mostBytes) {
        this.mostCommands = mostCommands;
        this.mostBytes = mostBytes;
        this.every = mostCommands;
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

    /**
     * The snapshot that was begun is written. If more commands came meanwhile than there are between this member's turn and the next one's, all
     * turns get longer; members whose states and disks are alike come to the same length.
     *
     * @param snapshotBytes how large the state was
     */
    public void saved(long snapshotBytes) {
        stateBytes = snapshotBytes;
        long turn = every / viewMembers;
        if (commands > turn && every <= MOST) {
            every *= 2;
        } else if (commands < turn / SHORT && every > mostCommands) {
            every /= 2;
        }
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
        viewMembers = members;
        long shift = every * place / members;
        long limit = Math.max(mostBytes, stateBytes);
        return Math.floorDiv(index - shift, every) > Math.floorDiv(index - commands - shift, every)
                || bytes >= limit + limit / 2 * place / members;
    }
}
