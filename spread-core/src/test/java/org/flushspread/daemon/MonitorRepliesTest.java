package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.flushspread.wire.IpAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MonitorRepliesTest {
    /** Of the addresses for documentation: no host has it. */
    private static final IpAddress NOT_HERE = IpAddress.ipv4(0xcb007101);

    private static final IpAddress LOOPBACK = IpAddress.ipv4(0x7f000001);
    private static final int DISCARD = 9;

    @ParameterizedTest
    @EnumSource
    void aReplyThatCannotComeFromTheOwnAddressNeverComesFromAnother(Sockets sockets) {
        assumeTrue(sockets == Sockets.NIO || Sockets.best() == sockets, "needs epoll");
        ShellCounters counters = new ShellCounters();
        MonitorReplies replies = new MonitorReplies(
                sockets, ByteBufAllocator.DEFAULT, counters, NOT_HERE, true, SealedChannel.unsealed(counters));
        ByteBuf answer = Unpooled.copiedBuffer("answer", StandardCharsets.US_ASCII);
        replies.send(LOOPBACK, DISCARD, answer);
        replies.send(LOOPBACK, DISCARD, answer);
        replies.close();
        assertThat(counters.sendFailures).isEqualTo(2);
    }
}
