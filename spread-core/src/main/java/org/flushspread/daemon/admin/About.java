package org.flushspread.daemon.admin;

import java.util.List;

/**
 * What stays the same as long as a daemon runs.
 *
 * @param name of the daemon
 * @param version of the program
 * @param startedMillis wall clock of the start
 * @param listening where it listens, for a person
 */
public record About(String name, String version, long startedMillis, List<String> listening) {}
