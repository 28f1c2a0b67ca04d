package org.flushspread.diagram;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.Event;
import org.flushspread.simulation.Host;
import org.flushspread.simulation.SimulatedClient;
import org.flushspread.simulation.Simulation;
import org.flushspread.simulation.Spectator;
import org.flushspread.simulation.Violation;
import org.flushspread.simulation.World;
import org.flushspread.simulation.trace.ClientEvent;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;

/**
 * Watches a simulated world and keeps what is to be drawn of it: of datagrams the newest {@value #MOST_TRAFFIC}, of everything else the newest
 * {@value #MOST_OTHERS}. What was dropped is counted.
 */
public final class Recorder implements Spectator {
    public static final int MOST_TRAFFIC = 30_000;
    public static final int MOST_OTHERS = 50_000;

    private final World world;
    private final List<Line> lines = new ArrayList<>();
    private final Map<SimulatedClient, Integer> clients = new HashMap<>();
    private final Deque<Mark> traffic = new ArrayDeque<>();
    private final Deque<Mark> others = new ArrayDeque<>();
    private final Map<Long, String> words = new HashMap<>();
    private long dropped;
    private boolean stopped;
    private Consumer<Mark> listener = mark -> {};

    /** Sees what happens from now on. */
    public Recorder(Simulation simulation) {
        world = simulation.world();
        for (int i = 0; i < simulation.hosts(); i++) {
            lines.add(new Line(simulation.host(i).me().name(), ""));
        }
        simulation.spectate(this);
    }

    /** All is over: that daemons end is no news from here on. */
    public void stop() {
        stopped = true;
    }

    /** Tells each mark when it is made. */
    public void listen(Consumer<Mark> to) {
        listener = to;
    }

    /** The daemons, and behind them the clients in the order in which they came. */
    public List<Line> lines() {
        return lines;
    }

    /** A line more; its number. */
    public int line(String name, String daemon) {
        lines.add(new Line(name, daemon));
        return lines.size() - 1;
    }

    /** Marks that were dropped for newer ones. */
    public long dropped() {
        return dropped;
    }

    /** By time. */
    public List<Mark> marks() {
        List<Mark> all = new ArrayList<>(others);
        all.addAll(traffic);
        all.sort(Comparator.comparingLong(Mark::time));
        return all;
    }

    /** Something happens now on one line. */
    public void mark(Mark.Kind kind, int line, String key, String text) {
        add(new Mark(world.now(), kind, line, Mark.ALL, 0, key, text));
    }

    /** A promise does not hold. Marked on the lines of all that its story names; on none if it names nobody. */
    public void violation(Violation violation) {
        String story = String.valueOf(violation.getMessage());
        boolean found = false;
        for (int i = 0; i < lines.size(); i++) {
            if (names(story, lines.get(i))) {
                mark(Mark.Kind.VIOLATION, i, "", story);
                found = true;
            }
        }
        if (!found) {
            mark(Mark.Kind.VIOLATION, Mark.ALL, "", story);
        }
    }

    /** True if its name stands in the text, and is no part of a longer one: #c3#d1 names client c3, and not the daemon d1. */
    private static boolean names(String story, Line line) {
        String name = line.name();
        for (int at = story.indexOf(name); at >= 0; at = story.indexOf(name, at + 1)) {
            int end = at + name.length();
            char before = at == 0 ? ' ' : story.charAt(at - 1);
            boolean begins = !Character.isLetterOrDigit(before)
                    && !(before == '#' && line.daemon().isEmpty());
            if (begins && (end == story.length() || !Character.isLetterOrDigit(story.charAt(end)))) {
                return true;
            }
        }
        return false;
    }

    private void add(Mark mark) {
        Deque<Mark> kept = mark.kind().isTraffic() ? traffic : others;
        if (kept.size() == (mark.kind().isTraffic() ? MOST_TRAFFIC : MOST_OTHERS)) {
            kept.removeFirst();
            dropped++;
        }
        kept.addLast(mark);
        listener.accept(mark);
    }

    @Override
    public void started(Host host) {
        mark(Mark.Kind.UP, host.number(), "", "starts");
    }

    @Override
    public void ended(Host host) {
        if (stopped) {
            return;
        }
        mark(Mark.Kind.DOWN, host.number(), "", "is gone");
    }

    @Override
    public void paused(Host host, long nanos) {
        add(new Mark(
                world.now(),
                Mark.Kind.PAUSE,
                host.number(),
                Mark.ALL,
                world.now() + nanos,
                "",
                "stands still for " + nanos / 1_000_000 + " ms"));
    }

    @Override
    public void changed(String what) {
        mark(Mark.Kind.FAULT, Mark.ALL, "", what.replaceAll(" +", " "));
    }

