package org.flushspread.lab;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import org.flushspread.simulation.Application;

/** A member of a group in the lab: a process with a session, told what to do. */
interface LabMember extends Application {
    /** plain, flush or replica. */
    String kind();

    /** @throws ScenarioException for what this member cannot do now */
    void join(String group);

    void leave(String group);

    void send(int service, String group, String text);

    /** Hands a command to a replicated state machine. */
    void submit(String text);

    /** Answers no flush request from here on, or all of them, those that wait first. */
    void answer(boolean on);

    void kill();

    void quit();

    void revive();

    void stall(long nanos);

    /** Members inside an object: what a person may know of it now. */
    void describe(JsonWriter json) throws IOException;

    /** A refusal of something that only another kind of member does. */
    static ScenarioException notFor(String what, String kind, String fix) {
        return new ScenarioException("a " + kind + " member does not " + what + "; " + fix);
    }
}
