package org.flushspread.client;

/** The out-parameters of a receive call of {@link Sp}; made once and used again. Fields are named as in C. */
public final class ReceivedMessage {
    /** In: 0, {@link org.flushspread.wire.ServiceType#DROP_RECV} or {@link Sp#DONT_BLOCK}, set before each call. Out: type of the message. */
    public int service_type;
    /** Groups filled in, or minus the number needed if there are more than {@link #groups} holds. */
    public int num_groups;
    /** 1 if the sender's machine has the other byte order; minus the bytes needed after BUFFER_TOO_SHORT. */
    public int endian_mismatch;
    /** Events left inside the library; used by the flush procedures. */
    public int more_msgs;
    /** As sent; in a regular membership the own index; -1 in other memberships. */
    public short mess_type;
    /** Private group of the sender; the group in memberships. */
    public String sender = "";
    /** Destinations or members, the first {@link #num_groups} of them. */
    public final String[] groups;

    /** Room for so many groups. */
    public ReceivedMessage(int max_groups) {
        groups = new String[max_groups];
        java.util.Arrays.fill(groups, "");
    }
}
