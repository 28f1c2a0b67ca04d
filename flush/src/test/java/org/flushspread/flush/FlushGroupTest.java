package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.flushspread.Wait;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadException;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a group says and refuses over its life: before the first view, as a member, when left, and when joined again. */
@Timeout(120)
class FlushGroupTest {
    private static final Duration LONG = Wait.LONGEST;

    private final TestDaemon daemon = new TestDaemon();
    private final List<FlushConnection> open = new ArrayList<>();

    private FlushConnection connect(String name) {
        FlushConnection connection = FlushConnection.connect(daemon.name(), name);
        open.add(connection);
        return connection;
    }

    @AfterEach
    void close() {
        open.forEach(FlushConnection::close);
        daemon.close();
    }

    private static <T extends FlushEvent> T next(FlushConnection connection, Class<T> type) {
        FlushEvent event = connection.receive(LONG);
        assertThat(event).isInstanceOf(type);
        return type.cast(event);
    }

    @Test
    void aLeaveBeforeTheFirstViewIsDoneWhenThatIsThere() {
        FlushConnection a = connect("a");
        FlushGroup group = a.join("g");
        group.leave();
        assertThatThrownBy(group::leave).hasMessageContaining("this connection is leaving it");
        assertThatThrownBy(() -> a.join("g")).hasMessageContaining("still leaving it");
        next(a, View.class);
        SelfLeave left = next(a, SelfLeave.class);
        assertThat(left.reason()).isNull();
        assertThat(group.hasLeft()).isTrue();
        FlushGroup again = a.join("g");
        assertThat(again.awaitView(1, LONG).members()).hasSize(1);
        again.multicast(Service.FIFO, "the leave was for the first membership only");
        next(a, DataMessage.class);
    }

