/**
 * Client sessions (client-protocol 2 to 6): handshake, authentication, names, limits, the checks on every message a client sends, delivery
 * of data to local receivers, and back-pressure in both directions.
 */
@NullMarked
package org.flushspread.kernel.session;

import org.jspecify.annotations.NullMarked;
