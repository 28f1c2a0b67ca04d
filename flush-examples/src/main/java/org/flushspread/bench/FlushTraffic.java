package org.flushspread.bench;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.Service;
import org.flushspread.flush.DataMessage;
import org.flushspread.flush.FlushConnection;
import org.flushspread.flush.FlushEvent;
import org.flushspread.flush.FlushGroup;
import org.flushspread.flush.FlushRequest;
import org.jspecify.annotations.Nullable;

/** Through the flush layer, in one view. */
final class FlushTraffic implements Traffic {
    private static final String GROUP = "bench-fl";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final FlushConnection connection;
    private final FlushGroup group;
    private final Service service;

    FlushTraffic(String daemon, int index, Service service) {
        connection = FlushConnection.connect(ConnectOptions.of(daemon, FlushBench.name("f", index)));
        group = connection.join(GROUP);
        this.service = service;
    }

    @Override
    public void awaitMembers(int count) {
        group.awaitView(count, PATIENCE);
    }

    @Override
    public void send(ByteBuffer body) {
        group.multicast(service, body);
    }

    @Override
    public byte @Nullable [] receive(boolean wait) {
        while (true) {
            FlushEvent event = wait ? connection.receive(PATIENCE) : connection.tryReceive();
            if (event == null) {
                return null;
            }
            if (event instanceof DataMessage message) {
                return message.bytes();
            }
            if (event instanceof FlushRequest request) {
                request.flush();
            }
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
