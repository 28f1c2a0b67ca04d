package org.flushspread.client;

/**
 * This connection has left the group; nothing more comes from it (client-protocol 5.4).
 *
 * @param serviceType CAUSED_BY_LEAVE
 * @param group name of the group
 */
public record SelfLeave(int serviceType, String group) implements SpreadEvent {}
