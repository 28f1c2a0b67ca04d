/**
 * Every byte layout of Spread: the client session, ring packets, tokens, daemon membership, group state and monitor packets.
 *
 * <p>Headers on the hot path are read in place through static accessors ({@link org.flushspread.wire.MessageHeader},
 * {@link org.flushspread.wire.PacketHeader}, {@link org.flushspread.wire.TokenHeader}); everything rare is decoded into records.
 * Both byte orders are read, little-endian is written. A length or count is checked against its limit and against the bytes
 * that are there before it is used. Nothing in this package keeps state.
 */
@NullMarked
package org.flushspread.wire;

import org.jspecify.annotations.NullMarked;
