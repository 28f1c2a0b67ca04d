package org.flushspread.tools;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.DataMessage;
import org.flushspread.client.Group;
import org.flushspread.client.Multicast;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.SpreadEvent;

/**
 * One member of a benchmark: joins, waits for the others, sends its share and receives everybody's.
 *
 * <p>A body begins with the number of the member and of the message. Own messages come back in the order they were sent (FIFO and stronger),
 * so a ring of send times is enough to tell the latency of each.
 */
final class BenchMember {
    private static final String GROUP = "bench";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Shorter waits than this are not left to a selector, which counts in milliseconds. */
    private static final long FINE_NANOS = 2_000_000;

    private static final long PARK_NANOS = 20_000;

    private final ConnectOptions options;
    private final int index;
    private final int members;
    private final BenchLoad load;
    private final Histogram latency = new Histogram(BenchResult.HIGHEST, 3);
    private final ByteBuffer body;
    private final Multicast to;
    private long[] sentAt = new long[1024];
    private int sent;
    private int ownReceived;
    private long received;
    private long receivedMeasured;
    private long measuredFrom;
    private long lastReceived;

    BenchMember(ConnectOptions options, int index, int members, BenchLoad load) {
        this.options = options;
        this.index = index;
        this.members = members;
        this.load = load;
        this.body = ByteBuffer.allocate(Math.max(BenchLoad.MIN_BYTES, load.bytes()));
        this.to = Multicast.to(GROUP).service(load.service());
    }

    BenchResult run() {
        try (SpreadConnection spread = SpreadConnection.connect(options)) {
            Group group = spread.join(GROUP);
            group.awaitView(members, PATIENCE);
            int total = load.warmup() + load.messages();
            if (load.window() > 0) {
                closedLoop(spread, total);
            } else {
                openLoop(spread, total);
            }
            long all = (long) total * members;
            while (received < all) {
                receive(spread, PATIENCE);
            }
            return new BenchResult(
                    index, load.messages(), receivedMeasured, Math.max(1, lastReceived - measuredFrom), latency);
        }
    }

    private void closedLoop(SpreadConnection spread, int total) {
        while (sent < total) {
            while (sent < total && sent - ownReceived < load.window()) {
                send(spread, System.nanoTime());
            }
            receive(spread, PATIENCE);
            drain(spread);
        }
    }

    /** Sends at the planned times, and counts latency from them: a send that comes late is late for its receiver too. */
    private void openLoop(SpreadConnection spread, int total) {
        long interval = 1_000_000_000L / load.rate();
        long start = System.nanoTime();
        while (sent < total) {
            long due = start + sent * interval;
            long wait = due - System.nanoTime();
            if (wait <= 0) {
                send(spread, due);
                drain(spread);
            } else if (wait > FINE_NANOS) {
                SpreadEvent event = spread.receive(Duration.ofNanos(wait - FINE_NANOS / 2));
                if (event != null) {
                    take(event);
                    drain(spread);
                }
            } else {
                SpreadEvent event = spread.tryReceive();
                if (event == null) {
                    LockSupport.parkNanos(Math.min(wait, PARK_NANOS));
                } else {
                    take(event);
                }
            }
        }
    }

    private void send(SpreadConnection spread, long time) {
        if (sent == load.warmup()) {
            measuredFrom = time;
        }
        if (sent - ownReceived >= sentAt.length) {
            growRing();
        }
        sentAt[sent & (sentAt.length - 1)] = time;
        body.clear();
        body.putInt(0, index).putInt(4, sent);
        sent++;
        spread.multicast(to, body);
    }

    private void growRing() {
        long[] larger = new long[2 * sentAt.length];
        for (int i = ownReceived; i < sent; i++) {
            larger[i & (larger.length - 1)] = sentAt[i & (sentAt.length - 1)];
        }
        sentAt = larger;
    }

    private void drain(SpreadConnection spread) {
        SpreadEvent event = spread.tryReceive();
        while (event != null) {
            take(event);
            event = spread.tryReceive();
        }
    }

    private void receive(SpreadConnection spread, Duration patience) {
        SpreadEvent event = spread.receive(patience);
        if (event == null) {
            throw new IllegalStateException("member " + index + " received nothing for " + patience.toSeconds()
                    + " s; it has " + received + " messages");
        }
        take(event);
    }

    private void take(SpreadEvent event) {
        if (!(event instanceof DataMessage message)) {
            return;
        }
        long now = System.nanoTime();
        received++;
        if (sent > load.warmup()) {
            receivedMeasured++;
        }
        lastReceived = now;
        ByteBuffer bytes = ByteBuffer.wrap(message.bytes());
        if (bytes.getInt(0) == index) {
            int number = bytes.getInt(4);
            if (number != ownReceived) {
                throw new IllegalStateException("member " + index + " received its message " + number + " where "
                        + ownReceived + " was due: the order is broken");
            }
            if (number >= load.warmup()) {
                latency.recordValue(Math.min(
                        BenchResult.HIGHEST, Math.max(0, now - sentAt[number & (sentAt.length - 1)])));
            }
            ownReceived++;
        }
    }
}
