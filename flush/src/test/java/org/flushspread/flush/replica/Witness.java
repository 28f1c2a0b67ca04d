package org.flushspread.flush.replica;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sees what happens to members whose state machine is somebody's own, and what their users get. */
public interface Witness {
    /** Something a reader of the story wants to know. */
    void event(String member, String what);

    void submitted(String member, long command);

    /** @param place in the log */
    void completed(String member, long command, long place, @Nullable Object answer);

    void uncertain(String member, long command);

    /** It will never take effect. */
    void refused(String member, long command);

    void readBegun(String member, long ticket);

    /** @param place how many entries the state had that was read */
    void found(String member, long ticket, Object question, @Nullable Object answer, long place);

    /**
     * All is healed and quiet.
     *
     * @param together false if so much was lost that not all are in a primary, or that the group began anew
     */
    void end(List<SimulatedMachine> machines, boolean together);
}
