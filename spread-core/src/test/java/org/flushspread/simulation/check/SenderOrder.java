package org.flushspread.simulation.check;

import org.flushspread.simulation.trace.ClientEvent.Delivered;
import org.flushspread.simulation.trace.LongMap;

/** The ordered messages of one sender come in the order in which it sent them (ring-protocol 4.2). */
final class SenderOrder extends GroupProperty {
    /** By receiver and sender. */
    private final LongMap last = new LongMap();

    SenderOrder(Violations violations) {
        super("order of a sender", violations);
    }

    @Override
    void delivered(Life life, Delivered message) {
        if (message.isOrdered()) {
            long link = (long) life.client << 32 | message.message() >>> 32;
            long before = last.put(link, message.message());
            require(
                    before < message.message(),
                    life,
                    () -> "gets message " + (int) message.message() + " of " + message.sender() + " after "
                            + (int) before);
        }
    }
}