    @Override
    public void carried(int from, int to, byte[] datagram, boolean token, long leaves, long arrives) {
        add(new Mark(leaves, Datagrams.kind(datagram, token), from, to, arrives, "", Datagrams.text(datagram, token)));
    }

    @Override
    public void reported(Host host, Event event) {
        int line = host.number();
        if (event instanceof Event.MembershipInstalled installed) {
            DaemonMembership membership = installed.membership();
            mark(Mark.Kind.RING, line, membership.idText(), "ring of " + names(membership));
        } else if (event instanceof Event.MembershipTransitional transitional) {
            mark(Mark.Kind.TRANSITION, line, "", "transitional membership: " + names(transitional.membership()));
        } else if (event instanceof Event.TokenLost lost) {
            mark(Mark.Kind.TOKEN_LOST, line, "", "gives the token up: " + lost.why());
        }
    }

    private static String names(DaemonMembership membership) {
        return membership.members().stream().map(each -> each.name()).collect(Collectors.joining(" "));
    }

    @Override
    public void told(SimulatedClient client, ClientEvent event) {
        told(clients.computeIfAbsent(client, this::line), event);
    }

    private int line(SimulatedClient client) {
        String name = client.toString();
        return line(name.substring(1, name.indexOf('#', 1)), client.host().me().name());
    }

    /** What a message says, for a person; to be told before it is sent. */
    public void says(long message, String text) {
        words.put(message, text);
    }

    private String quoted(long message) {
        String said = words.get(message);
        return said == null ? "" : " “" + said + "”";
    }

    /** Gives a client a line under a name of its own. */
    public void draw(SimulatedClient client, int line) {
        clients.put(client, line);
    }

    private void told(int line, ClientEvent event) {
        if (event instanceof ClientEvent.Connected connected) {
            mark(Mark.Kind.UP, line, "", "connects as " + connected.privateGroup());
        } else if (event instanceof ClientEvent.JoinCalled join) {
            mark(Mark.Kind.JOIN, line, "", "joins " + join.group());
        } else if (event instanceof ClientEvent.LeaveCalled leave) {
            mark(Mark.Kind.LEAVE, line, "", "leaves " + leave.group());
        } else if (event instanceof ClientEvent.Sent sent) {
            String to = sent.groups().stream().map(Name::toString).collect(Collectors.joining(", "));
            mark(
                    Mark.Kind.SEND,
                    line,
                    key(sent.message()),
                    service(sent.service()) + quoted(sent.message()) + " to " + to);
        } else if (event instanceof ClientEvent.Delivered delivered) {
            String from = user(delivered.sender());
            mark(
                    Mark.Kind.DELIVER,
                    line,
                    key(delivered.message()),
                    service(delivered.service()) + quoted(delivered.message()) + " of " + from);
        } else if (event instanceof ClientEvent.View view) {
            String members = view.members().stream().map(Recorder::user).collect(Collectors.joining(" "));
            mark(Mark.Kind.VIEW, line, view.group() + " " + view.id() + " " + members, view.group() + ": " + members);
        } else if (event instanceof ClientEvent.Transition transition) {
            mark(Mark.Kind.TRANSITION, line, "", "transition in " + transition.group());
        } else if (event instanceof ClientEvent.SelfLeave leave) {
            mark(Mark.Kind.LEAVE, line, "", "has left " + leave.group());
        } else if (event instanceof ClientEvent.Disconnected) {
            mark(Mark.Kind.DOWN, line, "", "disconnects");
        } else if (event instanceof ClientEvent.Crashed) {
            mark(Mark.Kind.DOWN, line, "", "crashes");
        } else if (event instanceof ClientEvent.Closed) {
            mark(Mark.Kind.DOWN, line, "", "lost its daemon");
        }
    }

    private static String key(long message) {
        return "m" + (message >>> 32) + ":" + (int) message;
    }

    /** The name of a connection, without its daemon. */
    public static String user(Name name) {
        String text = name.toString();
        int end = text.indexOf('#', 1);
        return text.startsWith("#") && end > 0 ? text.substring(1, end) : text;
    }

    /** A service in a word. */
    public static String service(int service) {
        return switch (service & 0x3f) {
            case ServiceType.UNRELIABLE_MESS -> "UNRELIABLE";
            case ServiceType.RELIABLE_MESS -> "RELIABLE";
            case ServiceType.FIFO_MESS -> "FIFO";
            case ServiceType.CAUSAL_MESS -> "CAUSAL";
            case ServiceType.AGREED_MESS -> "AGREED";
            case ServiceType.SAFE_MESS -> "SAFE";
            default -> "0x" + Integer.toHexString(service);
        };
    }
}
