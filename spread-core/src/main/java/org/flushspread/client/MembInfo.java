package org.flushspread.client;

import org.flushspread.wire.GroupId;

/** What the body of a membership message says: {@code membership_info}. Made once and used again. */
public final class MembInfo {
    /** Id of the membership; all zero in a self-leave, which has none. */
    public GroupId gid = GroupId.NONE;
    /** Who joined, left or was disconnected; empty when the network changed. */
    public String changed_member = "";
    /** Number of sets. */
    public int num_vs_sets;
    /** The set of this connection's daemon. */
    public final VsSetInfo my_vs_set = new VsSetInfo();
}
