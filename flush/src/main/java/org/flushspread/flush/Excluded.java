package org.flushspread.flush;

/**
 * The others go on without this connection, because it did not answer for longer than {@link FlushOptions#suspectAfter}. It gets no view and
 * sends nothing more; the library leaves the group, so a {@link SelfLeave} follows, after which it may be joined again as if for the first
 * time. What this connection sent last may have reached nobody.
 *
 * @param group name of the group
 */
public record Excluded(String group) implements FlushEvent {}
