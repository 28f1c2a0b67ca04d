package org.flushspread.flush;

import java.util.List;

/**
 * The daemon's access policy refused a join, leave or message of this connection.
 *
 * @param group where it was to go
 * @param serviceType REJECT_MESS with the bits of what was refused; a join shows CAUSED_BY_JOIN, a leave CAUSED_BY_LEAVE
 * @param groups all destinations, and the own private group as the last one
 */
public record Reject(String group, int serviceType, List<String> groups) implements FlushEvent {}
