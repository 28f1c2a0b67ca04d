package org.flushspread.course.wrong;

import java.util.Map;
import java.util.TreeSet;
import org.flushspread.course.solution.Chat;

/** Chats as beginners build them. */
public final class WrongChats {
    private WrongChats() {}

    /** What was said before a merge stays where it was. */
    public static final class LosesHistory extends Chat {
        @Override
        protected void merge(Map<String, String> states) {}
    }

    /** Shows a line before it has its place in the order. */
    public static final class EchoesAtOnce extends Chat {
        @Override
        public void say(String line) {
            lines.add(line);
            super.say(line);
        }
    }

    /** In a new view all take the longest history. */
    public static final class TakesTheLongest extends Chat {
        @Override
        protected void merge(Map<String, String> states) {
            String longest = "";
            for (String each : states.values()) {
                longest = each.length() > longest.length() ? each : longest;
            }
            lines.clear();
            longest.lines().forEach(lines::add);
        }
    }

    /** Sorts what was missed by the alphabet. */
    public static final class SortsMissedLines extends Chat {
        @Override
        protected void merge(Map<String, String> states) {
            TreeSet<String> missed = new TreeSet<>();
            states.values().forEach(state -> state.lines().forEach(missed::add));
            lines.addAll(missed);
        }
    }
}
