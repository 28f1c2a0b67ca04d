package org.flushspread.flush.requests;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a client finds a desk, and the next one (replica-protocol R31). */
final class DeskSearch {
    private final long identity;
    private final RequesterLimits limits;
    private final ArrayDeque<String> candidates = new ArrayDeque<>();
    private String self = "";
    private @Nullable String desk;
    private long question;
    private long askAt;
    private long pause;

    DeskSearch(long identity, RequesterLimits limits) {
        this.identity = identity;
        this.limits = limits;
        this.question = identity >>> 1;
        this.pause = limits.askAgain();
    }

    void connected(String name, long now) {
        self = name;
        askAt = now;
        pause = limits.askAgain();
    }

    void disconnected() {
        self = "";
        desk = null;
        candidates.clear();
    }

    boolean isConnected() {
        return !self.isEmpty();
    }

    /** The desk of today; null while one is looked for. */
    @Nullable
    String desk() {
        return desk;
    }

    /** Goes on to the next desk that is known, or to none. */
    void next() {
        desk = candidates.poll();
    }

    /** When the next question is due. */
    long askAt() {
        return askAt;
    }

    RequestItem.Who ask(long now) {
        question++;
        askAt = now + pause;
        pause = Math.min(2 * pause, limits.askAgainAtMost());
        return new RequestItem.Who(question);
    }

    /** Somebody serves: the next search begins with short pauses. */
    void served() {
        pause = limits.askAgain();
    }

    /** Takes the desks at the own daemon first, then the others, each client beginning at another one; true if one is there now. */
    boolean found(RequestItem.Here here) {
        if (here.number() != question || desk != null || here.desks().isEmpty()) {
            return false;
        }
        candidates.clear();
        List<String> all = here.desks();
        int first = (int) Math.floorMod(identity, (long) all.size());
        String daemon = daemon(self);
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < all.size(); i++) {
                String each = all.get((first + i) % all.size());
                if (daemon(each).equals(daemon) == (pass == 0)) {
                    candidates.add(each);
                }
            }
        }
        next();
        return true;
    }

    private static String daemon(String privateGroup) {
        return privateGroup.substring(privateGroup.lastIndexOf('#') + 1);
    }
}
