package org.flushspread.flush.replica;

import java.nio.ByteBuffer;

/**
 * What stands in the log: a byte that tells what it is, and the rest. Commands and reads come from the user of a member; {@link #SKIP} is
 * the replica's own (replica-protocol R15).
 */
public final class LogEntry {
    /** A command of the application. */
    public static final byte COMMAND = 0;

    /** A read that goes through the order: nothing is behind the byte, and nothing is done but at the member that reads. */
    public static final byte READ = 1;

    /** The entry before this one takes no effect: its index (8), and the fingerprint of all entries up to it (8). */
    public static final byte SKIP = 2;

    /** A session begins: its name in UTF-8. */
    public static final byte SESSION = 3;

    /** A command of a session: its identity (8), the number of the command (8), and the command. */
    public static final byte SESSION_COMMAND = 4;

    /** What the clock of the submitter said (8, milliseconds since 1970), and behind it the entry; nothing where only time has passed. */
    public static final byte TIMED = 5;

    /** Bytes of {@link #TIMED} and the time. */
    public static final int TIMED_HEAD = 9;

    /** From here on the group is meant to have so many members (4); 0 for no number (replica-protocol R22). */
    public static final byte QUORUM = 6;

    /** A member is lost for ever and takes no part any more: length of its name (1), name, 128 bits (R22). */
    public static final byte RETIRED = 7;

    /**
     * A session of a client begins, unless this is a repetition: its incarnation (16), the session of its name that it takes the place of (8, 0
     * for none), and its name in UTF-8 (replica-protocol R33).
     */
    public static final byte CLIENT_SESSION = 8;

    private static final int SKIP_BYTES = 17;

    private LogEntry() {}

    /** What stands in front of an entry that says the time. */
    public static byte[] timed(long millis) {
        return ByteBuffer.allocate(TIMED_HEAD).put(TIMED).putLong(millis).array();
    }

    /** What stands in front of the name of a client's session. */
    public static byte[] clientSession(long client, long incarnation, long before) {
        return ByteBuffer.allocate(25)
                .put(CLIENT_SESSION)
                .putLong(client)
                .putLong(incarnation)
                .putLong(before)
                .array();
    }

    /** What stands in front of a command of a session. */
    public static byte[] sessionCommand(long session, long number) {
        return ByteBuffer.allocate(17)
                .put(SESSION_COMMAND)
                .putLong(session)
                .putLong(number)
                .array();
    }

    /** The entry that changes the quorum. */
    public static byte[] quorum(Quorum to) {
        return ByteBuffer.allocate(5).put(QUORUM).putInt(to.members()).array();
    }

    /** The entry that retires a member. */
    public static byte[] retired(MemberId lost) {
        ByteBuffer entry = ByteBuffer.allocate(1 + ReplicaFields.size(lost)).put(RETIRED);
        ReplicaFields.put(entry, lost);
        return entry.array();
    }

    /** The entry that takes the one before it out of the history. */
    static ByteBuffer skip(SkippedCommand skipped) {
        return ByteBuffer.allocate(SKIP_BYTES)
                .put(SKIP)
                .putLong(skipped.index())
                .putLong(skipped.fingerprint())
                .flip();
    }

    /** True if this entry takes the one in front of it out of the history. */
    public static boolean isSkip(ByteBuffer entry) {
        return entry.remaining() == SKIP_BYTES && entry.get(entry.position()) == SKIP;
    }

    /** True if this entry takes the one that {@code before} names out of the history. */
    public static boolean skips(ByteBuffer entry, SkippedCommand before) {
        int at = entry.position();
        return isSkip(entry)
                && entry.getLong(at + 1) == before.index()
                && entry.getLong(at + 9) == before.fingerprint();
    }
}
