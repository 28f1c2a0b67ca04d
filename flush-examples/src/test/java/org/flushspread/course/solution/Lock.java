package org.flushspread.course.solution;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.flushspread.client.Service;
import org.flushspread.flush.View;

/**
 * All members have the same queue; who stands in front has the lock. Only a majority changes it, by SAFE messages, and grants nothing while its
 * view breaks: then each member that may go on without this one knows of the grant. In a new view those who are gone leave the queue.
 */
public class Lock extends Conversation implements org.flushspread.course.api.Lock {
    protected final List<String> queue = new ArrayList<>();
    protected long grants;
    private int epoch;
    private boolean wanted;
    /** It gave the lock back, and the others have not heard of it yet. */
    private boolean releasing;

    private OptionalLong fence = OptionalLong.empty();

    @Override
    protected Service service() {
        return Service.SAFE;
    }

    @Override
    public void acquire() {
        wanted = true;
        say("acquire");
    }

    @Override
    public void release() {
        wanted = false;
        releasing = true;
        fence = OptionalLong.empty();
        say("release");
    }

    /** What cannot be said now is found out in the next view. */
    private void say(String what) {
        if (maySend()) {
            put(what);
        }
    }

    @Override
    public OptionalLong fence() {
        return fence;
    }

    @Override
    public void onView(View now) {
        super.onView(now);
        if (isOutsider() && fence.isPresent()) {
            fence = OptionalLong.empty();
            wanted = false;
            releasing = true;
        }
    }

    @Override
    protected void deliver(String sender, String what) {
        if (!isInMajority()) {
            return;
        }
        String first = front();
        if (what.equals("release")) {
            queue.remove(sender);
            releasing &= !sender.equals(place().me());
        } else if (!queue.contains(sender)) {
            queue.add(sender);
        }
        grant(first);
    }

    private String front() {
        return queue.isEmpty() ? "" : queue.get(0);
    }

    private void grant(String before) {
        if (!queue.isEmpty() && !front().equals(before)) {
            grants++;
        }
        boolean mine = wanted && !releasing && front().equals(place().me());
        if (!mine) {
            fence = OptionalLong.empty();
        } else if (!isBreaking()) {
            fence = OptionalLong.of(grants);
        }
    }

    @Override
    protected String state() {
        return epoch + "\n" + grants + "\n" + String.join("\n", queue);
    }

    @Override
    protected void merge(Map<String, String> states) {
        if (!isInMajority()) {
            return;
        }
        adopt(best(states));
        String first = front();
        removeAbsent();
        boolean queued = queue.contains(place().me());
        releasing &= queued;
        grant(first);
        if (releasing) {
            say("release");
        }
        if (wanted && (releasing || !queued)) {
            say("acquire");
        }
    }

    protected void adopt(String state) {
        epoch = epoch(state) + 1;
        List<String> lines = content(state);
        queue.clear();
        if (!lines.isEmpty()) {
            grants = Long.parseLong(lines.get(0));
            queue.addAll(lines.subList(1, lines.size()));
        }
    }

    protected void removeAbsent() {
        queue.retainAll(view().members());
    }
}
