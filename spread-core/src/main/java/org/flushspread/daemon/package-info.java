/**
 * The shell around the kernel: Netty channels (epoll, NIO where epoll is missing), clock, lifecycle, socket files, metrics, logging, authentication, and the program {@code spread}.
 */
@NullMarked
package org.flushspread.daemon;

import org.jspecify.annotations.NullMarked;
