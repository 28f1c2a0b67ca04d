package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.flushspread.Wait;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.MessageChannel;
import org.flushspread.client.SpreadException;
import org.flushspread.flush.kernel.Damage;
import org.flushspread.flush.kernel.FlushLimits;
import org.flushspread.flush.kernel.GroupEvent;
import org.flushspread.flush.kernel.MembershipState;
import org.flushspread.flush.kernel.Wrapping;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The flush layer on a link that is full, is cut off, or fails. */
@Timeout(120)
class FlushSessionTest {
    private static final long LONG = Wait.LONGEST.toNanos();

    private final TestDaemon daemon = new TestDaemon();
    private FaultyLink link;
    private FlushSession a;
    private FlushSession b;

    @BeforeEach
    void connect() throws IOException {
        link = new FaultyLink(daemon.name());
        a = session(ConnectOptions.of(daemon.name(), "a").withLink(link));
        b = session(ConnectOptions.of(daemon.name(), "b"));
    }

    private static FlushSession session(ConnectOptions options) {
        return new FlushSession(
                MessageChannel.connect(options.withMembership(true)), FlushLimits.DEFAULT, Wrapping.WHERE_NEEDED);
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
        daemon.close();
    }

    private static GroupEvent await(FlushSession session, Class<? extends GroupEvent> type) {
        while (true) {
            GroupEvent event = session.receive(LONG);
            assertThat(event).as("waiting for " + type.getSimpleName()).isNotNull();
            if (type.isInstance(event)) {
                return event;
            }
        }
    }

