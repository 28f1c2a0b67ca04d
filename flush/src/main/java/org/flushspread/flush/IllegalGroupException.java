package org.flushspread.flush;

import org.flushspread.client.MessageChannel;
import org.flushspread.client.SpreadException;
import org.flushspread.wire.SpreadCode;

/** ILLEGAL_GROUP: not a member of the group (yet, or any more), already joining it, or its name is no group name. */
public final class IllegalGroupException extends FlushException {
    private static final long serialVersionUID = 1L;

    private IllegalGroupException(String sentence) {
        super(SpreadCode.ILLEGAL_GROUP, sentence);
    }

    /** The client knows the sentence about a name that is none. */
    static IllegalGroupException badName(String group) {
        String why = "it is no group name";
        try {
            MessageChannel.checkGroup(group);
        } catch (SpreadException e) {
            why = String.valueOf(e.getMessage());
        }
        return new IllegalGroupException("cannot join '" + group + "': " + why);
    }

    static IllegalGroupException joinedAlready(String group, boolean leaving) {
        return new IllegalGroupException("cannot join '" + group + "': "
                + (leaving
                        ? "this connection is still leaving it; join again when its self-leave has been received"
                        : "this connection has joined it already; FlushConnection.groups has it"));
    }

    static IllegalGroupException notMember(String group, String doing, String why) {
        return new IllegalGroupException("cannot " + doing + " '" + group + "': " + why);
    }

    static IllegalGroupException notPrivate(String group) {
        return new IllegalGroupException("cannot send to '" + group
                + "': it is no private group; those have a '#', as #bob#node1, and groups are sent to as their member");
    }
}
