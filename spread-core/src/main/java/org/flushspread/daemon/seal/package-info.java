/**
 * The envelope around every datagram of a sealed ring (security 2): what the kernel sends is encrypted and authenticated just before the
 * socket, and what arrives is opened before anything reads it. The kernel knows nothing of it but that packets are a little shorter.
 *
 * <p>{@link SealKeys} are what all daemons of the ring share. A {@link Seal} is one start of one daemon: it closes envelopes with keys
 * of that start, which no other start has, and opens those of others, each once. {@link EpochFile} remembers between starts, so that
 * starts have an order.
 *
 * <p>Uses the byte layouts of {@code wire} and the ciphers of the JDK, and knows no socket; one thread at a time.
 */
@NullMarked
package org.flushspread.daemon.seal;

import org.jspecify.annotations.NullMarked;
