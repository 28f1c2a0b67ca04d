package org.flushspread.client;

import java.nio.ByteOrder;
import java.util.List;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipBody;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;

/** Makes events of messages. */
final class Decoding {
    /** Where the first set begins in the body of a membership; the offset of the local set counts from here. */
    static final int SETS = GroupId.LENGTH + 8;

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
        MembershipBody body = MembershipBody.decode(
                message.bytes(), message.bodyIndex(), message.bodyLength(), message.isLittleEndian());
        if (body == null) {
            throw message.broken("its body of " + message.bodyLength() + " bytes is no membership");
        }
        View.Cause cause = cause(message);
        if (cause != View.Cause.NETWORK && body.vsSets().get(0).isEmpty()) {
            throw message.broken("it does not say who changed");
        }
        List<String> members = message.groups();
        return new View(
                message.type(),
                message.sender(),
                body.groupId(),
                members,
                members.indexOf(message.privateGroup()),
                cause,
                cause == View.Cause.NETWORK ? null : body.vsSets().get(0).get(0).toString(),
                body.vsSets().stream()
                        .map(set -> set.stream().map(Name::toString).toList())
                        .toList(),
                body.localVsSet());
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