    private static Thread start(Runnable body) {
        Thread thread = new Thread(body, "test task");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** a and b are members, c joins; all have consented but a, which knows it. So nothing comes to a before it has consented. */
    private FlushSession change() {
        assertThat(a.join("g")).isZero();
        await(a, GroupEvent.View.class);
        assertThat(b.join("g")).isZero();
        await(a, GroupEvent.FlushRequest.class);
        assertThat(a.flush("g")).isZero();
        await(b, GroupEvent.View.class);
        await(a, GroupEvent.View.class);
        FlushSession c = session(ConnectOptions.of(daemon.name(), "c"));
        assertThat(c.join("g")).isZero();
        await(a, GroupEvent.FlushRequest.class);
        await(b, GroupEvent.FlushRequest.class);
        assertThat(b.flush("g")).isZero();
        Wait.until("only a's consent is missing", () -> {
            c.receive(1_000_000);
            a.receive(1_000_000);
            return a.ask(() -> a.dispatcher().pendingView("g")).missing().equals(List.of("#a#t1"));
        });
        return c;
    }

    @Test
    void aConsentThatMetAFullSocketGoesWhenThereIsRoomWithoutFurtherInput() throws InterruptedException {
        FlushSession c = change();
        BlockingQueue<GroupEvent> received = receiveView(a);
        link.full(true);
        // The consent is given, and its thread gives up waiting for the daemon.
        Thread flusher = start(() -> {
            Thread.currentThread().interrupt();
            assertThat(a.flush("g")).isZero();
        });
        end(flusher);
        link.full(false);
        assertThat(received.poll(60, TimeUnit.SECONDS)).isNotNull();
        c.close();
    }

    @Test
    void whatTheReceiverLeftToASenderGoesThoughThatSenderGivesUp() throws InterruptedException {
        assertThat(a.join("h")).isZero();
        link.full(true);
        Thread sender = start(() -> {
            try {
                a.multicast(ServiceType.FIFO_MESS, "#b#t1", (short) 0, new ByteBuffer[] {ByteBuffer.allocate(1)});
            } catch (SpreadException e) {
                // interrupted below
            }
        });
        Wait.until("the sender waits for room", link::writerWaits);
        // A joiner consents by itself. The receiver finds the lock of the senders taken, and trusts in the one who has
        // it.
        BlockingQueue<GroupEvent> received = receiveView(a);
        Wait.until("a is joining", () -> a.ask(() -> a.dispatcher().membershipState("h")) == MembershipState.JOINING);
        sender.interrupt();
        end(sender);
        link.full(false);
        assertThat(received.poll(60, TimeUnit.SECONDS)).isNotNull();
    }

    private static BlockingQueue<GroupEvent> receiveView(FlushSession session) {
        BlockingQueue<GroupEvent> received = new LinkedBlockingQueue<>();
        start(() -> {
            try {
                received.add(await(session, GroupEvent.View.class));
            } catch (SpreadException e) {
                // the test is over
            }
        });
        return received;
    }

    private static void end(Thread thread) throws InterruptedException {
        thread.join(TimeUnit.NANOSECONDS.toMillis(LONG));
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void whatWasReceivedIsNotLostWhenAnAnswerCannotBeWritten() {
        assertThat(a.join("g")).isZero();
        await(a, GroupEvent.View.class);
        assertThat(b.join("g")).isZero();
        await(a, GroupEvent.FlushRequest.class);
        assertThat(a.flush("g")).isZero();
        await(b, GroupEvent.View.class);
        b.multicast(ServiceType.FIFO_MESS, "g", (short) 0, new ByteBuffer[] {ByteBuffer.wrap(new byte[] {7})});
        await(b, GroupEvent.Data.class);
        // a has its view and b's message still to come, and the view makes it confirm: that fails.
        link.cutOff(new IOException("Connection reset by peer"));
        GroupEvent view = a.receive(LONG);
        assertThat(view).isInstanceOf(GroupEvent.View.class);
        GroupEvent data = a.receive(LONG);
        assertThat(data).isInstanceOf(GroupEvent.Data.class);
        assertThatThrownBy(() -> {
                    while (true) {
                        a.receive(LONG);
                    }
                })
                .isInstanceOf(SpreadException.class)
                .hasMessageContaining("Connection reset by peer");
    }

    @Test
    void aSenderThatWasCutOffWithMessagesUnreadIsToldWhy() {
        assertThat(a.join("g")).isZero();
        await(a, GroupEvent.View.class);
        for (int i = 0; i < 10; i++) {
            b.multicast(ServiceType.FIFO_MESS, "#a#t1", (short) 0, new ByteBuffer[] {ByteBuffer.allocate(1000)});
        }
        b.multicast(ServiceType.FIFO_MESS, "#b#t1", (short) 0, new ByteBuffer[] {ByteBuffer.allocate(1)});
        await(b, GroupEvent.Data.class);
        link.cutOff(new IOException("Connection reset by peer"));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> a.multicast(
                            ServiceType.FIFO_MESS, "#b#t1", (short) 0, new ByteBuffer[] {ByteBuffer.allocate(1)}))
                    .hasMessageContaining("Connection reset by peer")
                    .hasMessageContaining("reads too slowly")
                    .hasMessageContaining("MaxSessionMessages")
                    .extracting(e -> ((SpreadException) e).code())
                    .isEqualTo(SpreadCode.CONNECTION_CLOSED);
        }
        @Nullable GroupEvent event = a.receive(LONG);
        assertThat(event).as("what came before can be received").isInstanceOf(GroupEvent.Data.class);
    }

    @Test
    void aBrokenInvariantEndsTheConnectionAndSaysWhichRule() {
        assertThat(a.join("g")).isZero();
        await(a, GroupEvent.View.class);
        a.ask(() -> {
            Damage.loseSelf(a.dispatcher(), "g");
            return 0;
        });
        assertThat(b.join("g")).isZero();

        assertThatThrownBy(() -> await(a, GroupEvent.View.class))
                .isInstanceOfSatisfying(
                        SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.CONNECTION_CLOSED))
                .hasMessageContaining("flush-protocol 1.3 P1")
                .hasMessageContaining("in group 'g'");
        assertThat(a.isOpen()).isFalse();
        assertThatThrownBy(() -> a.receive(0)).hasMessageContaining("flush-protocol 1.3 P1");
    }
}
