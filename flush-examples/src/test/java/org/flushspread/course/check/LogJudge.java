package org.flushspread.course.check;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flushspread.course.api.Log;
import org.flushspread.course.world.GroupJudge;
import org.flushspread.course.world.GroupWorld;
import org.flushspread.course.world.Server;
import org.flushspread.simulation.Chance;

/** Servers that write, and somebody who reads all logs. */
final class LogJudge extends GroupJudge<Log> {
    /** What could be read, or was written by the same server, when each entry was written. */
    private final Map<String, Set<String>> known = new LinkedHashMap<>();

    /** What each process was seen to have. */
    private final Map<String, Set<String>> read = new HashMap<>();

    private final Map<String, Set<String>> written = new HashMap<>();

    LogJudge(GroupWorld<Log> world, Chance chance) {
        super(world, chance);
    }

    @Override
    protected void work(Server<Log> server) {
        Log log = server.program();
        if (log == null) {
            return;
        }
        Set<String> own = written.computeIfAbsent(server.life(), each -> new LinkedHashSet<>());
        String entry = server.life() + "-writes-" + (own.size() + 1) + ".";
        Set<String> before = new LinkedHashSet<>(log.merged());
        before.addAll(own);
        known.put(entry, before);
        own.add(entry);
        tell(server, "writes " + entry);
        server.call("write", () -> log.write(entry));
    }

    @Override
    protected void look(Server<Log> server) {
        Log log = server.program();
        if (log == null) {
            return;
        }
        List<String> merged = List.copyOf(log.merged());
        Set<String> before = read.getOrDefault(server.life(), Set.of());
        if (merged.size() == before.size()) {
            return;
        }
        Map<String, Integer> places = new HashMap<>();
        for (String entry : merged) {
            if (places.putIfAbsent(entry, places.size()) != null) {
                throw broken("no entry is in the log twice", server.life() + " has " + entry + " twice", entry);
            }
            if (!known.containsKey(entry)) {
                throw broken("the log has what was written", server.life() + " has '" + entry + "'", entry);
            }
        }
        read.put(server.life(), places.keySet());
        for (String added : merged) {
            if (!before.contains(added)) {
                for (String other : merged) {
                    inOrder(server, places, added, other);
                    inOrder(server, places, other, added);
                }
            }
        }
    }

    private void inOrder(Server<Log> server, Map<String, Integer> places, String cause, String effect) {
        if (known.getOrDefault(effect, Set.of()).contains(cause)
                && places.getOrDefault(cause, 0) > places.getOrDefault(effect, 0)) {
            throw broken(
                    "an entry that was written when another could be read stands behind that",
                    "in the log of " + server.life() + ", " + cause + " stands behind " + effect
                            + ", whose server had it when it wrote",
                    cause,
                    effect);
        }
    }

    @Override
    protected void lastWords() {
        servers().forEach(this::work);
    }

    @Override
    protected void end() {
        for (Server<Log> one : servers()) {
            Log log = one.program();
            List<String> merged = log == null ? List.of() : log.merged();
            for (Server<Log> other : servers()) {
                for (String entry : written.getOrDefault(other.life(), Set.of())) {
                    if (!merged.contains(entry)) {
                        throw broken(
                                "what a server has written whose process lives on is in all logs in the end",
                                entry + " is not in the log of " + one.life(),
                                entry);
                    }
                }
                Log its = other.program();
                compare(one.life(), merged, other.life(), its == null ? List.of() : its.merged());
            }
        }
    }

    private void compare(String one, List<String> mine, String other, List<String> its) {
        for (int i = 0; i < mine.size(); i++) {
            if (i >= its.size() || !mine.get(i).equals(its.get(i))) {
                String there = i < its.size() ? its.get(i) : "nothing";
                throw broken(
                        "all logs are the same in the end",
                        "entry " + (i + 1) + " is " + mine.get(i) + " at " + one + " and " + there + " at " + other,
                        mine.get(i),
                        there);
            }
        }
    }
}
