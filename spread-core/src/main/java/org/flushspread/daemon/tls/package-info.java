/**
 * TLS between a daemon and its clients (security 3), from the socket to the bytes of the client protocol.
 *
 * <p>{@link org.flushspread.daemon.tls.TlsFiles} reads keys and certificates, and again when they change; what is in force is a {@link
 * org.flushspread.daemon.tls.TlsIdentity}. Each connection has a {@link org.flushspread.daemon.tls.TlsHandler} in front of its other
 * handlers, to which the connection exists from the end of the TLS handshake on. {@link org.flushspread.daemon.tls.TlsPort} is what they
 * share, and knows the unfinished handshakes: their number and time are limited, and what takes time in them runs on a thread of its own,
 * for the event loop carries the ring's token. What is refused has a name ({@link org.flushspread.daemon.tls.TlsRefusal}).
 */
@NullMarked
package org.flushspread.daemon.tls;

import org.jspecify.annotations.NullMarked;
