package org.flushspread.course.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.flushspread.course.api.Lock;
import org.flushspread.course.world.GroupJudge;
import org.flushspread.course.world.GroupWorld;
import org.flushspread.course.world.Server;
import org.flushspread.flush.View;
import org.flushspread.simulation.Chance;

/** Processes that want the lock, and what it protects. */
final class LockJudge extends GroupJudge<Lock> {
    private enum Wish {
        NONE,
        WAITS,
        HOLDS
    }

    private final Map<String, Wish> wishes = new HashMap<>();
    private final Map<String, Long> fences = new HashMap<>();
    private final Set<String> served = new HashSet<>();
    private long highest = Long.MIN_VALUE;
    private String highestAt = "nobody";
    private boolean last;

    LockJudge(GroupWorld<Lock> world, Chance chance) {
        super(world, chance);
    }

    private Wish wish(Server<Lock> server) {
        return wishes.getOrDefault(server.life(), Wish.NONE);
    }

    @Override
    protected void work(Server<Lock> server) {
        if (wish(server) == Wish.NONE) {
            acquire(server);
        } else if (wish(server) == Wish.HOLDS && chance.nextInt(3) > 0) {
            release(server);
        }
    }

    private void acquire(Server<Lock> server) {
        Lock lock = server.program();
        if (lock != null) {
            wishes.put(server.life(), Wish.WAITS);
            tell(server, "acquires the lock, and waits");
            server.call("acquire", lock::acquire);
        }
    }

    private void release(Server<Lock> server) {
        Lock lock = server.program();
        if (lock != null) {
            wishes.put(server.life(), Wish.NONE);
            fences.remove(server.life());
            tell(server, "releases the lock");
            server.call("release", lock::release);
        }
    }

    @Override
    protected void look(Server<Lock> server) {
        Lock lock = server.program();
        if (lock == null) {
            return;
        }
        String who = server.life();
        Long before = fences.get(who);
        Long now = lock.fence().isPresent() ? Long.valueOf(lock.fence().getAsLong()) : null;
        if (now == null) {
            if (before != null) {
                tell(server, "sees that it has lost the lock");
                fences.remove(who);
                wishes.put(who, Wish.NONE);
            }
        } else if (!server.isInMajority()) {
            throw broken(
                    "nobody has the lock in a view without most of all servers",
                    who + " has the lock with number " + now + " in the view of " + view(server)
                            + "; the others cannot know, and may grant it again",
                    "lock");
        } else if (!now.equals(before)) {
            granted(server, now);
        }
        if (last && wish(server) == Wish.HOLDS) {
            release(server);
        }
    }

    private static String view(Server<Lock> server) {
        View view = server.view();
        return view == null ? "nobody" : view.members().size() == 1 ? "itself alone" : String.valueOf(view.members());
    }

    private void granted(Server<Lock> server, long number) {
        String who = server.life();
        tell(server, "has the lock with number " + number);
        if (wish(server) == Wish.NONE) {
            throw broken("nobody has the lock that did not ask for it", who + " has it", "lock");
        }
        View here = server.view();
        for (Server<Lock> other : servers()) {
            View its = other.view();
            if (other != server
                    && here != null
                    && its != null
                    && here.id().equals(its.id())
                    && fences.containsKey(other.life())) {
                throw broken(
                        "in one view one process at the most has the lock",
                        who + " gets the lock with number " + number + ", while " + other.life()
                                + " has it with number " + fences.get(other.life()) + " in the same view",
                        "lock");
            }
        }
        if (number <= highest) {
            throw broken(
                    "each grant has a greater number than all before",
                    who + " gets the lock with number " + number + ", and " + highestAt + " had it with number "
                            + highest + ": what the lock protects cannot tell who of the two is late",
                    "lock");
        }
        highest = number;
        highestAt = who;
        wishes.put(who, Wish.HOLDS);
        fences.put(who, number);
        served.add(who);
    }

    @Override
    protected void lastWords() {
        last = true;
        served.clear();
        for (Server<Lock> each : servers()) {
            if (wish(each) == Wish.NONE) {
                acquire(each);
            } else {
                look(each);
            }
        }
    }

    @Override
    protected void end() {
        for (Server<Lock> each : servers()) {
            if (wish(each) == Wish.WAITS) {
                throw broken(
                        "who waits for the lock gets it, when those before have released it or are gone",
                        each.life() + " waits for ever; the last one that had it is " + highestAt + ", with number "
                                + highest,
                        "lock");
            }
        }
    }
}
