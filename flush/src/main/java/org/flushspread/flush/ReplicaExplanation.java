package org.flushspread.flush;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.flushspread.flush.replica.MemberId;
import org.flushspread.flush.replica.Primary;
import org.flushspread.flush.replica.Replica;
import org.flushspread.flush.replica.ReplicaSettings;
import org.flushspread.flush.replica.Role;
import org.flushspread.flush.replica.SkippedCommand;
import org.jspecify.annotations.Nullable;

/** Says in a sentence how a member stands, what it waits for and since when. Used by the internal thread. */
final class ReplicaExplanation {
    /** What takes no longer than this is no news: a change of the view, a command on its way. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ReplicaSettings settings;
    private final Replica replica;
    private final ReplicaConnection connection;
    private final Tickets<?> tickets;

    ReplicaExplanation(ReplicaSettings settings, Replica replica, ReplicaConnection connection, Tickets<?> tickets) {
        this.settings = settings;
        this.replica = replica;
        this.connection = connection;
        this.tickets = tickets;
    }

    ReplicaStatus status(Role role) {
        FlushDelayed delayed = connection.delayed();
        Duration oldest = tickets.oldest(System.nanoTime());
        SkippedCommand poisoned = replica.poisoned();
        return new ReplicaStatus(
                role,
                replica.isDecided(),
                replica.id(),
                replica.members(),
                replica.observers(),
                replica.silentMembers(),
                replica.catchingUp(),
                replica.version(),
                replica.lastPrimary(),
                replica.attempts(),
                tickets.waiting(),
                oldest,
                delayed,
                poisoned == null ? "" : poisoned.toString(),
                replica.difference(),
                null,
                explanation(role, delayed, oldest));
    }

    private String explanation(Role role, @Nullable FlushDelayed delayed, Duration oldest) {
        if (!connection.isConnected()) {
            return connection.trouble();
        }
        if (replica.members().isEmpty()) {
            return "the group has not let this member in yet" + (delayed == null ? "" : ": " + pending(delayed));
        }
        String obstacle = obstacle(role, delayed, oldest);
        String standing = switch (role) {
            case PRIMARY -> "in the primary component, with " + replica.members();
            case OBSERVER -> "an observer of the primary component of " + replica.voters();
            case CATCHING_UP -> "the state is on the way";
            case MINORITY -> replica.silentMembers().isEmpty() ? minority() : "nothing is decided yet";
        };
        return obstacle == null ? standing : standing + "; no progress: " + obstacle;
    }

    /** What keeps this member from going on; null if nothing does, or not for long. */
    private @Nullable String obstacle(Role role, @Nullable FlushDelayed delayed, Duration oldest) {
        if (!replica.silentMembers().isEmpty()) {
            return "members " + replica.silentMembers() + " have not said what they have";
        }
        if (delayed != null && delayed.age().compareTo(PATIENCE) > 0) {
            return pending(delayed);
        }
        if (!role.hasPrimary() || oldest.compareTo(PATIENCE) <= 0) {
            return null;
        }
        List<String> unwritten = replica.unwritten();
        return "the oldest of " + tickets.waiting() + " commands of this member waits since " + Patience.seconds(oldest)
                + (unwritten.isEmpty() ? ", and has not come back" : ", for the disks of " + unwritten);
    }

    private static String pending(FlushDelayed delayed) {
        return "a change of the group waits since " + Patience.seconds(delayed.age()) + " for the consent of "
                + delayed.missing();
    }

    private String minority() {
        if (replica.isRetired()) {
            return "this member, " + replica.id()
                    + ", was replaced for ever (ReplicatedStateMachine.replace); with an empty"
                    + " store it can join as a new one";
        }
        SkippedCommand poisoned = replica.poisoned();
        if (poisoned != null) {
            return "all who have the newest state are halted at command " + poisoned
                    + ", which none of them can apply: have it skipped (ReplicatedStateMachine.skip), or start them with a"
                    + " program that can";
        }
        if (replica.stateTooLarge() > 0) {
            return "the state has " + replica.stateTooLarge() + " bytes, and this member accepts at most "
                    + settings.stateBytes() + " (ReplicaOptions.limits)";
        }
        List<String> votes = replica.awaitedVotes();
        if (!votes.isEmpty()) {
            return "the votes of " + votes + " to become primary are awaited";
        }
        if (replica.isTransitional()) {
            return "somebody of " + replica.members() + " is lost or leaves; the next view decides who goes on";
        }
        Primary last = replica.lastPrimary();
        String present = "present are " + replica.members()
                + (replica.observers().isEmpty()
                        ? ""
                        : ", of whom " + replica.observers() + " observe and have no vote");
        if (last.number() > 0 || !replica.attempts().isEmpty()) {
            return present + ", not enough"
                    + (last.number() > 0 ? " of the last primary " + names(last) : "")
                    + (last.number() > 0 && !replica.attempts().isEmpty() ? " and" : "")
                    + replica.attempts().stream()
                            .map(each -> " of " + names(each) + ", who were about to become primary")
                            .collect(Collectors.joining(" and"));
        }
        int n = settings.quorum().members();
        return present + "; none of them has a history, and to found one takes "
                + (n == 0
                        ? "a member with founder(true)"
                        : settings.durable() ? "more than half of " + n + " members" : "all " + n + " members");
    }

    /** As people call them; with more of their identities where that names two. */
    static List<String> names(Primary primary) {
        List<String> names = primary.members().stream().map(MemberId::name).toList();
        return names.stream().distinct().count() == names.size()
                ? names
                : primary.members().stream().map(MemberId::toString).toList();
    }
}
