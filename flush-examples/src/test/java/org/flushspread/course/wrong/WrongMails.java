package org.flushspread.course.wrong;

import java.util.Deque;
import java.util.Map;
import java.util.TreeSet;
import org.flushspread.client.Service;
import org.flushspread.course.solution.Mail;

/** Mail services as beginners build them. */
public final class WrongMails {
    private WrongMails() {}

    /** Sends by a service without order: a reply may overtake its question. */
    public static final class AnyOrder extends Mail {
        @Override
        protected Service service() {
            return Service.RELIABLE;
        }
    }

    /** Sorts what was missed by the alphabet. */
    public static final class SortsMissedLetters extends Mail {
        @Override
        protected void merge(Map<String, String> states) {
            TreeSet<String> missed = new TreeSet<>();
            states.values().forEach(state -> state.lines().forEach(missed::add));
            letters.addAll(missed);
        }
    }

    /** Posts what had to wait in the wrong order. */
    public static final class LastLetterFirst extends Mail {
        @Override
        protected String next(Deque<String> waiting) {
            return waiting.removeLast();
        }
    }

    /** Keeps letters to its own server alone: they die with it. */
    public static final class KeepsItsOwn extends Mail {
        @Override
        protected void deliver(String sender, String line) {
            String to = line.substring(0, line.indexOf(' '));
            if (to.contains(place().me().substring(1, 2))) {
                super.deliver(sender, line);
            }
        }
    }
}
