package org.flushspread.client;

import org.flushspread.wire.GroupId;

/**
 * Some daemons with members of the group are gone. Until the next view, messages of the old view come with weaker promises: SAFE then means
 * safe among those who come along (client-protocol 5.3).
 *
 * @param serviceType TRANSITION_MESS
 * @param group name of the group
 * @param id the membership that is ending
 */
public record Transition(int serviceType, String group, GroupId id) implements SpreadEvent {}
