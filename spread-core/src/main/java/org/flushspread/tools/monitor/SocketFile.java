package org.flushspread.tools.monitor;

import java.util.List;

/** Where local clients look for the unix domain socket stands something else. */
final class SocketFile implements Check {
    @Override
    public List<Finding> judge(Facts facts) {
        return switch (facts.socketFile) {
            case NONE, ANSWERS -> List.of();
            case STALE ->
                List.of(new Finding(
                        "stale-socket",
                        facts.socketPath + " is a socket that nobody listens to, left by a daemon that was killed",
                        "remove it; a daemon of the same user replaces it when it starts"));
            case NO_SOCKET ->
                List.of(new Finding(
                        "stale-socket",
                        facts.socketPath + ", where clients look for the daemon's socket, is no socket",
                        "move it away"));
            case FORBIDDEN ->
                List.of(new Finding(
                        "socket-forbidden",
                        "this user may not use " + facts.socketPath + ", the daemon's socket",
                        "let the daemon make it for all (mode 0666), or connect by TCP with port@host"));
        };
    }
}
