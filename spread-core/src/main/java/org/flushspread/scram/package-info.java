/**
 * SCRAM-SHA-256 (RFC 5802, RFC 7677) without channel binding: both sides as automata over texts, and the keys that a daemon keeps in the
 * place of a password (security 4.6). Knows no connection, no thread and no source of chance: nonces are given to it.
 */
@NullMarked
package org.flushspread.scram;

import org.jspecify.annotations.NullMarked;
