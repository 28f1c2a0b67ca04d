package org.flushspread.flush.replica;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What users ask of a member in a simulation, and what becomes of it: each command and read has a ticket, and ends once. */
final class UserCommands {
    private final Member member;
    private final List<Observer> observers;
    private long tickets;
    private final Map<Long, Long> commands = new HashMap<>();
    /** Where in the history the command of a ticket stands. */
    private final Map<Long, Long> places = new HashMap<>();
    /** Commands that may still be withdrawn, and what reads have found. */
    private final TreeSet<Long> unsent = new TreeSet<>();
    /** Commands that the replica does not yet know to be withdrawn. */
    private final Set<Long> withdrawn = new HashSet<>();

    /** Entries that only say the time, those of sessions, and what these have been answered. */
    private final Set<Long> times = new HashSet<>();

    private final Map<Long, Consumer<@Nullable Object>> asked = new HashMap<>();
    private final Map<Long, @Nullable Object> answers = new HashMap<>();
    /** Requests of clients, whose ends the desk is told, and what those that read have found. */
    private final Map<Long, BiConsumer<@Nullable Object, @Nullable Failure>> requests = new HashMap<>();

    private final Map<Long, List<String>> done = new HashMap<>();
    private final Map<Long, List<Long>> reads = new HashMap<>();
    private final Set<Long> openReads = new HashSet<>();
    private final Map<Long, Object> questions = new HashMap<>();

    UserCommands(Member member, List<Observer> observers) {
        this.member = member;
        this.observers = observers;
    }

    // ---- what users do

    void submit(long command, int padding) {
        long ticket = ++tickets;
        commands.put(ticket, command);
        unsent.add(ticket);
        observers.forEach(o -> o.submitted(member, command));
        if (member.machine.hasContext()) {
            member.replica.submit(ticket, LogEntry.timed(member.now()), member.machine.command(command, padding));
        } else {
            member.replica.submit(ticket, member.machine.command(command, padding));
        }
    }

    /** Submits the time where a timer is due. */
    boolean letTimePass() {
        if (!member.isPrimary() || !times.isEmpty() || member.machine.nextTimer() > member.now()) {
            return false;
        }
        long ticket = ++tickets;
        times.add(ticket);
        unsent.add(ticket);
        member.replica.submit(ticket, LogEntry.timed(member.now()));
        return true;
    }

    /**
     * Submits an entry of a session.
     *
     * @param command its number among all commands; 0 for one that begins a session
     * @param answer gets what the state machine answers, if that is ever known
     */
    void ask(byte[] entry, long command, Consumer<@Nullable Object> answer) {
        long ticket = ++tickets;
        asked.put(ticket, answer);
        unsent.add(ticket);
        if (command != 0) {
            commands.put(ticket, command);
            observers.forEach(o -> o.submitted(member, command));
        }
        member.replica.submit(ticket, LogEntry.timed(member.now()), entry);
    }

    /**
     * Submits an entry of a client.
     *
     * @param command as for {@link #ask}
     * @param end gets the answer, or why there is none
     * @return the ticket
     */
    long request(byte[] entry, long command, BiConsumer<@Nullable Object, @Nullable Failure> end) {
        requests.put(tickets + 1, end);
        ask(entry, command, answer -> {});
        return tickets;
    }

    /** Begins a read of a client, of all that anybody has seen or behind a place; its answer are the commands of sessions that are done. */
    void requestRead(boolean linearizable, long index, BiConsumer<@Nullable Object, @Nullable Failure> end) {
        requests.put(tickets + 1, end);
        if (linearizable) {
            read();
        } else {
            readBehind(index);
        }
    }

    /** Nobody waits for it any more. */
    void withdrawRequest(long ticket) {
        requests.remove(ticket);
        if (unsent.remove(ticket)) {
            Long command = commands.get(ticket);
            if (command != null) {
                refused(command);
            }
            member.replica.withdraw(ticket);
        }
    }

