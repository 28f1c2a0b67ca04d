package org.flushspread.course.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.flushspread.course.api.Game;
import org.flushspread.course.world.GroupJudge;
import org.flushspread.course.world.GroupWorld;
import org.flushspread.course.world.Server;
import org.flushspread.simulation.Chance;

/** Two players, x and o, who turn to another server when one does not answer. */
final class GameJudge extends GroupJudge<Game> {
    private final List<String> accepted = new ArrayList<>();
    private final Map<String, Server<Game>> asked = new LinkedHashMap<>();
    private int attempts;

    GameJudge(GroupWorld<Game> world, Chance chance) {
        super(world, chance);
    }

    private String move(int turn) {
        return (turn % 2 == 0 ? "x" : "o") + "-moves-" + turn + ".";
    }

    @Override
    protected void work(Server<Game> server) {
        // Sometimes patient, sometimes not: the same move at two servers at once.
        if (asked.isEmpty() || chance.nextInt(4) == 0) {
            play(server);
        }
    }

    private void play(Server<Game> server) {
        Game game = server.program();
        if (game == null) {
            return;
        }
        int turn = accepted.size();
        String move = move(turn);
        int attempt = ++attempts;
        String again = asked.isEmpty() ? "" : " again, having heard nothing";
        asked.put(server.life(), server);
        tell(server, "is asked for the move " + move + again);
        String life = server.life();
        server.call("play", () -> game.play(turn, move, () -> accepted(server, life, turn, attempt)));
    }

    private void accepted(Server<Game> server, String life, int turn, int attempt) {
        String move = move(turn);
        tell(server, "tells the player that " + move + " is accepted");
        if (!life.equals(server.life())) {
            return;
        }
        if (!server.isInMajority()) {
            throw broken(
                    "a move is accepted only where most of all servers are in the view",
                    life + " accepts " + move + " (attempt " + attempt + ") alone: the others cannot know of it",
                    move);
        }
        Game game = server.program();
        if (game != null
                && (game.board().size() <= turn || !game.board().get(turn).equals(move))) {
            throw broken(
                    "a move that is accepted is on the board",
                    life + " accepts " + move + " for turn " + turn + ", and its board is " + game.board(),
                    move);
        }
        if (turn == accepted.size()) {
            accepted.add(move);
            asked.clear();
        }
    }

    @Override
    protected void look(Server<Game> server) {
        Game game = server.program();
        if (game == null) {
            return;
        }
        List<String> board = List.copyOf(game.board());
        for (int i = 0; i < board.size(); i++) {
            if (board.indexOf(board.get(i)) < i) {
                throw broken(
                        "no move is made twice",
                        server.life() + " has " + board.get(i) + " on turn " + board.indexOf(board.get(i))
                                + " and on turn " + i,
                        board.get(i));
            }
            if (!board.get(i).equals(move(i))) {
                throw broken(
                        "each turn has the move of its player",
                        server.life() + " has " + board.get(i) + " on turn " + i,
                        board.get(i),
                        move(i));
            }
        }
    }

    @Override
    protected void lastWords() {
        asked.clear();
        servers().stream().findFirst().ifPresent(this::play);
    }

    @Override
    protected void end() {
        for (Server<Game> each : servers()) {
            Game game = each.program();
            List<String> board = game == null ? List.of() : game.board();
            for (int i = 0; i < accepted.size(); i++) {
                if (i >= board.size()) {
                    throw broken(
                            "a move that was accepted is on all boards for ever",
                            accepted.get(i) + " was accepted, and the board of " + each.life() + " has " + board.size()
                                    + " moves",
                            accepted.get(i));
                }
            }
        }
        if (!asked.isEmpty()) {
            throw broken(
                    "the game goes on when all are well",
                    move(accepted.size()) + " was asked for when all was healed, and is not accepted",
                    move(accepted.size()));
        }
    }
}
