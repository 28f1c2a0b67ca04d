package org.flushspread.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import org.flushspread.Wait;
import org.flushspread.config.Configuration;
import org.flushspread.daemon.DaemonOptions;
import org.flushspread.embedded.EmbeddedDaemon;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Large messages never mix, and unfinished ones are bounded by sender, bytes, number and age. */
@Timeout(120)
class LargeMessagesTest {
    private static final LargeMessages.Limits LIMITS =
            new LargeMessages.Limits(1000, 1 << 20, 1 << 22, Duration.ofSeconds(10));

    private final AtomicLong now = new AtomicLong();
    private EmbeddedDaemon daemon;
    private SpreadConnection spread;
    private LargeMessages in;

    @BeforeEach
    void start() {
        Configuration local = Configuration.local();
        daemon = EmbeddedDaemon.start(local, local.daemons().get(0).name(), DaemonOptions.DEFAULTS.withNetwork(false));
        spread = daemon.connect("me");
        in = new LargeMessages(spread, LIMITS, now::get);
    }

    @AfterEach
    void stop() {
        spread.close();
        daemon.close();
    }

    /** The first fragment of so many bytes, of a message twice as long. */
    private static DataMessage half(String sender, String group, int bytes) {
        return fragment(sender, group, 7, 2 * bytes, 0, bytes);
    }

    private static DataMessage fragment(String sender, String group, long number, int length, int offset, int bytes) {
        byte[] body = ByteBuffer.allocate(LargeMessages.HEADER + bytes)
                .putInt(0x664c4d31)
                .putLong(number)
                .putInt(length)
                .putInt(offset)
                .array();
        return new DataMessage(0x10, sender, List.of(group), (short) 0, true, body);
    }

    private static View view(String group, View.Cause cause, String... members) {
        return new View(
                0x1000,
                group,
                new GroupId(new MembershipId(1, 2), 3),
                List.of(members),
                0,
                cause,
                cause == View.Cause.NETWORK ? null : members[0],
                List.of(List.of(members)),
                0);
    }

    @Test
    void messagesOfSeveralObjectsOnOneConnectionNeverMix() throws Exception {
        spread.join("m").awaitJoined(Wait.LONGEST);
        Multicast how = Multicast.to("m").service(Service.FIFO);
        int rounds = 30;
        CyclicBarrier together = new CyclicBarrier(2);
        Thread[] senders = new Thread[2];
        for (int i = 0; i < senders.length; i++) {
            byte[] body = new byte[3500];
            Arrays.fill(body, (byte) ('A' + i));
            LargeMessages out = new LargeMessages(spread, LIMITS);
            senders[i] = new Thread(() -> {
                try {
                    for (int round = 0; round < rounds; round++) {
                        together.await();
                        out.multicast(how, body);
                    }
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            senders[i].start();
        }
        for (int whole = 0; whole < 2 * rounds; ) {
            SpreadEvent event = spread.receive(Wait.LONGEST);
            assertThat(event).as("%s messages came", whole).isNotNull();
            if (in.accept(event) instanceof DataMessage message) {
                byte[] expected = new byte[3500];
                Arrays.fill(expected, message.bytes()[0]);
                assertThat(message.bytes()).isEqualTo(expected);
                whole++;
            }
        }
        assertThat(in.dropped()).isZero();
        for (Thread each : senders) {
            each.join();
        }
    }

    @Test
    void anUnfinishedMessageIsNotGoneOnWithByALaterConnectionOfTheSameName() {
        DataMessage[] second = new DataMessage[2];
        for (int life = 0; life < 2; life++) {
            try (SpreadConnection sender = daemon.connect("twice")) {
                new LargeMessages(sender, LIMITS).multicast(Multicast.to(spread.privateGroup()), new byte[1500]);
            }
            DataMessage first = (DataMessage) spread.receive(Wait.LONGEST);
            second[life] = (DataMessage) spread.receive(Wait.LONGEST);
            if (life == 0) {
                assertThat(in.accept(first)).isNull();
            }
        }
        assertThat(in.accept(second[1])).isNull();
        assertThat(in.dropped()).isOne();
    }

    @Test
    void aSenderThatIsLostWithTheNetworkHoldsNothing() {
        in.accept(view("g", View.Cause.JOIN, "#me#d1", "#lost#d2", "#stays#d1"));
        in.accept(view("h", View.Cause.JOIN, "#me#d1"));
        assertThat(in.accept(half("#lost#d2", "g", 300))).isNull();
        assertThat(in.accept(half("#stays#d1", "g", 200))).isNull();
        assertThat(in.accept(half("#stranger#d1", "g", 100))).isNull();
        in.accept(view("h", View.Cause.NETWORK, "#me#d1"));
        assertThat(in.held()).isEqualTo(600);
        in.accept(view("g", View.Cause.NETWORK, "#me#d1", "#stays#d1"));
        assertThat(in.held()).isEqualTo(300);
        assertThat(in.dropped()).isOne();
    }

    @Test
    void whatWasSentToAGroupThatThisConnectionLeavesHoldsNothing() {
        assertThat(in.accept(half("#a#d1", "g", 300))).isNull();
        assertThat(in.accept(half("#b#d1", "h", 200))).isNull();
        in.accept(new SelfLeave(0x200, "g"));
        assertThat(in.held()).isEqualTo(200);
    }

    @Test
    void whatDoesNotGrowGoesWhenItIsOld() {
        assertThat(in.accept(half("#a#d1", "g", 300))).isNull();
        now.addAndGet(6_000_000_000L);
        assertThat(in.accept(half("#b#d1", "g", 200))).isNull();
        assertThat(in.accept(fragment("#a#d1", "g", 7, 600, 300, 100))).isNull();
        now.addAndGet(6_000_000_000L);
        in.accept(view("other", View.Cause.JOIN, "#me#d1"));
        assertThat(in.dropped()).isZero();
        now.addAndGet(4_100_000_000L);
        in.accept(view("other", View.Cause.JOIN, "#me#d1"));
        assertThat(in.dropped()).isEqualTo(2);
        assertThat(in.held()).isZero();
    }

    @Test
    void whatIsOldIsNotHeldThoughNoEventComes() {
        assertThat(in.accept(half("#a#d1", "g", 300))).isNull();
        now.addAndGet(6_000_000_000L);
        assertThat(in.accept(half("#b#d1", "g", 200))).isNull();
        assertThat(in.held()).isEqualTo(500);
        now.addAndGet(4_100_000_000L);
        assertThat(in.held()).isEqualTo(200);
        now.addAndGet(6_000_000_000L);
        assertThat(in.dropped()).isEqualTo(2);
        assertThat(in.held()).isZero();
    }

    @Test
    void tinyFragmentsCostNoMoreThanTheirMessage() {
        for (int i = 0; i < 5000; i++) {
            assertThat(in.accept(fragment("#a#d1", "g", 1, 1 << 20, i, 1))).isNull();
        }
        assertThat(in.held()).isBetween(5000L, 10_000L);
    }

    @Test
    void manySendersOfAlmostNothingAreBounded() {
        for (int i = 0; i < 20_000; i++) {
            assertThat(in.accept(half("#s" + i + "#d1", "g", 1))).isNull();
        }
        assertThat(in.held()).isEqualTo(10_000);
        assertThat(in.dropped()).isEqualTo(10_000);
    }
}
