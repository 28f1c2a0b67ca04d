package org.flushspread.daemon;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Password checks that wait for their turn, so that a flood of wrong passwords keeps nobody out (client-protocol 2.6). Each costs tens of
 * milliseconds; one thread does them.
 *
 * <ul>
 *   <li>Users that exist come first, one check of each and of each address in turn: neither names that nobody has nor many tries for one name
 *       delay another user by more than one check for each user and address from which it is tried.
 *   <li>A yes is said at once, a no in the order of arrival, so that the time of a no tells nothing about who exists.
 *   <li>A check whose client has gone is not made.
 * </ul>
 *
 * Any thread may call.
 */
final class PasswordChecks {
    /** Whose checks follow each other. */
    private record Claim(String user, long network) {}

    private static final class Check {
        final Claim claim;
        final BooleanSupplier proof;
        final BooleanSupplier wanted;
        final Consumer<Boolean> verdict;
        boolean refused = true;
        boolean over;

        Check(Claim claim, BooleanSupplier proof, BooleanSupplier wanted, Consumer<Boolean> verdict) {
            this.claim = claim;
            this.proof = proof;
            this.wanted = wanted;
            this.verdict = verdict;
        }
    }

    private volatile PasswordFile passwords;
    private final ThreadPoolExecutor thread;
    private final int most;

    private final Object lock = new Object();
    /** All that have no answer yet, in the order of arrival. */
    private final ArrayDeque<Check> arrived = new ArrayDeque<>();
    /** Checks of users that exist, in the order of their turns. */
    private final Map<Claim, ArrayDeque<Check>> known = new LinkedHashMap<>();

    private final ArrayDeque<Check> unknown = new ArrayDeque<>();

    /**
     * @param thread one thread, with room for as many tasks as there are checks
     * @param most checks that may wait; more are refused at once
     */
    PasswordChecks(PasswordFile passwords, ThreadPoolExecutor thread, int most) {
        this.passwords = passwords;
        this.thread = thread;
        this.most = most;
    }

    /** The file that is in force. */
    PasswordFile passwords() {
        return passwords;
    }

    /** Another file is in force, for checks that wait too. */
    void passwords(PasswordFile now) {
        passwords = now;
    }

    /**
     * Checks a password.
     *
     * @param network from where it is tried, see {@link ClientAddress#network}
     * @param wanted whether the client is still there
     * @param verdict called once, by this thread or the one that checks; not at all if the client has gone
     */
    void check(String user, long network, byte[] password, BooleanSupplier wanted, Consumer<Boolean> verdict) {
        check(user, network, () -> passwords.accepts(user, password), wanted, verdict);
    }

    /** As {@link #check(String, long, byte[], BooleanSupplier, Consumer)}, for any other proof; it is asked for on the thread of checks. */
    void check(String user, long network, BooleanSupplier proof, BooleanSupplier wanted, Consumer<Boolean> verdict) {
        Check check = new Check(new Claim(user, network), proof, wanted, verdict);
        boolean room;
        synchronized (lock) {
            room = arrived.size() < most;
            if (room) {
                arrived.add(check);
                if (passwords.has(user)) {
                    known.computeIfAbsent(check.claim, none -> new ArrayDeque<>())
                            .add(check);
                } else {
                    unknown.add(check);
                }
            }
        }
        if (!room) {
            verdict.accept(false);
            return;
        }
        try {
            thread.execute(this::next);
        } catch (RejectedExecutionException closed) {
            verdict.accept(false);
        }
    }

    private void next() {
        Check check = take();
        if (check == null) {
            return;
        }
        boolean accepted = false;
        try {
            accepted = check.wanted.getAsBoolean() && check.proof.getAsBoolean();
        } finally {
            synchronized (lock) {
                check.over = true;
                check.refused = !accepted;
            }
            if (accepted) {
                check.verdict.accept(true);
            }
            sayNo();
        }
    }

    private @Nullable Check take() {
        synchronized (lock) {
            if (known.isEmpty()) {
                return unknown.poll();
            }
            Map.Entry<Claim, ArrayDeque<Check>> first =
                    known.entrySet().iterator().next();
            ArrayDeque<Check> checks = first.getValue();
            // The newest: who waits behind tries for his own name is no better off than without a turn.
            Check check = checks.pollLast();
            known.remove(first.getKey());
            if (!checks.isEmpty()) {
                known.put(first.getKey(), checks);
            }
            return check;
        }
    }

    /** Answers what is over at the head of the queue. */
    private void sayNo() {
        while (true) {
            Check head;
            synchronized (lock) {
                head = arrived.peek();
                if (head == null || !head.over) {
                    return;
                }
                arrived.remove();
            }
            if (head.refused && head.wanted.getAsBoolean()) {
                head.verdict.accept(false);
            }
        }
    }
}
