package org.flushspread.flush;

/**
 * This connection has left the group; nothing more comes from it.
 *
 * @param group name of the group
 */
public record SelfLeave(String group) implements FlushEvent {}
