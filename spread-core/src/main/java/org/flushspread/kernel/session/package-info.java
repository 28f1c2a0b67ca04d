/**
 * Client sessions (client-protocol 2 to 6): handshake, authentication, names, limits, the checks on every message a client sends, delivery
 * of data to local receivers, and back-pressure in both directions.
 *
 * <p>From the ground up, each class uses those before it only: {@code ClientSession} with its {@code OutputQueue} and {@code Handshake} is
 * the record of one client; {@code SessionTable} and {@code HandshakeList} hold them; {@code LifeCycle} ends them; {@code SlowSessions} knows who has fallen behind; {@code Deliveries} is the
 * way out; {@code Rejections} tells a client what goes no further; {@code AccessControl} knows what the access file allows it; {@code InputLimits} says who is read; {@code ClientRequests} checks what
 * was read; {@code ClientInput} holds what may not be read yet; {@code Handshakes} lets clients in; {@code Sessions} is what others see.
 */
@NullMarked
package org.flushspread.kernel.session;

import org.jspecify.annotations.NullMarked;
