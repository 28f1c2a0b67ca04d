package org.flushspread.tools.monitor;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.daemon.net.NetworkAddresses;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.MonitorFacts;
import org.flushspread.wire.MonitorPackets;
import org.flushspread.wire.MonitorQuestion;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.StatusReply;

/** Answers monitors as a daemon would whose host is an hour ahead: network namespaces have no clock of their own. */
final class WrongClock {
    private static final int HOUR = 3600;

    private WrongClock() {}

    /** @param args spread.conf, name of the daemon */
    public static void main(String[] args) throws Exception {
        Configuration configuration = Configuration.read(java.nio.file.Path.of(args[0]));
        Daemon me = configuration.requireByName(args[1]);
        try (DatagramSocket socket = new DatagramSocket(me.port())) {
            System.out.println("listening");
            byte[] bytes = new byte[PacketHeader.MAX_PACKET];
            while (true) {
                DatagramPacket request = new DatagramPacket(bytes, bytes.length);
                socket.receive(request);
                ByteBuf in = Unpooled.wrappedBuffer(bytes, 0, request.getLength());
                if (!MonitorPackets.isFromMonitor4(in, 0, true)) {
                    continue;
                }
                ByteBuf out = Unpooled.buffer();
                new StatusReply(
                                1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, me.id(), me.id(), 0, 1, 1, 1, 160, 20, 0,
                                15, 0, 0, 4, 4, 0)
                        .write(out);
                MonitorQuestion question = MonitorQuestion.of(in, 0, true);
                if (question.kind() == MonitorQuestion.Kind.FACTS) {
                    int now = (int) (System.currentTimeMillis() / 1000) + HOUR;
                    new MonitorFacts(question.value(), configuration.hash(), new MembershipId(me.id(), now), now)
                            .write(out, 0);
                }
                byte[] answer = new byte[out.readableBytes()];
                out.readBytes(answer);
                socket.send(new DatagramPacket(
                        answer,
                        answer.length,
                        NetworkAddresses.inet(IpAddress.ipv4(PacketHeader.procId(in, 0, true))),
                        MonitorPackets.replyPort(in, 0, true)));
            }
        }
    }
}
