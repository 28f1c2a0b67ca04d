package org.flushspread.client;

import java.util.List;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;

/**
 * Where and how to send: {@code Multicast.to("room", "hall").service(Service.SAFE).type(7).selfDiscard()}. Immutable; make one and use it
 * for many messages.
 *
 * <p>C daemons lose messages to 44 and more groups (client-protocol Q16): where they may be among the daemons, name 43 at the most.
 */
public final class Multicast {
    private final String[] groups;
    private final Service service;
    private final short type;
    private final boolean selfDiscard;

    private Multicast(String[] groups, Service service, short type, boolean selfDiscard) {
        this.groups = groups;
        this.service = service;
        this.type = type;
        this.selfDiscard = selfDiscard;
    }

    /**
     * To these groups and private groups; AGREED, type 0, with an own copy, unless said otherwise.
     *
     * @throws SpreadException ({@link SpreadCode#ILLEGAL_GROUP}) if a name is empty
     */
    public static Multicast to(String... groups) {
        for (String group : groups) {
            checkNotEmpty(group);
        }
        return new Multicast(groups.clone(), Service.AGREED, (short) 0, false);
    }

    public Multicast service(Service value) {
        return new Multicast(groups, value, type, selfDiscard);
    }

    /**
     * A number for the receivers.
     *
     * @throws IllegalArgumentException unless in -32768..32767
     */
    public Multicast type(int value) {
        if (value != (short) value) {
            throw new IllegalArgumentException("message type " + value + " is not in -32768..32767");
        }
        return new Multicast(groups, service, (short) value, selfDiscard);
    }

    /** The sender gets no copy. */
    public Multicast selfDiscard() {
        return new Multicast(groups, service, type, true);
    }

    public List<String> groups() {
        return List.of(groups);
    }

    public Service service() {
        return service;
    }

    public short type() {
        return type;
    }

    public boolean isSelfDiscard() {
        return selfDiscard;
    }

    static void checkNotEmpty(String group) {
        if (group.isEmpty()) {
            throw new SpreadException(SpreadCode.ILLEGAL_GROUP, "a group name is empty");
        }
    }

    String[] groupArray() {
        return groups;
    }

    int typeWord() {
        return service.bit() | (selfDiscard ? ServiceType.SELF_DISCARD : 0);
    }

    @Override
    public String toString() {
        return "Multicast[" + service + " to " + groups() + ", type " + type + (selfDiscard ? ", self discard]" : "]");
    }
}
