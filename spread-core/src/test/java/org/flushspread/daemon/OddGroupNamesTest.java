package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flushspread.config.Configuration;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Groups of names that no library of ours would allow are groups as any other, as at a C daemon (client-protocol 4.1). */
@Timeout(120)
class OddGroupNamesTest {
    private static final int PORT = TestPorts.free();
    private static final List<String> NAMES = List.of("", "#x", "#member#d2", " ", "a b", "\u0001", "\u007f", "\u00ff");

    /** A message as it came: its type and groups. */
    private record Seen(int type, String about, List<String> groups) {}

    private static Seen next(SocketChannel from) throws IOException {
        ByteBuf header = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(RawClient.read(from, MessageHeader.LENGTH)));
        int type = MessageHeader.type(header, 0, true) & 0x7fffff7f;
        int groups = MessageHeader.numGroups(header, 0, true);
        int length = MessageHeader.dataLength(header, 0, true);
        ByteBuf rest =
                Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(RawClient.read(from, groups * Name.SLOT + length)));
        List<String> names = new ArrayList<>();
        for (int i = 0; i < groups; i++) {
            names.add(Name.read(rest, i * Name.SLOT).toString());
        }
        return new Seen(type, Name.read(header, MessageHeader.PRIVATE_GROUP).toString(), names);
    }

    private static SocketChannel member(int daemon) throws IOException {
        SocketChannel client = SocketChannel.open(new InetSocketAddress("127.0." + daemon + ".1", PORT));
        RawClient.handshake(client, "member");
        String me = "#member#d" + daemon;
        for (String name : NAMES) {
            RawClient.write(client, RawClient.message(ServiceType.JOIN_MESS, me, List.of(name), ""));
            assertThat(next(client)).satisfies(view -> {
                assertThat(view.about()).isEqualTo(name);
                assertThat(view.groups()).contains(me);
            });
        }
        return client;
    }

    @Test
    void theyAreJoinedExchangedBetweenDaemonsSentToAndLeft() throws IOException {
        Configuration two = TestDaemons.configuration(2, PORT, TestDaemons.FAST + "AcceleratedRing = no\n");
        try (TestDaemons daemons = new TestDaemons()) {
            DaemonOptions options = daemons.options().withSocketDirectory(Optional.empty());
            SpreadDaemon first = daemons.start(two, "d1", options);
            try (SocketChannel one = member(1)) {
                // Each has its groups before the rings merge.
                SpreadDaemon second = daemons.start(two, "d2", options);
                try (SocketChannel other = member(2)) {
                    TestDaemons.awaitMembership(first, "d1", "d2");
                    TestDaemons.awaitMembership(second, "d1", "d2");
                    for (String name : NAMES) {
                        Seen view = next(one);
                        while (view.groups().size() < 2) {
                            view = next(one);
                        }
                        assertThat(view).isEqualTo(new Seen(view.type(), name, List.of("#member#d1", "#member#d2")));
                    }
                    for (String name : NAMES) {
                        RawClient.write(other, RawClient.message("#member#d2", List.of(name), "hello"));
                        RawClient.write(
                                other, RawClient.message(ServiceType.LEAVE_MESS, "#member#d2", List.of(name), ""));
                        if (!name.startsWith("#")) {
                            Seen data = next(one);
                            assertThat(data.type()).isEqualTo(ServiceType.AGREED_MESS);
                            assertThat(data.groups()).containsExactly(name);
                        }
                        Seen left = next(one);
                        assertThat(left.type()).isEqualTo(ServiceType.REG_MEMB_MESS | ServiceType.CAUSED_BY_LEAVE);
                        assertThat(left.about()).isEqualTo(name);
                        assertThat(left.groups()).containsExactly("#member#d1");
                    }
                }
            }
            assertThat(first.metrics().counters()).containsEntry("loopFailures", 0L);
        }
    }
}