    @Test
    void aGroupOfAnEarlierMembershipActsOnNothing() {
        FlushConnection a = connect("a");
        FlushGroup old = a.join("g");
        old.awaitView(1, LONG);
        old.leave();
        next(a, SelfLeave.class);
        assertThatThrownBy(() -> old.multicast(Service.FIFO, "x")).hasMessageContaining("it has left");
        FlushGroup now = a.join("g");
        View view = now.awaitView(1, LONG);
        FlushConnection b = connect("b");
        b.join("g");
        FlushRequest request = next(a, FlushRequest.class);
        for (org.assertj.core.api.ThrowableAssert.ThrowingCallable call :
                List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
                        () -> old.multicast(Service.FIFO, "x"),
                        () -> old.unicast(Service.FIFO, a.privateGroup(), "x"),
                        old::flush,
                        old::leave,
                        () -> old.awaitView(1, LONG),
                        () -> old.listen(new FlushListener() {}))) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalGroupException.class)
                    .hasMessageContaining("of an earlier membership");
        }
        assertThat(old.pendingView()).isNull();
        assertThat(old.view()).isNull();
        assertThat(now.view()).isEqualTo(view);
        assertThat(now.pendingView()).isNotNull();
        request.flush();
    }

    @Test
    void eachRefusalHasASentenceOfItsOwn() {
        FlushConnection a = connect("a");
        assertThatThrownBy(() -> a.join("no spaces"))
                .isInstanceOf(IllegalGroupException.class)
                .hasMessageContaining("illegal character at position 3")
                .hasMessageNotContaining("already");
        FlushGroup group = a.join("g");
        assertThatThrownBy(() -> a.join("g"))
                .isInstanceOf(IllegalGroupException.class)
                .hasMessageContaining("has joined it already")
                .hasMessageNotContaining("character");
        assertThatThrownBy(() -> group.multicast(Service.FIFO, "x"))
                .isInstanceOf(IllegalGroupException.class)
                .hasMessageContaining("first view has not come yet");
        group.awaitView(1, LONG);
        group.leave();
        assertThatThrownBy(() -> group.multicast(Service.FIFO, "x"))
                .isInstanceOf(IllegalGroupException.class)
                .hasMessageContaining("is leaving it");
        assertThatThrownBy(() -> a.unicast(Service.FIFO, "bob", new byte[0]))
                .isInstanceOf(IllegalGroupException.class)
                .hasMessageContaining("'bob': it is no private group");
    }

    @Test
    void messagesHaveATypeAndAService() {
        FlushConnection a = connect("a");
        FlushGroup group = a.join("g");
        group.awaitView(1, LONG);
        String me = a.privateGroup();
        group.multicast(Service.SAFE, 1, new byte[] {1});
        group.multicast(Service.CAUSAL, 2, ByteBuffer.wrap(new byte[] {1}), ByteBuffer.wrap(new byte[] {2}));
        group.unicast(Service.AGREED, 3, me, new byte[] {1});
        group.unicast(Service.FIFO, 4, me, ByteBuffer.wrap(new byte[] {1}));
        group.subgroupcast(Service.RELIABLE, 5, List.of(me), new byte[] {1});
        a.unicast(Service.FIFO, 6, me, new byte[] {1});
        a.unicast(Service.FIFO, -32765, me, ByteBuffer.wrap(new byte[] {1}));
        Service[] services = {
            Service.SAFE, Service.CAUSAL, Service.AGREED, Service.FIFO, Service.RELIABLE, Service.FIFO, Service.FIFO
        };
        for (int i = 0; i < services.length; i++) {
            DataMessage message = next(a, DataMessage.class);
            assertThat(message.service()).isEqualTo(services[i]);
            assertThat(message.type()).isEqualTo((short) (i == 6 ? -32765 : i + 1));
        }
        assertThatThrownBy(() -> group.multicast(Service.FIFO, 40_000, new byte[0]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> group.multicast(Service.FIFO, -32768, new byte[0]))
                .extracting(e -> ((SpreadException) e).code())
                .isEqualTo(SpreadCode.ILLEGAL_MESSAGE_TYPE);
    }

    @Test
    void whatAwaitViewConsumedDoesNotComeAgain() {
        FlushConnection a = connect("a");
        FlushGroup group = a.join("g");
        group.awaitView(1, LONG);
        assertThat(a.tryReceive()).isNull();
        group.multicast(Service.FIFO, "kept");
        FlushConnection b = connect("b");
        FlushGroup atB = b.join("g");
        Thread other = new Thread(() -> atB.awaitView(2, LONG));
        other.start();
        View view = group.awaitView(2, LONG);
        assertThat(group.view()).isEqualTo(view);
        assertThat(next(a, DataMessage.class).text()).isEqualTo("kept");
        assertThat(a.tryReceive()).as("neither views nor requests").isNull();
        daemon.transition("g");
        next(a, Transition.class);
    }

    @Test
    void awaitViewEndsWhenTheGroupIsLeft() {
        FlushConnection a = connect("a");
        FlushGroup group = a.join("g");
        group.leave();
        assertThatThrownBy(() -> group.awaitView(2, LONG)).isInstanceOf(IllegalGroupException.class);
        next(a, SelfLeave.class);
    }

    @Test
    void aListenerThatWaitsForItsOwnViewIsToldSo() throws InterruptedException {
        FlushConnection a = connect("a");
        FlushGroup group = a.join("g");
        LinkedBlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
        group.listen(new FlushListener() {
            @Override
            public void onView(View view) {
                try {
                    group.awaitView(2, LONG);
                } catch (IllegalStateException e) {
                    thrown.add(e);
                }
            }
        });
        @Nullable Throwable e = thrown.poll(60, TimeUnit.SECONDS);
        assertThat(e).isNotNull().hasMessageContaining("by onView");
    }

    @Test
    void aPendingViewTellsWhoseConsentIsMissing() {
        FlushConnection a = connect("a");
        FlushGroup group = a.join("g");
        group.awaitView(1, LONG);
        assertThat(group.pendingView()).isNull();
        FlushConnection b = connect("b");
        b.join("g");
        next(a, FlushRequest.class);
        PendingView pending = group.pendingView();
        assertThat(pending).isNotNull();
        assertThat(pending.members()).containsExactly("#a#t1", "#b#t1");
        assertThat(pending.missing()).contains("#a#t1");
        assertThat(pending.age()).isBetween(Duration.ZERO, LONG);
        assertThat(pending.queued()).isEqualTo(1);
    }
}
