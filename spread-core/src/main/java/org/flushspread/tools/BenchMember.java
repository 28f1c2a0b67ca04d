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
import org.flushspread.client.SpreadException;

/**
 * One member of a benchmark: joins, waits for the others, sends its share and receives everybody's.
 *
 * <p>A body begins with the number of the member, the number of the message, and 1 if it is the last of its sender. Own messages come back
 * in the order they were sent (FIFO and stronger), so a ring of send times is enough to tell the latency of each. The measurement ends
 * with the own delivery of the last own message.
 */
final class BenchMember {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long RETRY_NANOS = 20_000_000;
    /** Shorter waits than this are not left to a selector, which counts in milliseconds. */
    private static final long FINE_NANOS = 2_000_000;

    private static final long PARK_NANOS = 20_000;
    private static final int NUMBER = 4;
    private static final int LAST = 8;

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
    /** Members whose last message came. */
    private int ended;

    private long warmUntil;
    private boolean measuring;
    private boolean lastSent;
    private int firstMeasured;
    private long measuredFrom;
    private long measuredTo;
    private long received;

    BenchMember(ConnectOptions options, int index, int members, BenchLoad load) {
        this.options = options;
        this.index = index;
        this.members = members;
        this.load = load;
        this.body = ByteBuffer.allocate(Math.max(BenchLoad.MIN_BYTES, load.bytes()));
        this.to = Multicast.to(load.group()).service(load.service());
    }

    BenchResult run() {
        try (SpreadConnection spread = connect()) {
            Group group = spread.join(load.group());
            group.awaitView(members, PATIENCE);
            warmUntil = System.nanoTime() + load.warmup().toNanos();
            if (load.window() > 0) {
                closedLoop(spread);
            } else {
                openLoop(spread);
            }
            while (ended < members) {
                receive(spread);
            }
            return new BenchResult(
                    index, sent - firstMeasured, received, Math.max(1, measuredTo - measuredFrom), latency);
        }
    }

    private SpreadConnection connect() {
        long end = System.nanoTime() + load.patience().toNanos();
        while (true) {
            try {
                return SpreadConnection.connect(options);
            } catch (SpreadException e) {
                if (System.nanoTime() - end >= 0) {
                    throw e;
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    private void closedLoop(SpreadConnection spread) {
        while (!lastSent) {
            while (!lastSent && sent - ownReceived < load.window()) {
                send(spread, System.nanoTime());
            }
            receive(spread);
            drain(spread);
        }
    }

    /** Sends at the planned times, and counts latency from them: a send that comes late is late for its receiver too. */
    private void openLoop(SpreadConnection spread) {
        long interval = 1_000_000_000L / load.rate();
        long start = System.nanoTime();
        while (!lastSent) {
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
        if (!measuring && time - warmUntil >= 0) {
            measuring = true;
            measuredFrom = time;
            firstMeasured = sent;
        }
        lastSent = measuring
                && (load.messages() > 0
                        ? sent + 1 - firstMeasured == load.messages()
                        : time - measuredFrom >= load.measured().toNanos());
        if (sent - ownReceived >= sentAt.length) {
            growRing();
        }
        sentAt[sent & (sentAt.length - 1)] = time;
        body.clear();
        body.putInt(0, index).putInt(NUMBER, sent).putInt(LAST, lastSent ? 1 : 0);
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

    private void receive(SpreadConnection spread) {
        SpreadEvent event = spread.receive(PATIENCE);
        if (event == null) {
            throw new IllegalStateException("member " + index + " received nothing for " + PATIENCE.toSeconds()
                    + " s; " + ownReceived + " of the " + sent
                    + " messages it sent have come back, and the last ones of "
                    + ended + " of " + members + " members");
        }
        take(event);
    }

    private void take(SpreadEvent event) {
        if (!(event instanceof DataMessage message)) {
            return;
        }
        if (measuring && measuredTo == 0) {
            received++;
        }
        ByteBuffer bytes = ByteBuffer.wrap(message.bytes());
        if (bytes.getInt(0) == index) {
            ownMessage(bytes.getInt(NUMBER));
        }
        ended += bytes.getInt(LAST);
    }

    private void ownMessage(int number) {
        long now = System.nanoTime();
        if (number != ownReceived) {
            throw new IllegalStateException("member " + index + " received its message " + number + " where "
                    + ownReceived + " was due: the order is broken");
        }
        if (measuring && number >= firstMeasured) {
            latency.recordValue(Math.min(BenchResult.HIGHEST, Math.max(0, now - sentAt[number & (sentAt.length - 1)])));
        }
        ownReceived++;
        if (lastSent && ownReceived == sent) {
            measuredTo = now;
        }
    }
}
