package org.flushspread.course.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flushspread.course.api.Mail;
import org.flushspread.course.world.GroupJudge;
import org.flushspread.course.world.GroupWorld;
import org.flushspread.course.world.Server;
import org.flushspread.simulation.Chance;

/** People who write letters, above all replies. */
final class MailJudge extends GroupJudge<Mail> {
    private record Letter(String author, List<String> to, Set<String> before) {}

    private final Map<String, Letter> letters = new LinkedHashMap<>();
    private final Map<String, Set<String>> known = new HashMap<>();
    private final Map<String, List<String>> inboxes = new HashMap<>();

    MailJudge(GroupWorld<Mail> world, Chance chance) {
        super(world, chance);
    }

    @Override
    protected void work(Server<Mail> server) {
        for (int i = chance.nextInt(2); i >= 0; i--) {
            post(server);
        }
    }

    private void post(Server<Mail> server) {
        List<String> to = new ArrayList<>();
        for (Server<Mail> each : servers()) {
            if (chance.nextInt(3) > 0) {
                to.add(each.life().substring(0, 1));
            }
        }
        if (!to.isEmpty()) {
            post(server, to);
        }
    }

    private void post(Server<Mail> server, List<String> to) {
        Mail mail = server.program();
        if (mail == null) {
            return;
        }
        String who = server.life();
        Set<String> knows = known.computeIfAbsent(who, each -> new LinkedHashSet<>());
        List<String> inbox = inboxes.getOrDefault(who, List.of());
        String letter = "L" + (letters.size() + 1) + "-of-" + who + ".";
        String about = inbox.isEmpty() ? "" : ", which answers " + inbox.get(inbox.size() - 1);
        letters.put(letter, new Letter(who, List.copyOf(to), new LinkedHashSet<>(knows)));
        knows.add(letter);
        tell(server, "posts to " + String.join(", ", to) + " " + letter + about);
        server.call("post", () -> mail.post(letter, List.copyOf(to)));
    }

    @Override
    protected void look(Server<Mail> server) {
        Mail mail = server.program();
        if (mail == null) {
            return;
        }
        String who = server.life();
        List<String> before = inboxes.getOrDefault(who, List.of());
        List<String> now = List.copyOf(mail.inbox());
        inboxes.put(who, now);
        if (now.size() < before.size() || !now.subList(0, before.size()).equals(before)) {
            throw broken(
                    "letters are added at the end of the inbox, and stay where they are",
                    "the inbox of " + who + " was " + before + " and is " + now,
                    who + " ");
        }
        for (int i = before.size(); i < now.size(); i++) {
            added(server, now, i);
        }
    }

    private void added(Server<Mail> server, List<String> inbox, int at) {
        String who = server.life();
        String letter = inbox.get(at);
        tell(server, "has in the inbox " + letter);
        Letter found = letters.get(letter);
        String place = who.substring(0, 1);
        if (found == null || !found.to().contains(place)) {
            throw broken("the inbox has letters to its server", who + " has " + letter, letter);
        }
        if (inbox.indexOf(letter) < at) {
            throw broken("no letter is in an inbox twice", who + " has " + letter + " twice", letter);
        }
        Set<String> knows = known.computeIfAbsent(who, each -> new LinkedHashSet<>());
        knows.add(letter);
        knows.addAll(found.before());
        Set<String> earlier = new LinkedHashSet<>(inbox.subList(0, at));
        for (String cause : found.before()) {
            Letter question = letters.get(cause);
            if (question != null && question.to().contains(place) && !earlier.contains(cause)) {
                throw broken(
                        "no letter comes before one that its author knew, if both are for the same server",
                        who + " has " + letter + " in the inbox, and not yet " + cause + ", which " + found.author()
                                + " had read or written before, or one that it had read was an answer to it",
                        letter,
                        cause);
            }
        }
    }

    @Override
    protected void lastWords() {
        servers().forEach(each -> post(each, List.of("a", "b", "c")));
    }

    @Override
    protected void end() {
        Set<String> living = new LinkedHashSet<>();
        servers().forEach(each -> living.add(each.life()));
        for (Server<Mail> each : servers()) {
            List<String> inbox = inboxes.getOrDefault(each.life(), List.of());
            letters.forEach((letter, its) -> {
                boolean mine = its.to().contains(each.life().substring(0, 1));
                if (mine && living.contains(its.author()) && !inbox.contains(letter)) {
                    throw broken(
                            "a letter whose author lives on is in the inboxes that it is for in the end",
                            letter + " is not in the inbox of " + each.life(),
                            letter);
                }
            });
        }
    }
}
