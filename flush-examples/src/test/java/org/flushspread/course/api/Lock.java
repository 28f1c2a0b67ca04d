package org.flushspread.course.api;

import java.util.OptionalLong;

/** Exercise 2: a lock for processes. */
public interface Lock extends Program {
    /** This process wants the lock, and waits for it. Called when it neither has it nor waits. */
    void acquire();

    /** This process gives the lock back. Called when it has it. */
    void release();

    /**
     * The number of the grant with which this process has the lock; empty while it has not. Each grant has a greater number than all before, so
     * that what the lock protects can refuse a process that was cut off and does not know it yet. A process that sees that it is cut off has
     * lost the lock, and is asked to acquire it again.
     */
    OptionalLong fence();
}
