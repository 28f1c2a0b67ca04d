/**
 * The client library: {@code SpreadConnection}, the {@code SP_} procedures ({@code Sp}) and the {@code E_} event loop ({@code Events}). No thread of its own; all bytes pass through one {@code Link}.
 */
@NullMarked
package org.flushspread.client;

import org.jspecify.annotations.NullMarked;
