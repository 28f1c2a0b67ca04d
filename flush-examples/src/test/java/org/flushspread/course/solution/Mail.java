package org.flushspread.course.solution;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All letters go to all servers, in one order. What a server has is in an order that keeps causes before effects, and with each letter all that
 * its author knew is there: so if the letters that are missing are added in the order in which another server has them, that stays so.
 */
public class Mail extends Conversation implements org.flushspread.course.api.Mail {
    /** Lines: servers that a letter is for, letter. */
    protected final Set<String> letters = new LinkedHashSet<>();

    @Override
    public void post(String letter, List<String> to) {
        send(String.join(",", to) + " " + letter);
    }

    @Override
    public List<String> inbox() {
        String me = place().me().substring(1, 2);
        return letters.stream()
                .filter(each -> each.substring(0, each.indexOf(' ')).contains(me))
                .map(each -> each.substring(each.indexOf(' ') + 1))
                .toList();
    }

    @Override
    protected String state() {
        return String.join("\n", letters);
    }

    @Override
    protected void merge(Map<String, String> states) {
        states.values().forEach(state -> state.lines().forEach(letters::add));
    }

    @Override
    protected void deliver(String sender, String line) {
        letters.add(line);
    }
}