    /** Begins a read of all that anybody has seen. */
    void read() {
        long ticket = ++tickets;
        openReads.add(ticket);
        Object question = member.machine.question();
        if (question != null) {
            questions.put(ticket, question);
        }
        observers.forEach(o -> o.readBegun(member, ticket));
        member.replica.read(ticket);
    }

    /** Begins a read of a state that has got there, and has what this member has answered. */
    void readBehind(long index) {
        long ticket = ++tickets;
        openReads.add(ticket);
        observers.forEach(o -> o.placedReadBegun(member, ticket, index));
        member.replica.readBehind(ticket, index);
    }

    /** The user does not want one of the commands any more that were not sent. */
    void withdrawOne(boolean tell) {
        Long ticket = null;
        for (long each : unsent.descendingSet()) {
            if (commands.containsKey(each) && !asked.containsKey(each)) {
                ticket = each;
                break;
            }
        }
        if (ticket != null) {
            unsent.remove(ticket);
            refused(Objects.requireNonNull(commands.get(ticket)));
            if (tell) {
                member.replica.withdraw(ticket);
            } else {
                withdrawn.add(ticket);
            }
        }
    }

    private void refused(long command) {
        observers.forEach(o -> o.refused(member, command));
    }

    // ---- what becomes of it

    /** @return false if the command was withdrawn */
    boolean sending(long ticket) {
        return unsent.remove(ticket);
    }

    void answered(long ticket, @Nullable Object answer) {
        answers.put(ticket, answer);
    }

    void applied(long ticket, long place) {
        if (ticket != 0) {
            places.put(ticket, place);
        }
    }

    void found(long ticket) {
        Object question = questions.get(ticket);
        if (question != null) {
            answers.put(ticket, member.machine.answer(question));
        }
        reads.put(ticket, List.copyOf(member.history));
        if (requests.containsKey(ticket)) {
            done.put(ticket, List.copyOf(member.list().done));
        }
    }

    void completed(long ticket) {
        List<Long> seen = reads.remove(ticket);
        List<String> found = done.remove(ticket);
        if (openReads.remove(ticket)) {
            Object question = questions.remove(ticket);
            if (question != null) {
                Object answer = answers.remove(ticket);
                observers.forEach(o -> o.found(
                        member,
                        ticket,
                        question,
                        answer,
                        Objects.requireNonNull(seen).size()));
            }
            observers.forEach(o -> o.readEnded(member, ticket, Objects.requireNonNull(seen)));
            requestEnds(ticket, found, null);
            return;
        }
        requestEnds(ticket, answers.get(ticket), null);
        Consumer<@Nullable Object> asker = asked.remove(ticket);
        if (asker != null) {
            asker.accept(answers.get(ticket));
        }
        if (times.remove(ticket) || !commands.containsKey(ticket)) {
            return;
        }
        long command = Objects.requireNonNull(commands.get(ticket));
        long place = places.getOrDefault(ticket, -1L);
        observers.forEach(o -> o.answered(member, command, answers.get(ticket)));
        observers.forEach(o -> o.completed(member, command, place, member.replica.lastPrimary()));
    }

    private void requestEnds(long ticket, @Nullable Object answer, @Nullable Failure why) {
        BiConsumer<@Nullable Object, @Nullable Failure> end = requests.remove(ticket);
        if (end != null) {
            end.accept(answer, why);
        }
    }

    void failed(long ticket, Failure why) {
        if (openReads.remove(ticket)) {
            if (why == Failure.UNCERTAIN) {
                throw new Violation("ReadsAreLinearizable", "a read is uncertain");
            }
            requestEnds(ticket, null, why);
            return;
        }
        requestEnds(ticket, null, why);
        if (withdrawn.contains(ticket)) {
            return; // its end was told when it was withdrawn
        }
        unsent.remove(ticket);
        if (times.remove(ticket) || !commands.containsKey(ticket)) {
            return;
        }
        long command = Objects.requireNonNull(commands.get(ticket));
        if (why == Failure.UNCERTAIN) {
            member.did("uncertain " + ticket);
            observers.forEach(o -> o.uncertain(member, command));
        } else {
            member.did("refused " + ticket + " " + why);
            refused(command);
        }
    }
}
