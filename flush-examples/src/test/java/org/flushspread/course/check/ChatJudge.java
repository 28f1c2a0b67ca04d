package org.flushspread.course.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flushspread.course.api.Chat;
import org.flushspread.course.world.GroupJudge;
import org.flushspread.course.world.GroupWorld;
import org.flushspread.course.world.Server;
import org.flushspread.simulation.Chance;

/** The users of a chat. */
final class ChatJudge extends GroupJudge<Chat> {
    private final Map<String, List<String>> screens = new HashMap<>();
    private final Map<String, Integer> said = new HashMap<>();
    private final Set<String> faithful = new LinkedHashSet<>();
    private final boolean parted;

    ChatJudge(GroupWorld<Chat> world, Chance chance, boolean parted) {
        super(world, chance);
        this.parted = parted;
    }

    @Override
    protected void work(Server<Chat> server) {
        for (int i = chance.nextInt(2); i >= 0; i--) {
            say(server);
        }
    }

    private void say(Server<Chat> server) {
        Chat chat = server.program();
        if (chat == null) {
            return;
        }
        String line = server.life() + "-says-" + said.merge(server.life(), 1, Integer::sum) + ".";
        tell(server, "is told by its user to say " + line);
        faithful.add(line);
        server.call("say", () -> chat.say(line));
    }

    @Override
    protected void look(Server<Chat> server) {
        Chat chat = server.program();
        if (chat == null) {
            return;
        }
        String who = server.life();
        List<String> before = screens.getOrDefault(who, List.of());
        List<String> now = List.copyOf(chat.screen());
        screens.put(who, now);
        for (int i = 0; i < before.size(); i++) {
            if (i >= now.size() || !now.get(i).equals(before.get(i))) {
                throw broken(
                        "lines are added at the end of the screen, and stay where they are",
                        "line " + (i + 1) + " on the screen of " + who + " was " + before.get(i) + " and is now "
                                + (i < now.size() ? now.get(i) : "gone"),
                        before.get(i));
            }
        }
        for (int i = before.size(); i < now.size(); i++) {
            added(who, now, i);
        }
    }

    private void added(String who, List<String> screen, int at) {
        String line = screen.get(at);
        tell(server(who), "shows " + line);
        if (screen.indexOf(line) < at) {
            throw broken("no line is shown twice", who + " shows " + line + " twice", line);
        }
        for (String earlier : screen.subList(0, at)) {
            if (author(earlier).equals(author(line)) && number(earlier) > number(line)) {
                throw broken(
                        "lines of one author are shown in the order in which they were said",
                        who + " shows " + earlier + " before " + line,
                        earlier,
                        line);
            }
        }
    }

    private Server<Chat> server(String life) {
        return servers().get(life.charAt(0) - 'a');
    }

    static String author(String line) {
        return line.substring(0, line.indexOf('-'));
    }

    static int number(String line) {
        return Integer.parseInt(line.substring(line.lastIndexOf('-') + 1, line.length() - 1));
    }

    @Override
    protected void lastWords() {
        servers().forEach(this::say);
    }

    @Override
    protected void end() {
        Set<String> living = new LinkedHashSet<>();
        servers().forEach(each -> living.add(each.life()));
        for (Server<Chat> one : servers()) {
            List<String> screen = screens.getOrDefault(one.life(), List.of());
            for (String line : faithful) {
                if (living.contains(author(line)) && !screen.contains(line)) {
                    throw broken(
                            "what a process has said that lives on is on all screens in the end",
                            line + " is not on the screen of " + one.life(),
                            line);
                }
            }
            for (Server<Chat> other : servers()) {
                compare(one.life(), screen, other.life(), screens.getOrDefault(other.life(), List.of()));
            }
        }
    }

    private void compare(String one, List<String> mine, String other, List<String> its) {
        for (String line : mine) {
            if (!its.contains(line)) {
                throw broken(
                        "what one screen shows all show in the end, if its process lives on",
                        one + " shows " + line + ", and " + other + " does not",
                        line);
            }
        }
        List<String> places = new ArrayList<>(its);
        for (int i = 1; i < mine.size() && !parted; i++) {
            if (places.indexOf(mine.get(i - 1)) > places.indexOf(mine.get(i))) {
                throw broken(
                        "while the network is whole all show the same order",
                        one + " shows " + mine.get(i - 1) + " before " + mine.get(i) + ", " + other
                                + " the other way round",
                        mine.get(i - 1),
                        mine.get(i));
            }
        }
    }
}
