package org.flushspread.simulation.evs;

import org.flushspread.kernel.base.Message;
import org.flushspread.simulation.trace.ClientEvent.Cause;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;

/** A delivered join, leave or disconnect; a disconnect concerns all groups of the member and names none. */
record Control(Cause cause, Name member, Name group) {
    /** What this message asks for, or null if it is no such message. */
    static @Nullable Control of(Message message) {
        int type = message.type();
        if ((type & ServiceType.CONTROL_MESS) == 0) {
            return null;
        }
        Name member = Name.read(message.bytes(), message.senderIndex());
        if ((type & ServiceType.KILL_MESS) != 0) {
            return new Control(Cause.DISCONNECT, member, Name.EMPTY);
        }
        return new Control(
                (type & ServiceType.JOIN_MESS) != 0 ? Cause.JOIN : Cause.LEAVE,
                member,
                Name.read(message.bytes(), message.groupIndex(0)));
    }
}
