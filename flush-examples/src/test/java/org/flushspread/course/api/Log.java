package org.flushspread.course.api;

import java.util.List;

/** Exercise 5: the logs of all servers, merged. */
public interface Log extends Program {
    /** This server writes an entry. No two entries are equal. */
    void write(String entry);

    /** All entries that this server knows, merged into one log. An entry that comes later may take its place among those before. */
    List<String> merged();
}
