package org.flushspread.course.check;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.flushspread.course.api.Files;
import org.flushspread.course.world.GroupJudge;
import org.flushspread.course.world.GroupWorld;
import org.flushspread.course.world.Server;
import org.flushspread.flush.View;
import org.flushspread.simulation.Chance;

/** Users that write files at the active server, and read them at each that takes over. */
final class FilesJudge extends GroupJudge<Files> {
    private static final String[] NAMES = {"f1", "f2", "f3"};

    /** Number of the last write that was done, by file. */
    private final Map<String, Integer> done = new TreeMap<>();

    private final Map<String, Integer> busy = new TreeMap<>();
    private final Set<String> active = new HashSet<>();
    private int writes;
    private boolean last;
    private boolean answered;

    FilesJudge(GroupWorld<Files> world, Chance chance) {
        super(world, chance);
    }

    @Override
    protected void work(Server<Files> server) {
        Files files = server.program();
        if (files == null || !files.isActive()) {
            return;
        }
        String name = NAMES[chance.nextInt(NAMES.length)];
        // One write of a file at a time, at each server.
        String key = server.life() + name;
        if (busy.containsKey(key)) {
            return;
        }
        int number = ++writes;
        busy.put(key, number);
        String content = "w" + number + ".";
        tell(server, "is asked to write " + content + " into " + name);
        server.call("write", () -> files.write(name, content, () -> done(server, name, number, key)));
    }

    private void done(Server<Files> server, String name, int number, String key) {
        tell(server, "tells the user that w" + number + ". in " + name + " is done");
        busy.remove(key);
        done.merge(name, number, Math::max);
        answered |= last;
    }

    @Override
    protected void look(Server<Files> server) {
        Files files = server.program();
        String who = server.life();
        if (files == null || !files.isActive()) {
            if (active.remove(who)) {
                tell(server, "is not active any more");
            }
            return;
        }
        if (!server.isInMajority()) {
            throw broken(
                    "a server is active only where most of all servers are in the view",
                    who + " is active alone: the others may have an active server, too",
                    "active");
        }
        View here = server.view();
        for (Server<Files> other : servers()) {
            Files its = other.program();
            View there = other.view();
            if (other != server
                    && its != null
                    && here != null
                    && there != null
                    && here.id().equals(there.id())
                    && its.isActive()) {
                throw broken(
                        "of the members of a view one at the most is active",
                        who + " and " + other.life() + " are active in one view",
                        "active",
                        "view");
            }
        }
        if (active.add(who)) {
            tell(server, "is active");
            compare(server, files, "takes over");
        }
    }

    private void compare(Server<Files> server, Files files, String when) {
        done.forEach((name, number) -> {
            Optional<String> content = files.read(name);
            if (number(content) < number) {
                throw broken(
                        "what a user was told to be done is in the file, whoever is active",
                        server.life() + " " + when + " with " + content.orElse("nothing") + " in " + name + ", and w"
                                + number + ". was done",
                        "w" + number + ".",
                        "is active");
            }
        });
    }

    private static int number(Optional<String> content) {
        return content.map(each -> Integer.parseInt(each.substring(1, each.length() - 1)))
                .orElse(0);
    }

    @Override
    protected void lastWords() {
        last = true;
        busy.clear();
        servers().forEach(this::work);
    }

    @Override
    protected void end() {
        if (!answered) {
            throw broken(
                    "when all are well one server is active, and writes are done",
                    "nothing that was asked for when all was healed is done",
                    "active");
        }
        for (Server<Files> each : servers()) {
            Files files = each.program();
            if (files != null) {
                compare(each, files, "ends");
            }
        }
    }
}
