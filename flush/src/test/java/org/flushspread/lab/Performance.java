package org.flushspread.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * A scenario that is played in a lab, with what a person does meanwhile. It can go back: the world is built anew, and all that was done until
 * then is done again. Not thread-safe.
 */
public final class Performance {
    private static final long MILLI = 1_000_000L;

    private final Scenario scenario;
    private final List<Command> done = new ArrayList<>();
    private Lab lab;
    /** The next command of the scenario. */
    private int next;

    private String problem = "";

    public Performance(Scenario scenario) {
        this.scenario = scenario;
        this.lab = new Lab(scenario);
    }

    public Lab lab() {
        return lab;
    }

    Scenario scenario() {
        return scenario;
    }

    /** Why a line of the scenario could not be carried out, as a person did other things meanwhile; empty if all could. */
    String problem() {
        return problem;
    }

    /** Plays the whole scenario. A line that cannot be carried out is an error. */
    public Lab play() {
        runTo(scenario.end());
        if (!problem.isEmpty()) {
            throw new ScenarioException(problem);
        }
        return lab;
    }

    /** Plays up to a moment, and stops earlier where a promise breaks. */
    public void runTo(long time) {
        while (next < scenario.commands().size()
                && scenario.commands().get(next).time() <= time) {
            Command command = scenario.commands().get(next);
            lab.runTo(command.time());
            if (lab.broken() != null) {
                return;
            }
            next++;
            try {
                lab.execute(command);
                done.add(command);
            } catch (ScenarioException e) {
                problem = String.valueOf(e.getMessage());
            }
        }
        lab.runTo(time);
    }

    /** Runs to the next thing that is drawn. */
    void step() {
        long due = next < scenario.commands().size()
                ? scenario.commands().get(next).time()
                : Long.MAX_VALUE;
        if (due <= lab.now()) {
            runTo(lab.now());
        }
        lab.step();
        runTo(lab.now());
    }

    /**
     * Carries out what a person asks for, at the next whole millisecond.
     *
     * @throws ScenarioException if it is not possible
     */
    public void command(String text) {
        long time = (lab.now() + MILLI - 1) / MILLI * MILLI;
        runTo(time);
        Command command = Command.of(time, 0, text);
        lab.execute(command);
        done.add(command);
    }

    /** Goes back to a moment, before what was done then; what a person did from then on is forgotten. */
    void backTo(long time) {
        List<Command> again = new ArrayList<>(done);
        done.clear();
        problem = "";
        lab = new Lab(scenario);
        next = 0;
        for (Command each : again) {
            if (each.time() >= time) {
                break;
            }
            lab.runTo(each.time());
            lab.execute(each);
            done.add(each);
        }
        while (next < scenario.commands().size()
                && scenario.commands().get(next).time() < time) {
            next++;
        }
        lab.runTo(time);
    }

    /** All that was done until now, as a scenario. */
    public String saved() {
        return scenario.written(done, lab.now());
    }
}
