package org.flushspread.course.api;

import java.util.List;

/** Exercise 4: a chat with history. */
public interface Chat extends Program {
    /** The user of this process says a line. No two lines are equal. */
    void say(String line);

    /** The lines on the screen of this process, from the first one on. Lines are added at the end, and stay where they are. */
    List<String> screen();
}
