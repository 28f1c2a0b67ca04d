package org.flushspread.bench;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.DataMessage;
import org.flushspread.client.Group;
import org.flushspread.client.Multicast;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.SpreadEvent;
import org.jspecify.annotations.Nullable;

/** Without views of its own: the plain client. */
final class SpreadTraffic implements Traffic {
    private static final String GROUP = "bench-sp";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final SpreadConnection connection;
    private final Group group;
    private final Multicast to;

    SpreadTraffic(String daemon, int index, Service service) {
        connection = SpreadConnection.connect(ConnectOptions.of(daemon, FlushBench.name("p", index)));
        group = connection.join(GROUP);
        to = Multicast.to(GROUP).service(service);
    }

    @Override
    public void awaitMembers(int count) {
        group.awaitView(count, PATIENCE);
    }

    @Override
    public void send(ByteBuffer body) {
        connection.multicast(to, body);
    }

    @Override
    public byte @Nullable [] receive(boolean wait) {
        while (true) {
            SpreadEvent event = wait ? connection.receive(PATIENCE) : connection.tryReceive();
            if (event == null) {
                return null;
            }
            if (event instanceof DataMessage message) {
                return message.bytes();
            }
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
