/**
 * The official Java API of Spread as a drop-in: the same classes, signatures and behaviour (client-protocol 9), a thin skin over
 * {@link org.flushspread.client.MessageChannel}. New programs are better served by {@link org.flushspread.client.SpreadConnection}.
 *
 * <p>The known faults of the official library are mended where no caller can depend on them: ports up to 65535, messages up to the daemon's
 * limit, equal ids with equal hashes, no printing, no {@code System.exit}, bounds before allocation, interrupts that lose nothing.
 */
@NullMarked
package spread;

import org.jspecify.annotations.NullMarked;
