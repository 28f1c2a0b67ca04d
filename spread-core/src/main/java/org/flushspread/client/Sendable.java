package org.flushspread.client;

import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;

/** What a client may say: types of data messages and names of groups (client-protocol 1, 3.3). */
final class Sendable {
    /** Bits that are not a data message's own; some of them cost C daemons their life (client-protocol 3.3, Q2, Q3). */
    private static final int NOT_SENDABLE = ServiceType.MEMBERSHIP_MESS
            | ServiceType.CONTROL_MESS
            | ServiceType.GROUPS_MESS
            | ServiceType.REJECT_MESS
            | ByteOrderTag.LITTLE_ENDIAN;

    private Sendable() {}

    /** @throws SpreadException ({@link SpreadCode#ILLEGAL_SERVICE}) unless daemons carry a data message of this type */
    static void checkType(int type) {
        if (Integer.bitCount(type & ServiceType.REGULAR_MESS) != 1) {
            throw new SpreadException(
                    SpreadCode.ILLEGAL_SERVICE,
                    "type 0x" + Integer.toHexString(type) + " has not exactly one of the six service bits");
        }
        if ((type & NOT_SENDABLE) != 0) {
            throw new SpreadException(
                    SpreadCode.ILLEGAL_SERVICE,
                    "type 0x" + Integer.toHexString(type) + " has bits that a client must not send: 0x"
                            + Integer.toHexString(type & NOT_SENDABLE));
        }
    }

    /** A destination may be anything that fits: the daemon skips those it does not know. */
    static void checkDestination(String group) {
        checkName(group, 0);
    }

    private static void checkName(String group, int atLeast) {
        if (group.length() < atLeast || group.length() > Name.MAX_LENGTH) {
            throw new SpreadException(
                    SpreadCode.ILLEGAL_GROUP,
                    "group name '" + group + "' has " + group.length() + " characters; Spread allows 1 to "
                            + Name.MAX_LENGTH);
        }
        for (int i = 0; i < group.length(); i++) {
            if (group.charAt(i) == 0 || group.charAt(i) > 255) {
                throw new SpreadException(
                        SpreadCode.ILLEGAL_GROUP,
                        "group name '" + group + "' has a character at position " + (i + 1)
                                + " that is no single byte");
            }
        }
    }

    /**
     * Checks a name to be joined or left.
     *
     * @throws SpreadException ({@link SpreadCode#ILLEGAL_GROUP}) unless it has 1 to 31 characters from '$' to '~'
     */
    static void checkGroup(String group) {
        checkName(group, 1);
        for (int i = 0; i < group.length(); i++) {
            if (group.charAt(i) < '$' || group.charAt(i) > '~') {
                throw new SpreadException(
                        SpreadCode.ILLEGAL_GROUP,
                        "group name '" + group + "' has an illegal character at position " + (i + 1)
                                + "; Spread allows '$' to '~', so no space, '!', '\"' and '#'");
            }
        }
    }
}
