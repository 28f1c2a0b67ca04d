package org.flushspread.course.api;

import java.util.Optional;

/** Exercise 6: a file service with one active server; the others stand by. */
public interface Files extends Program {
    /** True while this server serves users; of the members of a view one at the most does. */
    boolean isActive();

    /**
     * A user writes a file at this server, which is active.
     *
     * @param done tells the user that the file is written, who will rely on it; never, if that is not sure
     */
    void write(String name, String content, Runnable done);

    /** What this server has of a file. */
    Optional<String> read(String name);
}
