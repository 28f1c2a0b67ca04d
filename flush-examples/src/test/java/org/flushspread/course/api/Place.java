package org.flushspread.course.api;

import java.time.Duration;
import org.flushspread.flush.FlushGroup;

/** Where a program runs. Time is the world's: a second of it passes in some milliseconds, and nothing may wait. */
public interface Place {
    /** The one group. Sends are refused before the first view, and between the consent to a flush request and the next view. */
    FlushGroup group();

    /** The name of this process in the group, {@code #a1#d1}: server a in its first life, on machine d1. The next life has another name. */
    String me();

    /** How many servers there are when all are well. */
    int servers();

    /** Runs something later, unless this process has died. */
    void after(Duration delay, Runnable what);

    /** The wall clock of this machine, milliseconds. The clocks of two machines differ. */
    long clockMillis();
}
