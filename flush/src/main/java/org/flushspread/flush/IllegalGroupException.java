package org.flushspread.flush;

import org.flushspread.wire.SpreadCode;

/** ILLEGAL_GROUP: not a member of the group (yet, or any more), already joining it, or its name is no group name. */
public final class IllegalGroupException extends FlushException {
    private static final long serialVersionUID = 1L;

    IllegalGroupException(String group, String doing) {
        super(
                SpreadCode.ILLEGAL_GROUP,
                switch (doing) {
                    case "join" ->
                        "cannot join '" + group + "': it is joined already, or the name is not 1 to 31"
                                + " characters from '$' to '~'";
                    default ->
                        "cannot " + doing + " '" + group + "': this connection is not a full member of it; wait"
                                + " for the first view after a join";
                });
    }
}
