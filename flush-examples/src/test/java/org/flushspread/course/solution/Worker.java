package org.flushspread.course.solution;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All members of a majority know who does which job; the first one is the leader, who says so. In a new view jobs of those who are gone are free
 * again.
 */
public class Worker extends Conversation implements org.flushspread.course.api.Worker {
    protected static final String FREE = "-";
    private static final String DONE = "done";

    /** Who does each job, {@link #FREE} or {@link #DONE}. */
    protected final Map<String, String> jobs = new LinkedHashMap<>();

    private final Set<String> mine = new LinkedHashSet<>();
    /** What each member of the view says that it does. */
    private final Set<String> claims = new HashSet<>();

    private final Set<String> news = new LinkedHashSet<>();
    private @Nullable Workshop workshop;
    private int epoch;
    private int turn;

    @Override
    public void open(Workshop shop) {
        workshop = shop;
    }

    @Override
    public void submit(String job) {
        mine.add(job);
        say("job " + job);
    }

    @Override
    public Set<String> finished() {
        Set<String> finished = new LinkedHashSet<>();
        jobs.forEach((job, worker) -> {
            if (worker.equals(DONE)) {
                finished.add(job);
            }
        });
        return finished;
    }

    /** What cannot be said now is said in the next view, if it is news then. */
    private void say(String text) {
        if (maySend()) {
            put(text);
        }
    }

    @Override
    protected void deliver(String sender, String text) {
        if (!isInMajority()) {
            return;
        }
        String[] words = text.split(" ", 3);
        String job = words[1];
        switch (words[0]) {
            case "job" -> {
                jobs.putIfAbsent(job, FREE);
                shareOut();
            }
            case "assign" -> {
                if (!DONE.equals(jobs.get(job))) {
                    jobs.put(job, words[2]);
                    begin(job);
                }
            }
            default -> jobs.put(job, DONE);
        }
    }

    private void begin(String job) {
        Workshop shop = workshop;
        if (shop != null && place().me().equals(jobs.get(job))) {
            shop.execute(job, () -> {
                news.add(job);
                say("done " + job);
            });
        }
    }

    /** The leader gives each free job to somebody, in turn. */
    private void shareOut() {
        if (!isLeader() || !maySend() || !isInMajority()) {
            return;
        }
        jobs.replaceAll((job, worker) -> {
            if (!worker.equals(FREE)) {
                return worker;
            }
            String next = choose(turn++);
            put("assign " + job + " " + next);
            return "assigned";
        });
    }

    protected String choose(int number) {
        return view().members().get(number % view().members().size());
    }

    @Override
    protected String state() {
        StringBuilder state = new StringBuilder().append(epoch);
        jobs.forEach((job, worker) -> state.append('\n').append(job).append(' ').append(worker));
        news.forEach(job -> state.append('\n').append(job).append(' ').append(DONE));
        return state.toString();
    }

    @Override
    protected void merge(Map<String, String> states) {
        if (!isInMajority()) {
            return;
        }
        String best = best(states);
        jobs.clear();
        read(best);
        states.values().forEach(this::learn);
        claims.clear();
        states.forEach((member, state) -> content(state).stream()
                .filter(line -> line.endsWith(" " + member))
                .forEach(claims::add));
        epoch = epoch(best) + 1;
        jobs.replaceAll((job, worker) -> worker.equals(DONE) || isStillAt(job, worker) ? worker : FREE);
        for (String job : mine) {
            if (!jobs.containsKey(job)) {
                say("job " + job);
            }
        }
        for (String job : news) {
            if (!DONE.equals(jobs.get(job))) {
                say("done " + job);
            }
        }
        shareOut();
    }

    private void read(String state) {
        content(state).forEach(line -> {
            String[] words = line.split(" ");
            if (!DONE.equals(jobs.get(words[0]))) {
                jobs.put(words[0], words[1]);
            }
        });
    }

    /** Jobs that others have heard of, and what they know to be done. */
    private void learn(String state) {
        content(state).forEach(line -> {
            String[] words = line.split(" ");
            jobs.putIfAbsent(words[0], FREE);
            if (words[1].equals(DONE)) {
                jobs.put(words[0], DONE);
            }
        });
    }

    /** Somebody who was cut off may not know that it was given a job, so it has to say so itself. */
    protected boolean isStillAt(String job, String worker) {
        return claims.contains(job + " " + worker);
    }
}
