package org.flushspread.simulation.evs;

import org.flushspread.kernel.base.Message;

/** A promise about messages that go up. */
interface DeliveryProperty extends Property {
    /** A message goes up; the life has an era. */
    void delivered(DaemonLife life, Delivery delivery, Message message);
}
