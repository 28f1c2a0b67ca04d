package org.flushspread.course.starter;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.client.Service;
import org.flushspread.course.api.Place;
import org.flushspread.flush.DataMessage;

/** Exercise 3, to begin with: it works while all are there from the beginning and nothing fails. The gaps are yours to fill. */
public class Game implements org.flushspread.course.api.Game {
    private final List<String> board = new ArrayList<>();
    private Place place;

    @Override
    public void start(Place here) {
        place = here;
    }

    @Override
    public void play(int turn, String move, Runnable accepted) {
        // TODO Sends are refused before the first view, and between the consent to a flush request and the next view.
        place.group().multicast(Service.AGREED, turn + " " + move);
        // TODO Is it? What if this server dies now, or nobody hears it?
        accepted.run();
    }

    @Override
    public void onMessage(DataMessage message) {
        String text = message.text();
        // TODO The turn stands before the move: what if the move is there already?
        board.add(text.substring(text.indexOf(' ') + 1));
    }

    // TODO onView: who comes late knows nothing. And which of two halves may go on?

    @Override
    public List<String> board() {
        return board;
    }
}
