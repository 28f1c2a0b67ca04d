package org.flushspread.course.wrong;

import org.flushspread.client.Service;
import org.flushspread.course.solution.Game;

/** Game servers as beginners build them. */
public final class WrongGames {
    private WrongGames() {}

    /** Tells the player before the others know. */
    public static final class AcceptsAtOnce extends Game {
        @Override
        public void play(int turn, String move, Runnable accepted) {
            place(turn, move);
            super.play(turn, move, accepted);
            accepted.run();
        }
    }

    /** A move that the player makes again is made twice. */
    public static final class TakesMovesTwice extends Game {
        @Override
        protected void place(int turn, String move) {
            board.add(move);
        }
    }

    /** A server that is cut off plays on. */
    public static final class PlaysAlone extends Game {
        @Override
        protected boolean isMajority(int members) {
            return members > 0;
        }
    }

    /** Accepts a move when its own message has come back, which nobody else may have got. */
    public static final class AcceptsTooEarly extends Game {
        @Override
        protected Service service() {
            return Service.AGREED;
        }
    }

    /** Whoever comes late is not told what was played. */
    public static final class KeepsItsBoard extends Game {
        @Override
        protected String state() {
            return "0";
        }
    }
}
