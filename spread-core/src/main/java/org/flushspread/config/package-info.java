/**
 * spread.conf: its grammar, the immutable {@link org.flushspread.config.Configuration} it describes, the configuration hash that every
 * daemon packet carries, and the difference between two configurations at a reload (configuration.md).
 *
 * <p>The file is the one the C daemon reads, byte for byte; what only this daemon has is never set here. Reading gives either a whole
 * configuration that a daemon can run with, or an error with file, line, column and a hint; there is no half-read state. No sockets, no
 * name service: host names are resolved through a function the caller gives.
 *
 * <p>A file is that of a ring of Spread 4.4 or of one of Spread 5, which share no daemons ({@link org.flushspread.config.RingVersion}, spread5
 * 1). What differs between the two is said in that one value: how a daemon's id comes about, what is hashed, whether the source of a packet
 * counts, how a monitor says who it is, when a network is wide. A daemon's id and its address are two things everywhere: ids are numbers
 * that packets carry, and all that kernels know; addresses are {@link org.flushspread.wire.IpAddress}, and only hosts (the sockets of a
 * daemon, monitors, the simulator) go from one to the other, by the configuration.
 */
@NullMarked
package org.flushspread.config;

import org.jspecify.annotations.NullMarked;
