package org.flushspread.lab;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.flushspread.config.Timers;
import org.flushspread.diagram.Mark;
import org.flushspread.diagram.Mark.Kind;
import org.flushspread.diagram.Recorder;
import org.flushspread.flush.replica.StagedReplica;
import org.flushspread.flush.replica.StagedReplicas;
import org.flushspread.simulation.Host;
import org.flushspread.simulation.Profile;
import org.flushspread.simulation.SimulatedClient;
import org.flushspread.simulation.Simulation;
import org.flushspread.simulation.Swarm;
import org.flushspread.simulation.Violation;
import org.flushspread.simulation.World;
import org.jspecify.annotations.Nullable;

/**
 * A ring in virtual time, and members at its daemons. It takes commands, records what happens, and lets the simulator's checkers look at all of
 * it. The same commands at the same times give the same world. Not thread-safe.
 */
public final class Lab {
    /** The timers of a near network, but for lookups: a person waits for a merge. */
    private static final Timers TIMERS = Timers.ofMillis(1250, 500, 250, 250, 625, 500, 1250, 1250, 5000);

    private static final int MOST_MEMBERS = 24;
    private static final int MOST_FRESH = 20_000;
    private static final long LONGEST_STEP = 1_000_000_000L;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]{0,7}");
    private static final double LONGEST_PAUSE = 600;
    private static final int MOST_DELAY_MILLIS = (int) (LabLinks.LONGEST_DELAY / 1_000_000);

    private final Simulation simulation;
    private final Recorder recorder;
    private final LabLinks links;
    private final FlushTrace trace = new FlushTrace();
    private final StagedReplicas replicas;
    private final long patience;
    private final int daemons;
    private final Map<String, LabMember> members = new LinkedHashMap<>();
    private final Map<String, Integer> places = new LinkedHashMap<>();
    private final Map<String, String> kinds = new LinkedHashMap<>();
    private String note = "";
    private @Nullable String broken;
    private long recorded;
    private final Deque<Mark> fresh = new ArrayDeque<>();

    /** The world of a scenario, at its beginning: all daemons start, nobody is there. */
    public Lab(Scenario scenario) {
        daemons = scenario.daemons();
        patience = (long) (scenario.patience() * 1e9);
        Swarm swarm = Swarm.draw(1, daemons, Profile.CALM)
                .with("segments", 1)
                .with("clientsPerDaemon", 0)
                .with("groups", 1)
                .with("jitter", 1)
                .with("receiveBuffer", 1 << 20)
                .with("turnCost", 5000)
                .with("nanosPerByte", 8)
                .with("ring5Addresses", 0)
                .with("elsewhere", 0)
                .without("accelerated")
                .with(TIMERS);
        simulation = new Simulation(1, swarm, null);
        recorder = new Recorder(simulation);
        recorder.listen(this::recorded);
        links = new LabLinks(daemons);
        simulation.network().rule(links);
        kinds.put(StagedReplica.GROUP, "replica");
        replicas = new StagedReplicas(simulation.world(), scenario.quorum(), patience);
        for (int i = 0; i < daemons; i++) {
            simulation.start(i);
        }
    }

    private void recorded(Mark mark) {
        recorded++;
        if (fresh.size() == MOST_FRESH) {
            fresh.removeFirst();
        }
        fresh.addLast(mark);
    }

    /** What was drawn since this was asked last; only the newest of very many. */
    List<Mark> takeFresh() {
        List<Mark> all = List.copyOf(fresh);
        fresh.clear();
        return all;
    }

    /** Virtual nanoseconds since the beginning. */
    public long now() {
        return simulation.world().now() - World.BEGINNING;
    }

    public Recorder recorder() {
        return recorder;
    }

    FlushTrace trace() {
        return trace;
    }

    /** The promise that broke, or null. The world stands still from then on. */
    public @Nullable String broken() {
        return broken;
    }

    // ---- time

    /** Runs everything up to a moment. */
    public void runTo(long time) {
        if (broken != null || time <= now()) {
            return;
        }
        guarded(() -> simulation.world().run(time - now()));
    }

    /** Runs to the next thing that is drawn, or for a second if there is none. */
    void step() {
        long before = recorded;
        long until = now() + LONGEST_STEP;
        while (broken == null && recorded == before && now() < until) {
            runTo(Math.min(until, simulation.world().next() - World.BEGINNING));
        }
    }

    private void guarded(Runnable what) {
        try {
            what.run();
            List<String> violations = trace.violations();
            if (!violations.isEmpty()) {
                String[] story = violations.get(0).split(": ", 2);
                breaks(new Violation(story[0], story[1]));
            }
        } catch (ScenarioException e) {
            throw e;
        } catch (Violation e) {
            breaks(e);
        } catch (RuntimeException | Error e) {
            // a checker that the kernel called throws through the kernel
            Throwable cause = e;
            while (cause.getCause() != null && !(cause instanceof Violation)) {
                cause = cause.getCause();
            }
            breaks(cause instanceof Violation found ? found : new Violation("no exception", e.toString(), e));
        }
    }

    private void breaks(Violation violation) {
        if (broken == null) {
            broken = String.valueOf(violation.getMessage());
            recorder.violation(violation);
        }
    }

    /**
     * All is over: what only the whole trace can tell is looked at, too, and the daemons end.
     *
     * @param settled true if all is whole and had time to come to rest; a person may stop where a join is still on its way
     */
    public void end(boolean settled) {
        recorder.stop();
        if (broken == null) {
            guarded(() -> {
                trace.end();
                simulation.end(settled);
            });
        }
    }

    /** All is healed and quiet, and all members are there: replicas must have gone on together. */
    public void requireReplicasGoOn() {
        replicas.end();
    }

    // ---- commands

    /**
     * Carries out a command now.
     *
     * @throws ScenarioException if that is not possible; then nothing has happened
     */
    public void execute(String command) {
        execute(Command.of(now(), 0, command));
    }

    void execute(Command command) {
        Words.check(command);
        if (broken != null) {
            throw new ScenarioException("a promise is broken, and the world stands still: " + broken);
        }
        try {
            guarded(() -> carryOut(command));
        } catch (ScenarioException e) {
            throw e.at(command.line());
        }
    }

    private void carryOut(Command command) {
        switch (command.name()) {
            case "member" -> add(command);
            case "join" -> {
                LabMember member = member(command);
                requireKind(command.argument(2), member);
                member.join(command.argument(2));
                kinds.putIfAbsent(command.argument(2), member.kind());
            }
            case "leave" -> member(command).leave(command.argument(2));
            case "send" -> {
                requireKind(command.argument(3), member(command));
                member(command).send(Words.service(command.argument(2)), command.argument(3), command.rest(4));
            }
            case "submit" -> member(command).submit(command.rest(2));
            case "hold" -> member(command).answer(false);
            case "answer" -> member(command).answer(true);
            case "kill" -> member(command).kill();
            case "quit" -> member(command).quit();
            case "revive" -> member(command).revive();
            case "stall" -> member(command).stall(nanos(command, 2));
            default -> disturb(command);
        }
    }

    private void disturb(Command command) {
        switch (command.name()) {
            case "cut" -> cut(command, true);
            case "heal" -> heal(command);
            case "split" -> split(command);
            case "crash" -> running(command).crash();
            case "stop" -> running(command).stop(2_000_000_000L);
            case "start" -> {
                if (daemon(command, 1).isUp()) {
                    throw new ScenarioException(command.argument(1) + " is running");
                }
                simulation.start(daemon(command, 1).number());
            }
            case "pause" -> running(command).pause(nanos(command, 2));
            case "delay" -> delay(command);
            case "lose" -> lose(command);
            case "drop" -> drop(command);
            case "note" -> {
                note = command.rest(1);
                return;
            }
            default -> throw new IllegalStateException(command.name());
        }
        fault(command.toString());
    }

    private void fault(String what) {
        recorder.mark(Kind.FAULT, -1, "", what);
    }

    private void add(Command command) {
        String name = command.argument(1);
        if (!NAME.matcher(name).matches()) {
            throw new ScenarioException("'" + name + "' is no name for a member: write up to 8 small letters and "
                    + "digits, a letter first");
        }
        if (members.containsKey(name) || name.matches("d\\d+")) {
            throw new ScenarioException("'" + name + "' is taken; choose another name");
        }
        if (members.size() == MOST_MEMBERS) {
            throw new ScenarioException("there are " + MOST_MEMBERS + " members already, and no room for more");
        }
        Host at = daemon(command, 3);
        String kind = command.argument(2);
        int line = recorder.lines().size();
        LabMember member = switch (kind) {
            case "plain" -> new PlainMember(name, simulation.judge(), recorder);
            case "flush" -> new FlushMember(name, simulation.world(), trace, recorder, line, patience);
            case "replica" -> new ReplicaMember(name, replicas, recorder, line);
            default ->
                throw new ScenarioException(
                        "there is no member of kind '" + kind + "'; there are plain, flush and replica");
        };
        recorder.line(name, at.me().name());
        SimulatedClient client = simulation.connect(at.number(), member);
        recorder.draw(client, line);
        members.put(name, member);
        places.put(name, at.number());
    }

    /** Members of different kinds do not understand each other. */
    private void requireKind(String group, LabMember member) {
        Words.checkGroup(group);
        String kind = kinds.getOrDefault(group, member.kind());
        if (!kind.equals(member.kind())) {
            throw new ScenarioException(
                    group + " is a group of " + kind + " members; let " + member.kind() + " members use another one");
        }
    }

    private LabMember member(Command command) {
        LabMember member = members.get(command.argument(1));
        if (member == null) {
            throw new ScenarioException("there is no member '" + command.argument(1) + "'; there are "
                    + members.keySet() + ". Make one: member " + command.argument(1) + " flush d1");
        }
        return member;
    }

    private Host daemon(Command command, int place) {
        return simulation.host(daemonNumber(command.argument(place)));
    }

    private int daemonNumber(String name) {
        if (!name.matches("d[1-9]") || name.charAt(1) - '0' > daemons) {
            throw new ScenarioException("there is no daemon '" + name + "'; there are d1 to d" + daemons);
        }
        return name.charAt(1) - '1';
    }

    private Host running(Command command) {
        Host host = daemon(command, 1);
        if (!host.isUp()) {
            throw new ScenarioException(command.argument(1) + " is down; say 'start " + command.argument(1) + "'");
        }
        return host;
    }

    private static long nanos(Command command, int place) {
        return (long) (Words.number(command, place, 0, LONGEST_PAUSE) * 1e9);
    }

    /** What is said of {@code d1 d2}, or of {@code d1 > d2} alone. */
    private interface Direction {
        void of(int from, int to);
    }

    private void links(Command command, int place, Direction what) {
        boolean oneWay =
                command.arguments() == place + 2 && command.argument(place + 1).equals(">");
        if (command.arguments() != place + 1 && !oneWay) {
            throw new ScenarioException("'" + command + "': name two daemons, as in d1 d2, or one way, as in d1 > d2");
        }
        int from = daemonNumber(command.argument(place));
        int to = daemonNumber(command.argument(command.arguments()));
        if (from == to) {
            throw new ScenarioException("'" + command + "' names one daemon twice");
        }
        what.of(from, to);
        if (!oneWay) {
            what.of(to, from);
        }
    }

    private void cut(Command command, boolean on) {
        links(command, 1, (from, to) -> simulation.network().cut(from, to, on));
    }

    private void heal(Command command) {
        if (command.arguments() > 0) {
            cut(command, false);
        } else {
            simulation.network().partition(new int[daemons]);
        }
    }

    private void split(Command command) {
        int[] side = new int[daemons];
        boolean[] named = new boolean[daemons];
        int number = 0;
        for (int i = 1; i <= command.arguments(); i++) {
            if (command.argument(i).equals("|")) {
                number++;
            } else {
                int daemon = daemonNumber(command.argument(i));
                if (named[daemon]) {
                    throw new ScenarioException("'" + command + "' names d" + (daemon + 1) + " twice");
                }
                named[daemon] = true;
                side[daemon] = number;
            }
        }
        for (int i = 0; i < daemons; i++) {
            if (!named[i]) {
                throw new ScenarioException("'" + command + "' does not say where d" + (i + 1) + " is");
            }
        }
        simulation.network().partition(side);
    }

    private void delay(Command command) {
        long nanos = (long) (Words.number(command, 1, 0.1, MOST_DELAY_MILLIS) * 1e6);
        if (command.arguments() == 1) {
            links.delay(nanos);
        } else {
            links(command, 2, (from, to) -> links.delay(from, to, nanos));
        }
    }

    private void lose(Command command) {
        double percent = Words.number(command, 1, 0, 100);
        if (command.arguments() == 1) {
            links.lose(percent);
        } else {
            links(command, 2, (from, to) -> links.lose(from, to, percent));
        }
    }

    private void drop(Command command) {
        String kind = command.argument(1);
        if (!kind.equals("token") && !kind.equals("data")) {
            throw new ScenarioException("'" + kind + "' cannot be dropped; write drop token or drop data");
        }
        boolean token = kind.equals("token");
        if (command.arguments() == 1) {
            links.dropNext(token);
        } else if (command.arguments() == 3) {
            links.dropNext(token, daemonNumber(command.argument(2)), daemonNumber(command.argument(3)));
        } else {
            throw new ScenarioException("'" + command + "': name the daemon that sends and the one that receives");
        }
    }

    // ---- what is known

    /** What a member has delivered, or the state of a replica, in order. */
    public List<String> delivered(String name) {
        LabMember member = members.get(name);
        return member instanceof PlainMember plain
                ? plain.delivered()
                : member instanceof FlushMember flush
                        ? flush.delivered()
                        : member instanceof ReplicaMember replica
                                ? replica.replica().state()
                                : List.of();
    }

    /** The world as a person sees it now, as one object. */
    void describe(JsonWriter json) throws IOException {
        json.beginObject();
        json.name("now").value(now() / 1000);
        json.name("note").value(note);
        json.name("broken").value(broken == null ? "" : broken);
        json.name("daemons").beginArray();
        for (int i = 0; i < daemons; i++) {
            Host host = simulation.host(i);
            json.beginObject().name("name").value(host.me().name());
            json.name("up").value(host.isUp()).endObject();
        }
        json.endArray();
        json.name("links").beginArray();
        for (int from = 0; from < daemons; from++) {
            for (int to = 0; to < daemons; to++) {
                boolean cut = simulation.network().isCut(from, to);
                boolean slow = links.delayOf(from, to) != LabLinks.DELAY;
                boolean lossy = links.lossOf(from, to) > 0;
                if (from != to && (cut || slow || lossy)) {
                    json.beginObject().name("l").value(from).name("o").value(to);
                    json.name("cut").value(cut);
                    json.name("ms").value(links.delayOf(from, to) / 1e6);
                    json.name("loss").value(links.lossOf(from, to)).endObject();
                }
            }
        }
        json.endArray();
        json.name("members").beginArray();
        for (Map.Entry<String, LabMember> each : members.entrySet()) {
            json.beginObject().name("name").value(each.getKey());
            json.name("kind").value(each.getValue().kind());
            json.name("at").value(places.get(each.getKey()));
            each.getValue().describe(json);
            json.endObject();
        }
        json.endArray().endObject();
    }
}
