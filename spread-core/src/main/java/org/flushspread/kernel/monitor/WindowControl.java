package org.flushspread.kernel.monitor;

/** The flow control that a monitor may change (monitor-protocol 5). */
public interface WindowControl {
    /** The value that changes nothing. */
    int UNCHANGED = -1;

    /** Sets the windows at once, in packets; each may be {@link #UNCHANGED}. Others are in range. */
    void windows(int window, int personalWindow, int acceleratedWindow);
}
