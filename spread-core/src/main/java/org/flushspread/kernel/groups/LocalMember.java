package org.flushspread.kernel.groups;

import org.flushspread.wire.Name;

/** A session of this daemon, as groups see it. */
public interface LocalMember {
    /** {@code #name#daemon}. */
    Name privateGroup();

    /** True if it asked for membership messages when it connected. */
    boolean wantsMembership();
}
