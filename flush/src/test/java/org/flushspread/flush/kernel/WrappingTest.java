package org.flushspread.flush.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.ServiceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data that names its view: who sends it so, and what it is good for when members are lost while others join, leave or disconnect. */
class WrappingTest implements FlushOutput {
    private static final String A = "#a#d1";
    private static final String B = "#b#d2";
    private static final String C = "#c#d1";
    private static final short TYPE = 7;

    private final List<GroupEvent> events = new ArrayList<>();
    private final FlushDispatcher layer =
            new FlushDispatcher(A, this, GroupRules.ours(FlushLimits.DEFAULT), Wrapping.ALWAYS);

    @Override
    public void event(GroupEvent event) {
        events.add(event);
    }

    @Override
    public void send(Outgoing message) {}

    private static GroupId id(int time, int index) {
        return new GroupId(new MembershipId(1, time), index);
    }

    private static ByteBuffer gid(GroupId id) {
        ByteBuf out = Unpooled.buffer();
        id.write(out);
        return out.nioBuffer();
    }

    private void wrapped(String from, GroupId in) {
        ByteBuffer body = ByteBuffer.allocate(1 + 2 + GroupId.LENGTH);
        body.position(3);
        body.put(gid(in)).flip();
        layer.data(ServiceType.SAFE_MESS, from, List.of("g"), FlushService.VULNERABLE, true, body);
    }

    private void plain(String from) {
        layer.data(ServiceType.SAFE_MESS, from, List.of("g"), TYPE, true, ByteBuffer.allocate(1));
    }

    private void consent(GroupId to, String from) {
        layer.data(ServiceType.FIFO_MESS, from, List.of("g"), FlushService.FLUSH_OK, true, gid(to));
    }

    private long delivered() {
        return events.stream().filter(GroupEvent.Data.class::isInstance).count();
    }

    /** a and b in a view of theirs. */
    private void together() {
        assertThat(layer.join("g").refusal()).isNull();
        layer.membership("g", Cause.JOIN, id(1, 2), List.of(A, B), List.of(A), 0);
        consent(id(1, 2), A);
        consent(id(1, 2), B);
        assertThat(layer.installedView("g")).isEqualTo(id(1, 2));
        events.clear();
    }

    /** The daemon of b is lost, and inside the transitional period c joins: its view tells already that b does not come along. */
    private void losingWhileSomebodyJoins() {
        together();
        layer.transition("g");
        layer.membership("g", Cause.NETWORK, id(2, 2), List.of(A, C, B), List.of(A), 0);
        layer.transition("g");
        events.clear();
    }

    @Test
    void whatNamesTheViewCountsThoughItsSenderIsKnownToBeLost() {
        losingWhileSomebodyJoins();
        wrapped(B, id(1, 2));
        assertThat(delivered()).isEqualTo(1);
    }

    @Test
    void whatDoesNotNameTheViewMayBeOfALaterOne() {
        losingWhileSomebodyJoins();
        plain(B);
        assertThat(delivered()).isZero();
        assertThat(layer.counters().refused(FlushReason.SENDER_NOT_IN_VIEW)).isEqualTo(1);
    }

    @Test
    void whatNamesAnotherViewDoesNotCount() {
        losingWhileSomebodyJoins();
        wrapped(B, id(2, 2));
        wrapped(B, id(1, 1));
        assertThat(delivered()).isZero();
    }

    @Test
    void whoNeverWasInTheViewDoesNotCount() {
        losingWhileSomebodyJoins();
        wrapped(C, id(1, 2));
        assertThat(delivered()).isZero();
    }

    @Test
    void behindThePeriodNothingOfThoseWhoAreLostCounts() {
        losingWhileSomebodyJoins();
        layer.membership("g", Cause.NETWORK, id(3, 1), List.of(A, C), List.of(A), 0);
        wrapped(B, id(1, 2));
        assertThat(delivered()).isZero();
        assertThat(layer.counters().refused(FlushReason.SENDER_NOT_IN_VIEW)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                ServiceType.UNRELIABLE_MESS,
                ServiceType.RELIABLE_MESS,
                ServiceType.FIFO_MESS,
                ServiceType.CAUSAL_MESS,
                ServiceType.AGREED_MESS,
                ServiceType.SAFE_MESS
            })
    void alwaysMeansEveryServiceInEveryState(int service) {
        together();
        assertThat(layer.viewState("g")).isEqualTo(ViewState.VERIFY);
        isWrapped(layer.multicast(service, "g", TYPE, 1, 5));
        isWrapped(layer.subgroupcast(service, "g", List.of(A, B), TYPE, 1, 5));
        for (String each : List.of(A, B)) {
            layer.data(ServiceType.FIFO_MESS, each, List.of("g"), FlushService.FLUSH_RECV, true, gid(id(1, 2)));
        }
        assertThat(layer.viewState("g")).isEqualTo(ViewState.STEADY);
        isWrapped(layer.multicast(service, "g", TYPE, 1, 5));
    }

    @Test
    void whatGoesToAPrivateGroupNamesNoView() {
        together();
        assertThat(layer.multicast(ServiceType.SAFE_MESS, B, TYPE, 1, 5).messType())
                .isEqualTo(TYPE);
    }

    @Test
    void whereNeededMeansWhatMayOvertakeInAnUnsteadyView() {
        FlushDispatcher sparing = new FlushDispatcher(A, this, FlushLimits.DEFAULT);
        assertThat(sparing.join("g").refusal()).isNull();
        sparing.membership("g", Cause.JOIN, id(1, 1), List.of(A), List.of(A), 0);
        sparing.data(ServiceType.FIFO_MESS, A, List.of("g"), FlushService.FLUSH_OK, true, gid(id(1, 1)));
        assertThat(sparing.viewState("g")).isEqualTo(ViewState.VERIFY);
        assertThat(sparing.multicast(ServiceType.FIFO_MESS, "g", TYPE, 1, 5).messType())
                .isEqualTo(FlushService.VULNERABLE);
        assertThat(sparing.multicast(ServiceType.SAFE_MESS, "g", TYPE, 1, 5).messType())
                .isEqualTo(TYPE);
    }

    private static void isWrapped(Outgoing message) {
        assertThat(message.refusal()).isNull();
        assertThat(message.messType()).isEqualTo(FlushService.VULNERABLE);
        ByteBuffer trailer = message.trailer().duplicate();
        assertThat(trailer.get()).isEqualTo((byte) TYPE);
        assertThat(GroupId.read(Unpooled.wrappedBuffer(trailer.position(2)), 0, true))
                .isEqualTo(id(1, 2));
    }
}
