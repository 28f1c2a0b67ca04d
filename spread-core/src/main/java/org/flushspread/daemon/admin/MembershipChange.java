package org.flushspread.daemon.admin;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.kernel.base.MembershipCause;
import org.flushspread.kernel.base.Reason;

/**
 * A regular membership followed another one.
 *
 * @param millis wall clock, milliseconds since 1970
 * @param membership the id of the new one
 * @param from names of the daemons before, in the order of the ring; empty at the start
 * @param to names of the daemons from now on
 * @param cause why the one before was given up, the first reason if there were several; {@code MERGE} where rings found one another,
 *     {@code LEFT} where daemons left in order
 * @param steps the causes of the states that led from the one to the other (membership-protocol 4.4), the first dozen
 */
public record MembershipChange(
        long millis, String membership, List<String> from, List<String> to, String cause, List<MembershipCause> steps) {
    static final String MERGE = "MERGE";
    static final String LEFT = "LEFT";

    /** One sentence for a person. */
    public String text() {
        List<String> gone = new ArrayList<>(from);
        gone.removeAll(to);
        List<String> come = new ArrayList<>(to);
        come.removeAll(from);
        String who = from.isEmpty()
                ? "ring of " + names(to)
                : gone.isEmpty() && come.isEmpty()
                        ? "the same daemons formed their ring anew"
                        : (come.isEmpty() ? "" : names(come) + " came")
                                + (come.isEmpty() || gone.isEmpty() ? "" : ", ")
                                + (gone.isEmpty() ? "" : names(gone) + (gone.size() == 1 ? " is gone" : " are gone"));
        return who + ": " + words(cause);
    }

    private static String names(List<String> names) {
        return String.join(" ", names);
    }

    static String words(String cause) {
        if (cause.equals(MERGE)) {
            return "rings found one another";
        }
        if (cause.equals(LEFT)) {
            return "it was stopped and left the ring in order";
        }
        return switch (Reason.valueOf(cause)) {
            case START -> "this daemon started";
            case TOKEN_TIMEOUT -> "the token did not come round: a daemon or the network between two failed";
            case FORM_TIMEOUT -> "an attempt to form a ring took too long: a daemon did not answer in time";
            case ALIVE_FROM_MEMBER, JOIN_FROM_MEMBER ->
                "a daemon of the ring looked for a ring again: it had lost the token or started anew";
            case RECOVERY_ROUNDS -> "the messages of the ring before could not be recovered in time";
            case NO_PROGRESS -> "the ring stood still: packets did not reach every daemon";
            case RELOAD -> "another configuration is in force";
            case TOKEN_SEQUENCE_WRAP -> "the sequence numbers of the ring were used up";
            default -> cause.toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
        };
    }
}
