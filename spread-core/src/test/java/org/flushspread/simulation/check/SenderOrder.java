package org.flushspread.simulation.check;

import java.util.HashMap;
import java.util.Map;
import org.flushspread.simulation.trace.ClientEvent.Delivered;

/** The ordered messages of one sender come in the order in which it sent them (ring-protocol 4.2). */
final class SenderOrder extends GroupProperty {
    private record Link(Life receiver, int sender) {}

    private final Map<Link, Long> last = new HashMap<>();

    SenderOrder(Violations violations) {
        super("order of a sender", violations);
    }

    @Override
    void delivered(Life life, Delivered message) {
        if (message.isOrdered()) {
            Long before = last.put(new Link(life, (int) (message.message() >>> 32)), message.message());
            require(
                    before == null || before < message.message(),
                    life,
                    () -> "gets message " + (int) message.message() + " of " + message.sender() + " after "
                            + before.intValue());
        }
    }
}
