/**
 * The shell around the kernel: UDP sockets, Netty channels to clients, clock, lifecycle, socket files, metrics, logging, authentication,
 * and the program {@code spread}.
 *
 * <p>One event loop thread runs one kernel. UDP sockets are read and written directly, without a pipeline: a {@link
 * org.flushspread.kernel.Turn} decides what is read when, and a datagram costs no object. On Linux that is epoll with UDP_SEGMENT and
 * UDP_GRO, elsewhere plain NIO. Client connections are Netty channels.
 */
@NullMarked
package org.flushspread.daemon;

import org.jspecify.annotations.NullMarked;
