package org.flushspread.config;

import com.google.common.collect.ImmutableList;

/**
 * A segment: daemons that one datagram to {@code address} reaches.
 *
 * @param index position in the file, from 0
 * @param address broadcast address, or class D multicast group, as a number
 * @param port data port P, 1..65534
 * @param daemons at least one, in file order
 */
public record Segment(int index, int address, int port, ImmutableList<Daemon> daemons) {}
