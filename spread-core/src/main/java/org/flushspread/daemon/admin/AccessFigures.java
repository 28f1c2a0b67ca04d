package org.flushspread.daemon.admin;

/**
 * The access file that is in force (security 4).
 *
 * @param file its path
 * @param rules lines that decide, the last one left out
 * @param allowsOtherwise whether what no line is about is allowed
 * @param millis when it was read, wall clock
 */
public record AccessFigures(String file, int rules, boolean allowsOtherwise, long millis) {}
