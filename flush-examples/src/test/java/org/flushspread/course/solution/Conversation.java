package org.flushspread.course.solution;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.flushspread.client.Service;
import org.flushspread.course.api.Place;
import org.flushspread.course.api.Program;
import org.flushspread.course.api.StateExchange;
import org.flushspread.flush.DataMessage;
import org.flushspread.flush.FlushRequest;
import org.flushspread.flush.View;
import org.jspecify.annotations.Nullable;

/**
 * What the solutions have in common: in each view members first say what they have, and work begins when all have spoken. What is to be said
 * before is kept until then.
 */
public abstract class Conversation implements Program {
    private final Deque<String> unsent = new ArrayDeque<>();
    private @Nullable Place place;
    private @Nullable StateExchange exchange;
    private @Nullable View view;
    /** All have spoken in this view. */
    private boolean merged;
    /** This member has consented to a change. */
    private boolean asked;
    /** The view is breaking: a message is delivered to those that go on together, and perhaps to nobody else. */
    private boolean breaking;

    /** All that this member has, as text. */
    protected abstract String state();

    /** All members of the view have said what they have. Called everywhere at the same place of the order. */
    protected abstract void merge(Map<String, String> states);

    protected abstract void deliver(String sender, String text);

    @Override
    public void start(Place here) {
        place = here;
        exchange = new StateExchange(here.group());
    }

    @Override
    public void onView(View now) {
        view = now;
        merged = false;
        asked = false;
        breaking = false;
        exchange().begin(now, state());
    }

    @Override
    public void onTransition() {
        breaking = true;
    }

    @Override
    public void onFlushRequest(FlushRequest request) {
        asked = true;
    }

    @Override
    public void onMessage(DataMessage message) {
        if (!exchange().take(message)) {
            deliver(message.sender(), message.text());
        } else if (exchange().isComplete()) {
            merged = true;
            merge(exchange().states());
            sendRest();
        }
    }

    private void sendRest() {
        while (maySend() && !unsent.isEmpty()) {
            put(next(unsent));
        }
    }

    protected String next(Deque<String> waiting) {
        return waiting.remove();
    }

    /** Sends now, or when that is possible. */
    protected final void send(String text) {
        if (maySend()) {
            put(text);
        } else {
            unsent.add(text);
        }
    }

    protected final boolean maySend() {
        return merged && !asked;
    }

    protected void put(String text) {
        place().group().multicast(service(), text);
    }

    protected Service service() {
        return Service.AGREED;
    }

    protected final Place place() {
        return Objects.requireNonNull(place, "start is called first");
    }

    private StateExchange exchange() {
        return Objects.requireNonNull(exchange, "start is called first");
    }

    protected final View view() {
        return Objects.requireNonNull(view, "there is no view yet");
    }

    protected final boolean isMerged() {
        return merged;
    }

    protected final boolean isBreaking() {
        return breaking;
    }

    protected final boolean isLeader() {
        return view != null && view().myIndex() == 0;
    }

    /** True if so many members are most of all servers. Two majorities have a member in common. */
    protected boolean isMajority(int members) {
        return 2 * members > place().servers();
    }

    protected final boolean isInMajority() {
        return view != null && isMajority(view().members().size());
    }

    /** False if this member has come, together with most of all servers, into a view of most of them; else what it has may be old. */
    protected final boolean isOutsider() {
        return !isInMajority() || !isMajority(view().transitional().size());
    }

    // ---- for states of which one is right: the first line is the number of majorities that have had it

    protected static int epoch(String state) {
        return Integer.parseInt(state.lines().findFirst().orElse("0"));
    }

    /** The state of those that have been in the latest majority; of these the longest, and the first one said. */
    protected static String best(Map<String, String> states) {
        String best = "0";
        for (String each : states.values()) {
            if (epoch(each) > epoch(best) || epoch(each) == epoch(best) && each.length() > best.length()) {
                best = each;
            }
        }
        return best;
    }

    /** What stands behind the first line. */
    protected static List<String> content(String state) {
        return new ArrayList<>(state.lines().skip(1).toList());
    }
}
