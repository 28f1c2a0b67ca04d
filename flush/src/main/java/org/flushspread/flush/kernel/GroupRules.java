package org.flushspread.flush.kernel;

/**
 * How the groups of a connection are run.
 *
 * @param limits what is kept at the most
 * @param oursAlone true if no member of the C library can be in the groups, so that rules that differ from its own are kept (flush-protocol
 *     3.6)
 * @param patienceNanos how long a member may be silent while others wait for its consent before it is excluded (exclusion E3); 0 if nobody
 *     ever is. All members of a group have the same kind
 */
public record GroupRules(FlushLimits limits, boolean oursAlone, long patienceNanos) {
    public GroupRules {
        if (patienceNanos < 0 || (patienceNanos > 0 && !oursAlone)) {
            throw new IllegalArgumentException("members of the C library cannot follow an exclusion");
        }
    }

    /** With members of the C library, perhaps. */
    public static GroupRules mixed(FlushLimits limits) {
        return new GroupRules(limits, false, 0);
    }

    /** Members of this library alone, who wait for each other as long as it takes. */
    public static GroupRules ours(FlushLimits limits) {
        return new GroupRules(limits, true, 0);
    }

    /** Members of this library alone, who go on without those that do not answer. */
    public static GroupRules excluding(FlushLimits limits, long patienceNanos) {
        return new GroupRules(limits, true, patienceNanos);
    }

    boolean excludes() {
        return patienceNanos > 0;
    }
}
