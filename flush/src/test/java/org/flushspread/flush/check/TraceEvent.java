package org.flushspread.flush.check;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One entry of a trace: a call of a process, or something it received. */
public sealed interface TraceEvent {
    /** The private group of the connection; empty for {@link Quiet}. */
    String process();

    String group();

    record Joins(String process, String group) implements TraceEvent {}

    record Leaves(String process, String group) implements TraceEvent {}

    /** A successful flush call. */
    record Flushes(String process, String group) implements TraceEvent {}

    /**
     * A send call to a regular group.
     *
     * @param id counts all messages of the trace
     * @param receivers null for a multicast
     * @param code 0 if it was accepted
     */
    record Sends(
            String process,
            String group,
            int id,
            int service,
            short type,
            @Nullable List<String> receivers,
            int code) implements TraceEvent {}

    record Delivers(
            String process,
            String group,
            int id,
            String sender,
            int service,
            short type,
            @Nullable List<String> receivers)
            implements TraceEvent {}

    record Installs(
            String process,
            String group,
            ViewId id,
            List<String> members,
            int index,
            int cause,
            List<String> transitional)
            implements TraceEvent {
        List<String> excluded() {
            return id.excluded();
        }
    }

    record Transition(String process, String group) implements TraceEvent {}

    record FlushRequest(String process, String group) implements TraceEvent {}

    /** The others go on without this process (exclusion E7). */
    record Excluded(String process, String group) implements TraceEvent {}

    record SelfLeave(String process, String group) implements TraceEvent {}

    /** The connection ended; nothing more comes from this process. */
    record Ends(String process) implements TraceEvent {
        @Override
        public String group() {
            return "";
        }
    }

    /** A FLUSH_OK on the wire. */
    record Consents(String process, String group, ViewId id) implements TraceEvent {}

    /** What Spread told a process below the flush layer. */
    record SpreadMembership(String process, String group, ViewId id, List<String> members) implements TraceEvent {}

    /**
     * Everything is delivered and answered, but by some.
     *
     * @param memberships as in {@link Quiet}, of those who answer
     * @param absent processes that do not answer
     */
    record Rest(Map<String, SpreadMembership> memberships, Set<String> absent) implements TraceEvent {
        @Override
        public String process() {
            return "";
        }

        @Override
        public String group() {
            return "";
        }
    }

    /**
     * Everything is delivered and answered.
     *
     * @param memberships the Spread membership of each group as its members see it, by process and group
     * @param strangers processes that never answer
     */
    record Quiet(Map<String, SpreadMembership> memberships, Set<String> strangers) implements TraceEvent {
        @Override
        public String process() {
            return "";
        }

        @Override
        public String group() {
            return "";
        }

        public static String key(String process, String group) {
            return process + " " + group;
        }
    }
}
