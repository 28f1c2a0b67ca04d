package org.flushspread.course.world;

import java.util.List;
import org.flushspread.course.api.Program;
import org.flushspread.simulation.Chance;

/**
 * The user of the programs of one run, who knows what they have promised.
 *
 * @param <P> what the programs of this exercise can do
 */
public abstract class GroupJudge<P extends Program> {
    protected final GroupWorld<P> world;
    protected final Chance chance;

    protected GroupJudge(GroupWorld<P> world, Chance chance) {
        this.world = world;
        this.chance = chance;
    }

    /** A program was made, and is started next. */
    protected void prepare(P program) {}

    /** Does something with the program of a server, which is in the group. */
    protected abstract void work(Server<P> server);

    /** Looks at a program that has just done something. */
    protected abstract void look(Server<P> server);

    /** All is healed: what a user says for the last time. */
    protected void lastWords() {}

    /** All is delivered and answered. */
    protected abstract void end();

    protected List<Server<P>> servers() {
        return world.servers();
    }

    protected void tell(Server<P> who, String what) {
        world.story().tell(who.life(), what);
    }

    /** @param about words of the events to be shown */
    protected BrokenPromise broken(String promise, String happened, String... about) {
        return new BrokenPromise(promise, happened, world.story().lines(about));
    }
}
