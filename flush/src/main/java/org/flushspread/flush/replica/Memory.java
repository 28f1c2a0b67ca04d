package org.flushspread.flush.replica;

import java.util.List;
import org.flushspread.kernel.base.InvariantViolation;

/**
 * What a member must not forget, apart from its state: which history it belongs to, the newest primary of it, what it has promised by its
 * votes (replica-protocol R3 to R6). Primary and attempts are of its own history, but for attempts to found another one: they are
 * promises too, and count in the history that they found.
 */
final class Memory {
    final MemberId id;
    private final boolean observer;
    private Lineage lineage;
    private Primary lastPrimary;
    private List<Primary> attempts;
    private long highest;
    private boolean detached;

    /** @param observer true if it has no vote: it promises nothing more (R36) */
    Memory(Metadata known, boolean observer) {
        this.observer = observer;
        this.id = known.self();
        this.lineage = known.lineage();
        this.lastPrimary = known.lastPrimary();
        this.attempts = known.attempts();
        this.highest = known.highest();
    }

    Lineage lineage() {
        return lineage;
    }

    Primary lastPrimary() {
        return lastPrimary;
    }

    List<Primary> attempts() {
        return attempts;
    }

    long highest() {
        return highest;
    }

    boolean isDetached() {
        return detached;
    }

    Metadata metadata(Version version) {
        return new Metadata(id, lineage, lastPrimary, attempts, highest, version.epoch(), version.index());
    }

    /** Somebody has used this number. */
    void saw(long number) {
        highest = Math.max(highest, number);
    }

    /** The connection is gone, and with it perhaps what was confirmed to others, if that is kept in memory alone (R12). */
    void detach(boolean durable) {
        detached |= !durable && (!lineage.equals(Lineage.NONE) || !attempts.isEmpty());
    }

    /** This member has the newest state and goes on with what all of them remember. */
    void adopt(Decision now) {
        if (observer) {
            follow(now);
            return;
        }
        lastPrimary = now.lastPrimary;
        List<Primary> remembered = now.unresolved();
        for (Primary attempt : attempts) {
            if (!now.counts(attempt) && !attempt.isResolved(now.lastPrimary, now.present)) {
                remembered = Primary.with(remembered, attempt);
            }
        }
        remember(remembered);
    }

    /**
     * This observer has the newest state. What it was told here is what it remembers, but for a newer primary that it was a member of itself:
     * it may know that it was formed, and those who decide may not (R36). Those who follow a person need not know what it has promised (R6).
     */
    private void follow(Decision now) {
        if (now.forced) {
            return;
        }
        boolean knowsMore =
                lastPrimary.lineage().equals(now.lineage) && lastPrimary.number() > now.lastPrimary.number();
        Primary last = knowsMore ? lastPrimary : now.lastPrimary;
        lastPrimary = last;
        remember(now.unresolved().stream()
                .filter(each -> each.number() > last.number())
                .toList());
    }

    /** What is remembered once this attempt has this member's vote. */
    List<Primary> withVote(Primary attempt) {
        return Primary.with(attempts, attempt);
    }

    /** This member votes for an attempt, or takes over what others remember. */
    void remember(List<Primary> unresolved) {
        attempts = List.copyOf(unresolved);
        for (Primary attempt : attempts) {
            if (attempt.lineage().equals(lineage) && attempt.number() <= lastPrimary.number()) {
                throw new InvariantViolation(
                        "replica-protocol R4: what is unresolved has a greater number than the last primary",
                        attempt + " is remembered beside " + lastPrimary);
            }
        }
    }

    /**
     * All votes of an attempt are there, and the state is that of its members.
     *
     * @param formed false if they came too late to be known by all of them, and at those who are no members of it: that a primary was
     *     formed is known by a member of it, or by nobody (R8)
     */
    void complete(Primary done, boolean formed) {
        if (!done.lineage().equals(lineage)) {
            // What was promised to the history before says nothing in the new one, and this member will not act in the
            // old one again.
            lineage = done.lineage();
            lastPrimary = Primary.NONE;
            attempts = attempts.stream()
                    .filter(each -> each.lineage().equals(done.lineage()))
                    .toList();
        }
        if (formed) {
            lastPrimary = done;
            attempts = List.of();
            detached = false;
        } else {
            remember(Primary.with(attempts, done));
        }
    }

    /** Tests each against each. */
    void audit() {
        for (Primary attempt : attempts) {
            if (attempts.stream().filter(each -> each.standsFor(attempt)).count() > 1) {
                throw new InvariantViolation(
                        "replica-protocol R13: no attempt is remembered that another one stands for",
                        attempt + " among " + attempts);
            }
            if (attempt.number() > highest) {
                throw new InvariantViolation(
                        "replica-protocol R5: the next number is greater than everything that is remembered",
                        attempt + " is remembered, the greatest number seen is " + highest);
            }
        }
        if (!lastPrimary.equals(Primary.NONE) && !lastPrimary.lineage().equals(lineage)) {
            throw new InvariantViolation(
                    "replica-protocol R4: the last primary is one of the member's own history",
                    lastPrimary + " of a member of " + lineage);
        }
    }

    /** The newest state was loaded, as it was when the view began. */
    void load(Decision now) {
        if (observer) {
            lastPrimary = lineage.equals(now.lineage) ? lastPrimary : Primary.NONE;
        }
        lineage = now.lineage;
        if (observer) {
            follow(now);
        } else {
            lastPrimary = now.lastPrimary;
            remember(now.unresolved());
        }
        detached = false;
    }
}
