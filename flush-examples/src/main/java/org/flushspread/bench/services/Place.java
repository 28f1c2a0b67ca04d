package org.flushspread.bench.services;

import java.nio.file.Path;

/**
 * Where a service runs.
 *
 * @param port the first of some ports in a row that are its own
 * @param directory its own, empty at the start
 * @param durable commands are forced to disk before they are acknowledged; otherwise they stay in memory, or in a directory that is one
 */
public record Place(int port, Path directory, boolean durable) {
    /** Members of each service. */
    public static final int MEMBERS = 3;

    /** A directory of one member. */
    public Path of(int index) {
        return directory.resolve("member" + index);
    }
}
