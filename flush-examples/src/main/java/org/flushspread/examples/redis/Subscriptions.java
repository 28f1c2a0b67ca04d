package org.flushspread.examples.redis;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Who of this member's clients hears what. Used by the thread of the connections. */
final class Subscriptions {
    /** Who has subscribed to a channel or pattern. */
    private record Listeners(Glob pattern, Set<Connection> connections) {
        void hear(byte[] message) {
            connections.forEach(each -> each.hear(message));
        }
    }

    private static final Listeners NOBODY = new Listeners(Glob.ANY, Set.of());

    private final Map<Key, Listeners> channels = new TreeMap<>();
    private final Map<Key, Listeners> patterns = new TreeMap<>();

    void add(Key name, boolean isPattern, Connection connection) {
        (isPattern ? patterns : channels)
                .computeIfAbsent(name, key -> new Listeners(new Glob(key.bytes()), new LinkedHashSet<>()))
                .connections
                .add(connection);
    }

    void remove(Key name, boolean isPattern, Connection connection) {
        (isPattern ? patterns : channels).computeIfPresent(name, (key, listeners) -> {
            listeners.connections.remove(connection);
            return listeners.connections.isEmpty() ? null : listeners;
        });
    }

    /** How many hear a channel; who does so in two ways counts twice. */
    int receivers(Key channel) {
        return patterns.values().stream()
                .filter(each -> each.pattern.matches(channel.bytes()))
                .mapToInt(each -> each.connections.size())
                .reduce(channels.getOrDefault(channel, NOBODY).connections.size(), Integer::sum);
    }

    void deliver(List<Turn.Message> messages) {
        for (Turn.Message message : messages) {
            byte[] channel = Resp.bulk(message.channel().bytes());
            byte[] bytes = Resp.bulk(message.bytes());
            channels.getOrDefault(message.channel(), NOBODY).hear(Resp.array(Resp.bulk("message"), channel, bytes));
            patterns.forEach((name, listeners) -> {
                if (listeners.pattern.matches(message.channel().bytes())) {
                    listeners.hear(Resp.array(Resp.bulk("pmessage"), Resp.bulk(name.bytes()), channel, bytes));
                }
            });
        }
    }
}
