package org.flushspread.client;

/** Size and place of one virtual synchrony set in the body of a membership message: {@code vs_set_info}. */
public final class VsSetInfo {
    /** Members of the set. */
    public int num_members;
    /** Where the first name lies, from the start of the body. */
    public int members_offset;
}
