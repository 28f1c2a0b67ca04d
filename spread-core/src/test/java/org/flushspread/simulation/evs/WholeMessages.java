package org.flushspread.simulation.evs;

import org.flushspread.kernel.base.Message;
import org.flushspread.simulation.Violation;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;

/** P21: a message goes up whole, from the packet in which it ends. */
final class WholeMessages implements DeliveryProperty {
    @Override
    public void delivered(DaemonLife life, Delivery delivery, Message message) {
        int whole = MessageHeader.LENGTH + message.numGroups() * Name.SLOT + message.dataLength();
        if (message.length() != whole) {
            throw new Violation(
                    "P21 whole messages",
                    life + " delivered " + message.length() + " bytes of the " + whole + " of " + delivery);
        }
        RingTrace.Packet packet = life.currentEra().ring.packet(delivery.sequence());
        if (packet != null && packet.messages() == 0) {
            throw new Violation(
                    "P21 whole messages", life + " delivered " + delivery + ", but no message ends in " + packet);
        }
    }
}
