package org.flushspread.kernel.session;

/**
 * What waits for all clients together at one moment, and the limits (client-protocol 6.4).
 *
 * @param messages of which no byte was handed on yet
 * @param bytes memory of the queues
 */
public record QueueFigures(long messages, long mostMessages, long bytes, long mostBytes) {}
