package org.flushspread.flush.replica;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.flushspread.flush.requests.Desk;
import org.flushspread.flush.requests.DeskLimits;
import org.flushspread.flush.requests.Outcome;
import org.flushspread.flush.requests.ReadKind;
import org.flushspread.flush.requests.RequestCodec;
import org.flushspread.flush.requests.RequestItem;
import org.jspecify.annotations.Nullable;

/**
 * Clients that are no members, the desks of the members, and the private messages between them, which are delayed, and lost where daemons have
 * parted, where a receiver is gone, or with a desk's connection. Draws from a source of its own, so that members do in this world what they do
 * without clients as long as none asks for anything.
 */
final class SimulatedClients {
    private static final long STEP = 1_000_000;
    private static final DeskLimits LIMITS = new DeskLimits(20, 2_000, 6, 5, 400 * STEP);

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Letter(
            String from, int fromPlace, @Nullable String to, byte[] bytes) {}

    private final Random random;
    private final Member[] members;
    private final TimeIsAgreed time;
    private final LongSupplier commands;
    private final DeskHost[] hosts;
    private final SimulatedClient[] clients;
    private final boolean[][] cut;
    private final List<Letter> letters = new ArrayList<>();
    private final ClientHistories histories;
    private int lives;
    private boolean healed;
    private long now;

