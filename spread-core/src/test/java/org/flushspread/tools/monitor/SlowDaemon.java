package org.flushspread.tools.monitor;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.flushspread.config.Daemon;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.MonitorFacts;
import org.flushspread.wire.MonitorPackets;
import org.flushspread.wire.MonitorQuestion;
import org.flushspread.wire.StatusReply;

/** Answers monitors at both ports of a daemon, as late as a busy one. */
final class SlowDaemon implements AutoCloseable {
    private final Daemon me;
    private final Duration delay;
    private final DatagramSocket data;
    private final DatagramSocket token;
    private final ScheduledExecutorService answers = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger lostAtTokenPort = new AtomicInteger();

    SlowDaemon(Daemon me, Duration delay) throws IOException {
        this.me = me;
        this.delay = delay;
        data = open(me.port());
        token = open(me.tokenPort());
        listen(data);
        listen(token);
    }

    private DatagramSocket open(int port) throws SocketException {
        return new DatagramSocket(new InetSocketAddress(me.address().toString(), port));
    }

    void deafAtTokenPort() {
        lostAtTokenPort.set(Integer.MAX_VALUE);
    }

    /** Loses so many datagrams. */
    void losesAtTokenPort(int count) {
        lostAtTokenPort.set(count);
    }

    private void listen(DatagramSocket at) {
        Thread reader = new Thread(() -> read(at), "slow-" + at.getLocalPort());
        reader.setDaemon(true);
        reader.start();
    }

    private void read(DatagramSocket at) {
        byte[] bytes = new byte[2048];
        while (!at.isClosed()) {
            DatagramPacket datagram = new DatagramPacket(bytes, bytes.length);
            try {
                at.receive(datagram);
            } catch (IOException closed) {
                return;
            }
            if (at == token && lostAtTokenPort.getAndDecrement() > 0) {
                continue;
            }
            ByteBuf request = Unpooled.wrappedBuffer(bytes, 0, datagram.getLength());
            int port = MonitorPackets.replyPort(request, 0, true);
            byte[] answer = answer(MonitorQuestion.of(request, 0, true));
            answers.schedule(() -> send(answer, port), delay.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private byte[] answer(MonitorQuestion question) {
        ByteBuf out = Unpooled.buffer();
        int id = me.id();
        new StatusReply(1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, id, id, 0, 1, 1, 1, 60, 20, 0, 0, 0, 0, 4, 4, 0)
                .write(out);
        if (question.kind() == MonitorQuestion.Kind.FACTS) {
            new MonitorFacts(question.value(), 0, new MembershipId(id, 1), 1).write(out, 0);
        }
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    private void send(byte[] answer, int port) {
        try {
            data.send(new DatagramPacket(
                    answer, answer.length, InetAddress.getByName(me.address().toString()), port));
        } catch (IOException e) {
            // The test is over.
        }
    }

    @Override
    public void close() {
        data.close();
        token.close();
        answers.shutdownNow();
    }
}
