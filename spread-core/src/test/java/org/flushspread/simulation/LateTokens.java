package org.flushspread.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Tokens that lie in queues of the network until their receiver is in another ring than theirs. */
final class LateTokens {
    /** Tokens that lie on the way to a host at the most, one for each generation that can be told (ring-protocol 7.1); the oldest are lost. */
    private static final int LIMIT = 16;

    private final List<ArrayDeque<Token>> queues = new ArrayList<>();

    /** The host that sent it, the datagram, and what it is if the ring is not sealed. */
    record Token(int from, byte[] wire, byte[] plain) {}

    LateTokens(int hosts) {
        for (int i = 0; i < hosts; i++) {
            queues.add(new ArrayDeque<>());
        }
    }

    void add(int to, Token token) {
        ArrayDeque<Token> queue = queues.get(to);
        if (queue.size() == LIMIT) {
            queue.removeFirst();
        }
        queue.add(token);
    }

    /** What arrives at a host that has a new membership. */
    List<Token> arrivals(Host to) {
        List<Token> arrivals = new ArrayList<>();
        queues.get(to.number()).removeIf(each -> to.mayGetLate(each.plain()) && arrivals.add(each));
        return arrivals;
    }

    /** Nothing arrives any more. */
    void calm() {
        queues.forEach(ArrayDeque::clear);
    }
}
