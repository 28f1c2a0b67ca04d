/**
 * The client library: {@link org.flushspread.client.SpreadConnection}, the {@code SP_} procedures
 * ({@link org.flushspread.client.Sp}) and the {@code E_} event loop ({@link org.flushspread.client.Events}).
 *
 * <p>It has no thread of its own. All bytes pass through one {@link org.flushspread.client.Link};
 * {@link org.flushspread.client.MessageChannel} makes messages of them, and both faces of the library, and the flush layer, are built
 * on it.
 */
@NullMarked
package org.flushspread.client;

import org.jspecify.annotations.NullMarked;
