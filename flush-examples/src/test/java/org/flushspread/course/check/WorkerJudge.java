package org.flushspread.course.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flushspread.course.api.Worker;
import org.flushspread.course.world.GroupJudge;
import org.flushspread.course.world.GroupWorld;
import org.flushspread.course.world.Server;
import org.flushspread.flush.View;
import org.flushspread.simulation.Chance;

/** Users with jobs, and the workshop where they are done. */
final class WorkerJudge extends GroupJudge<Worker> {
    /** Somebody does a job. */
    private static final class Execution {
        final String worker;
        /** It died or was cut off since it began: others cannot know what it does. */
        boolean excused;

        Execution(String worker) {
            this.worker = worker;
        }
    }

    private final Map<String, String> jobs = new LinkedHashMap<>();
    private final Map<String, List<Execution>> executions = new HashMap<>();
    private final Map<String, View> views = new HashMap<>();
    private final boolean calm;

    WorkerJudge(GroupWorld<Worker> world, Chance chance, boolean calm) {
        super(world, chance);
        this.calm = calm;
    }

    @Override
    protected void prepare(Worker program) {
        program.open(this::execute);
    }

    @Override
    protected void work(Server<Worker> server) {
        Worker worker = server.program();
        if (worker != null && chance.nextInt(2) == 0) {
            String job = "job-" + (jobs.size() + 1) + ".";
            jobs.put(job, server.life());
            tell(server, "is given " + job);
            server.call("submit", () -> worker.submit(job));
        }
    }

    private void execute(String job, Runnable done) {
        Server<Worker> server = server();
        String who = server.life();
        tell(server, "begins " + job);
        if (!jobs.containsKey(job)) {
            throw broken("what is done is a job that was given", who + " does '" + job + "'", job);
        }
        if (!server.isInMajority()) {
            throw broken(
                    "nobody begins a job in a view without most of all servers",
                    who + " begins " + job + " alone: the others cannot know, and will do it again",
                    job,
                    who + " gets the view");
        }
        Worker worker = server.program();
        if (worker != null && worker.finished().contains(job)) {
            throw broken("nobody begins a job that it knows to be finished", who + " begins " + job, job);
        }
        excuse(server);
        List<Execution> those = executions.computeIfAbsent(job, each -> new ArrayList<>());
        for (Execution each : those) {
            if (!each.excused) {
                throw broken(
                        "no job is done twice, unless who did it has died or was cut off",
                        who + " begins " + job + ", which " + each.worker + " has begun, who was there all the time",
                        job);
            }
        }
        those.add(new Execution(who));
        world.after(Duration.ofMillis(20 + chance.nextInt(60)), () -> {
            if (server.life().equals(who) && server.program() != null) {
                tell(server, "has done " + job);
                server.call("what it does when " + job + " is done", done);
            }
        });
    }

    /** The server whose program runs now. */
    private Server<Worker> server() {
        return world.running();
    }

    private void excuse(Server<Worker> server) {
        View view = server.view();
        if (view == null || !server.isInMajority()) {
            return;
        }
        Set<String> together = new HashSet<>();
        view.members().forEach(each -> together.add(Server.shortName(each)));
        if (!view.equals(views.put(server.life(), view))) {
            Set<String> moved = new HashSet<>();
            view.transitional().forEach(each -> moved.add(Server.shortName(each)));
            together.retainAll(moved);
        }
        for (List<Execution> those : executions.values()) {
            for (Execution each : those) {
                each.excused |= !together.contains(each.worker);
            }
        }
    }

    @Override
    protected void look(Server<Worker> server) {
        excuse(server);
    }

    @Override
    protected void lastWords() {
        servers().forEach(this::work);
    }

    @Override
    protected void end() {
        Set<String> living = new HashSet<>();
        servers().forEach(each -> living.add(each.life()));
        for (Server<Worker> each : servers()) {
            Worker worker = each.program();
            Set<String> finished = worker == null ? Set.of() : worker.finished();
            jobs.forEach((job, given) -> {
                if (living.contains(given) && !finished.contains(job)) {
                    throw broken(
                            "a job is finished in the end, if the process lives on to which it was given, and all know",
                            each.life() + " does not know " + job + " to be finished",
                            job);
                }
            });
            for (String job : finished) {
                if (!executions.containsKey(job)) {
                    throw broken("what is finished was done", each.life() + " says so of " + job, job);
                }
            }
        }
        Set<String> workers = new HashSet<>();
        executions.values().forEach(those -> those.forEach(each -> workers.add(each.worker)));
        if (calm && workers.size() < servers().size()) {
            throw broken(
                    "the work is shared out among all",
                    "of " + executions.size() + " jobs all were done by " + workers,
                    "begins");
        }
    }
}
