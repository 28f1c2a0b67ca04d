package org.flushspread.flush.replica;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A user of a session who asks again, at any member, until there is an answer, who asks for old answers, and who begins the session again. The
 * answer to a number is the same whenever it comes (replica-protocol R21).
 */
final class SessionUser {
    private static final int PATIENCE = 30;

    private final int place;
    private final LongSupplier commands;
    private final Map<Long, Object> answers = new HashMap<>();
    private int lives;
    private String name = "";
    private Sessions.@Nullable Begun session;
    private Lineage history = Lineage.NONE;
    private long highest;
    /** Beginnings whose outcome is not known. */
    private int beginnings;

    private int waited;

    SessionUser(int place, LongSupplier commands) {
        this.place = place;
        this.commands = commands;
        forget();
    }

    /** Another one, of whom nobody has heard. */
    private void forget() {
        name = "s" + place + "." + ++lives;
        session = null;
        answers.clear();
        highest = 0;
        beginnings = 0;
        waited = 0;
    }

    void act(Random random, Member member) {
        Sessions.Begun now = session;
        if (beginnings > 0 && ++waited > PATIENCE) {
            forget();
        } else if (beginnings == 0 && (now == null || random.nextInt(30) == 0)) {
            begin(member);
        } else if (now != null && (highest == 0 || answers.containsKey(highest))) {
            boolean old = highest > 0 && random.nextInt(3) == 0;
            ask(member, now, old ? Math.max(1, highest - random.nextInt(5)) : ++highest);
        } else if (now != null && random.nextInt(3) == 0) {
            ask(member, now, highest);
        }
    }

    private void begin(Member member) {
        String of = name;
        beginnings++;
        member.users.ask(ListMachine.begin(of), 0, answer -> {
            if (of.equals(name)) {
                beginnings = 0;
                waited = 0;
                begun(member, (Sessions.Begun) Objects.requireNonNull(answer));
            }
        });
    }

    private void begun(Member member, Sessions.Begun answer) {
        boolean same = member.replica.lineage().equals(history);
        if (!same && session != null) {
            forget(); // all that was kept in memory is lost
            return;
        }
        if (same && !answers.isEmpty() && answer.highest() < Collections.max(answers.keySet())) {
            throw new Violation("SessionsAreExact", name + " begins with " + answer.highest() + ", and has " + answers);
        }
        history = member.replica.lineage();
        session = answer;
    }

    private void ask(Member member, Sessions.Begun in, long number) {
        String of = name;
        long command = ListMachine.SESSION_COMMANDS + commands.getAsLong();
        member.users.ask(member.machine.command(in.id(), number, of, command), command, answer -> {
            if (of.equals(name)) {
                answered(member, in, number, Objects.requireNonNull(answer));
            }
        });
    }

    private void answered(Member member, Sessions.Begun in, long number, Object answer) {
        if (!member.replica.lineage().equals(history)) {
            forget();
        } else if (!member.machine.isOver(answer)) {
            Object before = answers.putIfAbsent(number, answer);
            if (before != null && !before.equals(answer)) {
                throw new Violation(
                        "SessionsAreExact",
                        name + " " + number + " was answered " + before + ", and by " + member + " " + answer);
            }
        } else if (in.equals(session) && beginnings == 0) {
            throw new Violation("SessionsAreExact", name + " is over at " + member + ", and nobody has begun it again");
        }
    }
}
