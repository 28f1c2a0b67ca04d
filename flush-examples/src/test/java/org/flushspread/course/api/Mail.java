package org.flushspread.course.api;

import java.util.List;

/** Exercise 7: mail in causal order. */
public interface Mail extends Program {
    /**
     * The user of this server posts a letter, and has read all that is in the inbox. No two letters are equal.
     *
     * @param to letters of servers, {@code a} for example; perhaps that of this server too
     */
    void post(String letter, List<String> to);

    /** The letters to this server, from the first one on. Letters are added at the end, and stay where they are. */
    List<String> inbox();
}
