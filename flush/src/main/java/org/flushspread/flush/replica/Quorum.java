package org.flushspread.flush.replica;

/**
 * When members may form a primary component. Always: a majority of the primary before it (exactly half will do, if the first member
 * of that primary is among them), and the same of every later attempt whose outcome is not known.
 *
 * @param members how many members the group is meant to have; 0 if no number was given
 */
public record Quorum(int members) {
    public Quorum {
        if (members < 0) {
            throw new IllegalArgumentException("a group cannot have " + members + " members");
        }
    }

    /**
     * No more than that: the primary may shrink down to one member, as long as each has a majority of the one before. A new history
     * must be founded by a member that is told to.
     */
    public static Quorum dynamicMajority() {
        return new Quorum(0);
    }

    /**
     * In addition a primary has more than {@code n / 2} members. A new history begins when all {@code n} are present, or more than half
     * of them if all have a durable store. Never run more than {@code n} members.
     */
    public static Quorum majorityOf(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("majorityOf(" + n + "): a group has at least one member");
        }
        return new Quorum(n);
    }
}
