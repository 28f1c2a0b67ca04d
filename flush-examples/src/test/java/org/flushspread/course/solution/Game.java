package org.flushspread.course.solution;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flushspread.client.Service;

/**
 * A move is accepted when it has come as a SAFE message while the view was whole: then each member has it, or is dead. In a view that is breaking
 * that is not sure, and is found out in the next one.
 */
public class Game extends Conversation implements org.flushspread.course.api.Game {
    /** A move that the player waits for. */
    private record Attempt(String move, Runnable accepted) {}

    protected final List<String> board = new ArrayList<>();
    private final Map<Integer, Attempt> waiting = new HashMap<>();
    private int epoch;

    @Override
    protected Service service() {
        return Service.SAFE;
    }

    @Override
    public void play(int turn, String move, Runnable accepted) {
        waiting.put(turn, new Attempt(move, accepted));
        if (maySend()) {
            put(turn + " " + move);
        }
    }

    @Override
    public List<String> board() {
        return board;
    }

    @Override
    protected void deliver(String sender, String text) {
        if (!isInMajority()) {
            return;
        }
        int turn = Integer.parseInt(text.substring(0, text.indexOf(' ')));
        String move = text.substring(text.indexOf(' ') + 1);
        place(turn, move);
        if (!isBreaking()) {
            answer(turn);
        }
    }

    /** A move that is repeated is there already. */
    protected void place(int turn, String move) {
        if (turn == board.size()) {
            board.add(move);
        }
    }

    private void answer(int turn) {
        Attempt attempt = waiting.get(turn);
        if (attempt != null && turn < board.size()) {
            waiting.remove(turn);
            if (board.get(turn).equals(attempt.move())) {
                attempt.accepted().run();
            }
        }
    }

    @Override
    protected String state() {
        return epoch + "\n" + String.join("\n", board);
    }

    @Override
    protected void merge(Map<String, String> states) {
        if (!isInMajority()) {
            return;
        }
        String best = best(states);
        epoch = epoch(best) + 1;
        board.clear();
        board.addAll(content(best));
        for (int turn : List.copyOf(waiting.keySet())) {
            answer(turn);
        }
        if (maySend()) {
            waiting.forEach((turn, attempt) -> put(turn + " " + attempt.move()));
        }
    }
}