    /** @param members those of today, by place */
    SimulatedClients(long seed, Member[] members, Counts counts, TimeIsAgreed time, LongSupplier commands) {
        this.time = time;
        this.random = new Random(seed * 0xD1B54A32D192ED03L + 5);
        random.nextLong();
        this.members = members;
        this.commands = commands;
        this.histories = new ClientHistories(counts);
        this.hosts = new DeskHost[members.length];
        this.clients = new SimulatedClient[2 + random.nextInt(3)];
        this.cut = new boolean[members.length][members.length];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = newClient(i);
        }
    }

    private SimulatedClient newClient(int at) {
        int place = at % members.length;
        return new SimulatedClient("#c" + at + "#d" + place, place, ++lives, random, histories, this::send);
    }

    private void send(SimulatedClient from, @Nullable String desk, byte[] bytes) {
        letters.add(new Letter(from.name, from.place, desk, bytes));
    }

    // ---- what happens

    void step(long steps) {
        now = steps * STEP;
        for (int at = 0; at < members.length; at++) {
            attend(at);
        }
        int what = random.nextInt(1000);
        int at = random.nextInt(clients.length);
        if (what < 4) {
            // Another process takes its name, and its letters.
            clients[at].die();
            clients[at] = newClient(at);
        } else if (what < 8) {
            clients[at].disconnect();
        } else if (what < 14) {
            cut[random.nextInt(members.length)][random.nextInt(members.length)] = random.nextInt(3) != 0;
        } else if (what < 17) {
            reconnectDesk(random.nextInt(members.length));
        } else if (what < 80) {
            clients[at].act(now);
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            deliver();
        }
        for (SimulatedClient each : clients) {
            if (random.nextInt(3) == 0) {
                each.tick(now);
            }
        }
    }

    /** A member that has started gets a desk, one that has died has none. */
    private void attend(int at) {
        Member member = members[at];
        if (member == null) {
            return;
        }
        DeskHost host = hosts[at];
        if (host == null || host.member != member) {
            host = new DeskHost(member, at);
            hosts[at] = host;
            viewOfDesks();
        }
        if (!member.dead) {
            histories.saw(member.replica.lineage());
            host.turn();
        }
    }

    private void reconnectDesk(int at) {
        DeskHost host = hosts[at];
        if (host != null) {
            host.reconnect();
            viewOfDesks();
        }
    }

    private void viewOfDesks() {
        List<String> names = new ArrayList<>();
        for (DeskHost each : hosts) {
            if (each != null && !each.member.dead) {
                names.add(each.name);
            }
        }
        for (DeskHost each : hosts) {
            if (each != null) {
                each.desk.desks(names, each.name);
            }
        }
    }

    /** One letter, of those that are the first between their two ends. */
    private boolean deliver() {
        if (letters.isEmpty()) {
            return false;
        }
        int at = random.nextInt(letters.size());
        Letter letter = letters.get(at);
        for (int i = 0; i < at; i++) {
            Letter before = letters.get(i);
            if (before.from().equals(letter.from())
                    && String.valueOf(before.to()).equals(String.valueOf(letter.to()))) {
                letter = before;
                at = i;
                break;
            }
        }
        letters.remove(at);
        for (DeskHost host : hosts) {
            if (host != null && !host.member.dead && (letter.to() == null || host.name.equals(letter.to()))) {
                if (!cut[letter.fromPlace()][host.place]) {
                    host.desk.role(host.member.replica.role());
                    host.desk.message(letter.from(), ByteBuffer.wrap(letter.bytes()), now);
                }
            }
        }
        for (SimulatedClient client : clients) {
            if (client.name.equals(letter.to()) && !cut[client.place][letter.fromPlace()]) {
                client.message(letter.from(), letter.bytes(), now);
            }
        }
        return true;
    }

    // ---- the end

    void heal() {
        healed = true;
        for (boolean[] each : cut) {
            Arrays.fill(each, false);
        }
    }

    /** True as long as something is open or on its way. */
    boolean settle(long steps) {
        now = steps * STEP;
        boolean open = !letters.isEmpty();
        for (int at = 0; at < members.length; at++) {
            attend(at);
        }
        viewOfDesks();
        for (int i = 0; i < 8; i++) {
            deliver();
        }
        for (SimulatedClient each : clients) {
            each.tick(now);
            open |= each.hasOpen();
        }
        return open;
    }

    void end() {
        if (!healed) {
            throw new IllegalStateException("clients end in a world that is healed");
        }
        for (Member member : members) {
            if (!member.dead) {
                histories.compare(member);
            }
        }
        histories.end();
    }

    /** The desk of one member, and the member as the desk's user of it. */
    private final class DeskHost implements Desk.Output {
        final Member member;
        final int place;
        final Desk desk = new Desk(LIMITS, this);
        String name;
        /** Tickets of the member by those of the desk. */
        private final Map<Long, Long> tickets = new LinkedHashMap<>();

        private final List<Runnable> ended = new ArrayList<>();

        DeskHost(Member member, int place) {
            this.member = member;
            this.place = place;
            this.name = newName();
        }

        private String newName() {
            return "#k" + place + "." + ++lives + "#d" + place;
        }

        /** Letters to its old name are lost, answers go out under the new one. */
        void reconnect() {
            desk.disconnected();
            name = newName();
        }

        void turn() {
            List<Runnable> now = List.copyOf(ended);
            ended.clear();
            now.forEach(Runnable::run);
            desk.role(member.replica.role());
            if (random.nextInt(2) == 0) {
                desk.endOfTurn(SimulatedClients.this.now);
            }
        }

        @Override
        public void send(String client, byte[] message) {
            // An answer may be lost without anything else.
            if (healed || random.nextInt(20) != 0) {
                letters.add(new Letter(name, place, client, message));
            }
        }

        @Override
        public void submit(long ticket, byte[] head, byte[] rest) {
            boolean command = head[0] == LogEntry.SESSION_COMMAND;
            long number = command ? ListMachine.SESSION_COMMANDS + commands.getAsLong() : 0;
            ByteBuffer entry = ByteBuffer.allocate(head.length + (command ? 8 : 0) + rest.length);
            entry.put(head);
            if (command) {
                entry.putLong(number);
            }
            time.said(member);
            long mine = member.users.request(entry.put(rest).array(), number, ends(ticket));
            tickets.put(ticket, mine);
        }

        @Override
        public void read(long ticket, RequestItem.Read question) {
            boolean placed =
                    question.kind() == ReadKind.PLACED && !question.history().equals(Lineage.NONE);
            if (question.kind() == ReadKind.LOCAL) {
                ends(ticket).accept(List.copyOf(member.list().done), null);
            } else if (placed
                    && !question.history().equals(member.replica.lineage())
                    && !member.replica.lineage().equals(Lineage.NONE)) {
                ends(ticket).accept(null, Failure.OTHER_HISTORY);
            } else {
                member.users.requestRead(
                        question.kind() == ReadKind.LINEARIZABLE, placed ? question.index() : 0, ends(ticket));
            }
        }

        @Override
        public void withdraw(long ticket) {
            Long mine = tickets.remove(ticket);
            if (mine != null) {
                member.users.withdrawRequest(mine);
            }
        }

        @Override
        public void report(ReplicaReason reason, String text) {
            throw new Violation("HonestClients", member + " hears nonsense: " + text);
        }

        private BiConsumer<@Nullable Object, @Nullable Failure> ends(long ticket) {
            // Told when the call of the replica has returned, which may say more of its place first.
            return (answer, why) -> ended.add(() -> {
                tickets.remove(ticket);
                Lineage history = member.replica.lineage();
                long confirmed = member.replica.confirmed();
                if (why != null) {
                    desk.ended(ticket, outcome(why), new byte[0], history, confirmed);
                } else if (answer instanceof Sessions.Begun begun) {
                    byte[] body = RequestCodec.begun(begun.id(), begun.highest());
                    desk.ended(ticket, Outcome.BEGUN, body, history, confirmed);
                } else if (answer instanceof Long position && position == ListMachine.OVER) {
                    desk.ended(ticket, Outcome.SESSION_OVER, new byte[0], history, confirmed);
                } else {
                    desk.ended(ticket, Outcome.RESULT, bytes(answer), history, confirmed);
                }
            });
        }
    }

    private static Outcome outcome(Failure why) {
        return switch (why) {
            case UNCERTAIN -> Outcome.UNCERTAIN;
            case QUEUE_FULL -> Outcome.QUEUE_FULL;
            case TOO_LARGE -> Outcome.TOO_LARGE;
            case SESSION_OVER -> Outcome.SESSION_OVER;
            case OTHER_HISTORY -> Outcome.OTHER_HISTORY;
            case NOT_PRIMARY, OBSERVER, TIMED_OUT, CLOSED -> Outcome.NOT_PRIMARY;
        };
    }

    private static byte[] bytes(@Nullable Object answer) {
        return answer instanceof List<?> done
                ? String.join("\n", done.stream().map(String::valueOf).toList()).getBytes(StandardCharsets.UTF_8)
                : String.valueOf(answer).getBytes(StandardCharsets.UTF_8);
    }
}
