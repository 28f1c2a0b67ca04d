package org.flushspread.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.Event;
import org.flushspread.simulation.trace.ClientEvent;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;

/**
 * A scenario in text: commands, and behind {@code ->} what one daemon or client was told since it was last looked at.
 *
 * <pre>
 * world daemons=2 clientsPerDaemon=1   sets of the swarm; before anything else; no faults, each client joins g0 when it connects
 * start d1 d2                          run 1.5                    split d1 | d2           heal
 * crash d1                             stop d1 (in order)         cut d1 d2 (one way)     send c1 safe 100
 * pause d1 0.2
 * join c1 g1                           show ids (of views: time of the membership, index)
 * d1 -> T d1, R d1 d2                  transitional and regular memberships that d1 installed
 * c1 -> join c1 c2, T, net c1, msg c1  views with their cause and members, transitions, messages with their sender
 * </pre>
 */
final class Scenario {
    private final List<String> lines;
    private final Map<String, List<String>> told = new TreeMap<>();
    private boolean ids;
    private Swarm swarm = Swarm.draw(1, 1, Profile.CALM)
            .with("segments", 1)
            .with("sendEvery", 1e15)
            .with("bursts", 1)
            .with("groups", 1)
            .with("jitter", 1)
            .with(Swarm.QUICK);

    Scenario(List<String> lines) {
        this.lines = lines;
    }

    /** The lines, each expectation replaced with what happened. */
    List<String> run() {
        List<String> result = new ArrayList<>();
        Simulation simulation = null;
        for (String raw : lines) {
            String line = raw.strip();
            int arrow = line.indexOf(" ->");
            if (line.startsWith("#") || line.isEmpty()) {
                result.add(line);
            } else if (line.startsWith("world ")) {
                for (String each : line.substring(6).split(" ")) {
                    swarm = swarm.with(
                            each.substring(0, each.indexOf('=')),
                            Double.parseDouble(each.substring(each.indexOf('=') + 1)));
                }
                simulation = new Simulation(1, swarm.with("segments", swarm.segments()), null);
                simulation.listen(this::daemonEvent, this::clientEvent);
                result.add(line);
            } else if (line.equals("show ids")) {
                ids = true;
                result.add(line);
            } else if (arrow > 0) {
                String who = line.substring(0, arrow);
                List<String> events = told.getOrDefault(who, List.of());
                result.add((who + " -> " + String.join(", ", events)).strip());
                told.remove(who);
            } else {
                execute(Objects.requireNonNull(simulation, "a scenario begins with 'world'"), line.split(" +"));
                result.add(line);
            }
        }
        return result;
    }

    private static void execute(Simulation simulation, String[] words) {
        switch (words[0]) {
            case "start" -> Arrays.stream(words).skip(1).forEach(each -> simulation.start(number(each)));
            case "run" -> simulation.world().run((long) (Double.parseDouble(words[1]) * 1e9));
            case "crash" -> simulation.host(number(words[1])).crash();
            case "stop" -> simulation.host(number(words[1])).stop(2_000_000_000L);
            case "pause" -> simulation.host(number(words[1])).pause((long) (Double.parseDouble(words[2]) * 1e9));
            case "cut" -> simulation.network().cut(number(words[1]), number(words[2]), true);
            case "heal" -> simulation.network().calm();
            case "join" -> simulation.client(number(words[1])).join(Name.of(words[2]));
            case "split" -> {
                int[] sides = new int[simulation.hosts()];
                int side = 0;
                for (int i = 1; i < words.length; i++) {
                    if (words[i].equals("|")) {
                        side++;
                    } else {
                        sides[number(words[i])] = side;
                    }
                }
                simulation.network().partition(sides);
            }
            case "send" ->
                simulation
                        .client(number(words[1]))
                        .send(service(words[2]), List.of(Name.of("g0")), Integer.parseInt(words[3]));
            default -> throw new IllegalArgumentException("no command is called " + words[0]);
        }
    }

    private static int number(String name) {
        return Integer.parseInt(name.substring(1)) - 1;
    }

    private static int service(String name) {
        return switch (name) {
            case "reliable" -> ServiceType.RELIABLE_MESS;
            case "fifo" -> ServiceType.FIFO_MESS;
            case "agreed" -> ServiceType.AGREED_MESS;
            case "safe" -> ServiceType.SAFE_MESS;
            default -> throw new IllegalArgumentException("no service is called " + name);
        };
    }

    private void daemonEvent(Host host, Event event) {
        if (event instanceof Event.MembershipInstalled installed) {
            tell(host.me().name(), "R " + members(installed.membership()));
        } else if (event instanceof Event.MembershipTransitional transitional) {
            tell(host.me().name(), "T " + members(transitional.membership()));
        }
    }

    private void clientEvent(SimulatedClient client, ClientEvent event) {
        String who = client.toString();
        who = who.substring(1, who.indexOf('#', 1));
        if (event instanceof ClientEvent.View view) {
            String cause = switch (view.cause()) {
                case JOIN -> "join";
                case LEAVE -> "leave";
                case DISCONNECT -> "gone";
                case NETWORK -> "net";
            };
            String id = ids
                    ? "(" + (view.id().membershipId().time() - World.EPOCH) + "/"
                            + view.id().index() + ") "
                    : " ";
            tell(who, cause + id + view.members().stream().map(Scenario::user).collect(Collectors.joining(" ")));
        } else if (event instanceof ClientEvent.Transition) {
            tell(who, "T");
        } else if (event instanceof ClientEvent.Delivered message) {
            tell(who, "msg " + user(message.sender()));
        }
    }

    private static String user(Name name) {
        String text = name.toString();
        return text.substring(1, text.indexOf('#', 1));
    }

    private static String members(DaemonMembership membership) {
        return membership.members().stream().map(each -> each.name()).collect(Collectors.joining(" "));
    }

    private void tell(String who, String what) {
        told.computeIfAbsent(who, each -> new ArrayList<>()).add(what);
    }
}
