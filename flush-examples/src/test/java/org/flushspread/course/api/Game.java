package org.flushspread.course.api;

import java.util.List;

/** Exercise 3: a server of a turn-based game. */
public interface Game extends Program {
    /**
     * A player makes a move at this server. A player that is not told that it was accepted makes the same move again, here or at another
     * server: perhaps the first attempt has come through.
     *
     * @param turn from 0; each turn has one move
     * @param accepted tells the player, who will rely on it
     */
    void play(int turn, String move, Runnable accepted);

    /** The moves of all turns so far. */
    List<String> board();
}
