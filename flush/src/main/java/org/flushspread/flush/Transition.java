package org.flushspread.flush;

/**
 * Somebody of the current view is gone. Until the next view SAFE means: safe among those who come along.
 *
 * @param group name of the group
 */
public record Transition(String group) implements FlushEvent {}
