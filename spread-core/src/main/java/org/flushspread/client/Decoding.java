package org.flushspread.client;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;

/** Makes events of messages. */
final class Decoding {
    private static final int NUM_SETS = GroupId.LENGTH;
    private static final int MY_SET_OFFSET = NUM_SETS + 4;
    /** Where the first set begins; the offset of the local set counts from here. */
    static final int SETS = MY_SET_OFFSET + 4;

    private Decoding() {}

    static SpreadEvent event(IncomingMessage message) {
        int type = message.type();
        // The regular bits first: a client may have forged membership bits beside them (client-protocol Q18).
        if (ServiceType.isRegular(type)) {
            return new DataMessage(
                    type,
                    message.sender(),
                    message.groups(),
                    message.messType(),
                    message.senderOrder() == ByteOrder.LITTLE_ENDIAN,
                    message.body(0, message.bodyLength()));
        }
        if (ServiceType.isReject(type)) {
            return new Reject(
                    message.rejectedType() | ServiceType.REJECT_MESS,
                    message.sender(),
                    message.groups(),
                    message.messType(),
                    message.senderOrder() == ByteOrder.LITTLE_ENDIAN,
                    message.body(0, message.bodyLength()));
        }
        if (ServiceType.isRegularMembership(type)) {
            return view(message);
        }
        if (ServiceType.isTransition(type)) {
            return new Transition(type, message.sender(), groupId(message));
        }
        if (ServiceType.isSelfLeave(type)) {
            return new SelfLeave(type, message.sender());
        }
        throw message.broken("no daemon sends this type");
    }

    private static GroupId groupId(IncomingMessage message) {
        if (message.bodyLength() < GroupId.LENGTH) {
            throw message.broken("its body has " + message.bodyLength() + " bytes, too few for a group id");
        }
        return GroupId.read(message.bytes(), message.bodyIndex(), message.isLittleEndian());
    }

    private static View view(IncomingMessage message) {
        ByteOrder order = message.isLittleEndian() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        int length = message.bodyLength();
        if (length < SETS) {
            throw message.broken("its body has " + length + " bytes, too few for a membership");
        }
        int numSets = message.bodyInt(NUM_SETS, order);
        if (numSets < 1 || numSets > (length - SETS) / 4) {
            throw message.broken("it counts " + numSets + " sets in " + length + " bytes");
        }
        int mySetOffset = message.bodyInt(MY_SET_OFFSET, order);
        int mySet = -1;
        List<List<String>> sets = new ArrayList<>(numSets);
        int at = SETS;
        for (int i = 0; i < numSets; i++) {
            if (mySetOffset == at - SETS) {
                mySet = i;
            }
            int members = at > length - 4 ? -1 : message.bodyInt(at, order);
            if (members < 0 || members > (length - at - 4) / Name.SLOT) {
                throw message.broken("set " + i + " does not lie in its body");
            }
            sets.add(names(message, at + 4, members));
            at += 4 + members * Name.SLOT;
        }
        if (mySet < 0) {
            throw message.broken("the offset " + mySetOffset + " is the start of no set");
        }
        View.Cause cause = cause(message);
        if (cause != View.Cause.NETWORK && sets.get(0).isEmpty()) {
            throw message.broken("it does not say who changed");
        }
        List<String> members = message.groups();
        return new View(
                message.type(),
                message.sender(),
                GroupId.read(message.bytes(), message.bodyIndex(), message.isLittleEndian()),
                members,
                members.indexOf(message.privateGroup()),
                cause,
                cause == View.Cause.NETWORK ? null : sets.get(0).get(0),
                Collections.unmodifiableList(sets),
                mySet);
    }

    private static List<String> names(IncomingMessage message, int from, int count) {
        List<String> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            names.add(message.bodyName(from + i * Name.SLOT));
        }
        return Collections.unmodifiableList(names);
    }

    private static View.Cause cause(IncomingMessage message) {
        int type = message.type();
        if ((type & ServiceType.CAUSED_BY_JOIN) != 0) {
            return View.Cause.JOIN;
        }
        if ((type & ServiceType.CAUSED_BY_LEAVE) != 0) {
            return View.Cause.LEAVE;
        }
        if ((type & ServiceType.CAUSED_BY_DISCONNECT) != 0) {
            return View.Cause.DISCONNECT;
        }
        if ((type & ServiceType.CAUSED_BY_NETWORK) != 0) {
            return View.Cause.NETWORK;
        }
        throw message.broken("it names no cause");
    }
}
