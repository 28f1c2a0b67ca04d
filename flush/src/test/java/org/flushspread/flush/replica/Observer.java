package org.flushspread.flush.replica;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sees everything that happens in a simulation. One class per sentence that is promised. */
interface Observer {
    /**
     * A member of the primary knows that it was formed.
     *
     * @param history the commands of the member's state, in order
     */
    default void formed(Member member, Primary primary, List<Long> history) {}

    /** A view comes to a member. */
    default void viewBegins(Member member) {}

    default void applied(Member member, long command, Version after, List<Long> history) {}

    default void submitted(Member member, long command) {}

    /**
     * @param place how many commands the state had after it
     * @param primary the newest one the member knew when it gave the result
     */
    default void completed(Member member, long command, long place, Primary primary) {}

    /** The same, told before it, with what the submitter gets. */
    default void answered(Member member, long command, @Nullable Object answer) {}

    default void uncertain(Member member, long command) {}

    default void refused(Member member, long command) {}

    /** A read that must see all that anybody has seen begins. */
    default void readBegun(Member member, long ticket) {}

    /** A read begins that must see what its member has seen, and a state of {@code index} commands. */
    default void placedReadBegun(Member member, long ticket, long index) {}

    /** It ends with the state as it was then. */
    default void readEnded(Member member, long ticket, List<Long> history) {}

    /** What it has found; told before that. */
    default void found(Member member, long ticket, Object question, @Nullable Object answer, long place) {}

    /** The process of a member dies. */
    default void crashed(Member member) {}

    /** A timer fires at a member; {@code time} is agreed. */
    default void fired(Member member, long timer, long time) {}

    /** The agreed time of an entry, and that of the one before. */
    default void timePassed(Member member, long before, long now) {}

    /** A member does without the command at this place, as a person has decided. */
    default void skipped(Member member, long place) {}

    default void loaded(Member member, Version version, List<Long> history) {}

    /** A member has loaded an image whose transfer it had begun in an earlier view. */
    default void wentOn(Member member) {}

    /** The replica has an effect outside of itself: each of them in words, and the bytes that go out. */
    default void did(Member member, String what, byte[] bytes) {}

    /** All is healed and quiet. */
    default void end(List<Member> members) {}
}
