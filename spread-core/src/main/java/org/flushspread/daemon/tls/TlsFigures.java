package org.flushspread.daemon.tls;

import java.time.Instant;

/**
 * A TLS port at one moment.
 *
 * @param port where clients connect
 * @param subject of the certificate that new connections are shown, for a person
 * @param expires its end
 * @param handshakes that are unfinished
 */
public record TlsFigures(int port, String subject, Instant expires, int handshakes) {}
