package org.flushspread.kernel.base;

/** Messages of clients in the order of the ring, and the bytes of their bodies, of one service. */
public record ServiceCount(String service, long messages, long bytes) {}
