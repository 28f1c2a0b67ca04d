package org.flushspread.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flushspread.flush.replica.Quorum.majorityOf;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.flushspread.client.DataMessage;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.SpreadEvent;
import org.flushspread.flush.Codec;
import org.flushspread.flush.FlushConnection;
import org.flushspread.flush.FlushGroup;
import org.flushspread.flush.ReplicatedStateMachine;
import org.flushspread.flush.StateMachine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a test of a program can do with a ring and its network. */
@Timeout(120)
@SpreadRing(daemons = 3)
class SpreadRingTest {
    private static final Duration LONG = ofSeconds(60);

    static final class Counter implements StateMachine<Long, Long> {
        long value;

        @Override
        public Long apply(Long delta) {
            return value += delta;
        }

        @Override
        public void save(DataOutput out) throws IOException {
            out.writeLong(value);
        }

        @Override
        public void load(DataInput in) throws IOException {
            value = in.readLong();
        }

        @Override
        public Codec<Long> answers() {
            return Codec.longs();
        }
    }

    private static ReplicatedStateMachine<Counter, Long, Long> join(RingDaemon daemon) {
        return ReplicatedStateMachine.join(
                daemon.spreadName(),
                "counter",
                new Counter(),
                Codec.longs(),
                options -> options.primary(majorityOf(3)));
    }

    @Test
    void eachTestGetsARingThatHasFormed(Ring ring) {
        assertThat(ring.daemons())
                .allSatisfy(each -> assertThat(each.membership()).containsExactly("d1", "d2", "d3"));
    }

    @Test
    void aMajorityGoesOnWithoutTheMinorityAndBringsItUpToDate(Ring ring, Network network) throws Exception {
        try (var a = join(ring.daemon(0));
                var b = join(ring.daemon(1));
                var c = join(ring.daemon(2))) {
            a.awaitPrimary(LONG);
            b.awaitPrimary(LONG);
            c.awaitPrimary(LONG);
            network.partition(ring.daemon(0)).from(ring.daemon(1), ring.daemon(2));
            assertThat(ring.daemon(0).membership()).containsExactly("d1");
            assertThat(ring.daemon(1).membership()).containsExactly("d2", "d3");
            assertThat(b.session("test").submit(5L)).succeedsWithin(LONG).isEqualTo(5L);
            long parted = a.read(machine -> machine.value);
            network.heal();
            a.awaitPrimary(LONG);
            assertThat(a.submit(2L)).succeedsWithin(LONG).isEqualTo(7L);
            assertThat(parted).isZero();
        }
    }

    @Test
    void aCrashedDaemonCutsItsClientsOffAndComesBack(Ring ring, Network network, SpreadConnection first) {
        network.crash(ring.daemon(0));
        assertThat(ring.daemon(0).isRunning()).isFalse();
        assertThat(ring.daemon(1).membership()).containsExactly("d2", "d3");
        assertThatThrownBy(() -> first.receive(LONG)).hasMessageContaining("closed");
        network.restart(ring.daemon(0));
        assertThat(ring.daemon(2).membership()).containsExactly("d1", "d2", "d3");
        ring.daemon(0).connect("again").close();
    }

    @Test
    void lossAndDelayDisturbNoOrder(
            Ring ring, Network network, SpreadConnection a, SpreadConnection b, SpreadConnection c) {
        for (SpreadConnection each : List.of(a, b, c)) {
            each.join("room");
        }
        a.join("all").awaitView(1, LONG);
        network.lose(0.05);
        network.delay(ofMillis(2));
        for (int i = 0; i < 100; i++) {
            a.multicast(Service.AGREED, "room", ("a" + i).getBytes(UTF_8));
            b.multicast(Service.AGREED, "room", ("b" + i).getBytes(UTF_8));
        }
        List<String> atB = texts(b, 200);
        assertThat(texts(c, 200)).containsExactlyElementsOf(atB);
        assertThat(network.toString()).contains("d1 to d2: 5.0 % lost, 2 ms");
    }

    private static List<String> texts(SpreadConnection connection, int count) {
        List<String> texts = new ArrayList<>();
        while (texts.size() < count) {
            SpreadEvent event = connection.receive(LONG);
            if (event instanceof DataMessage message) {
                texts.add(message.text());
            }
        }
        return texts;
    }

    /** A link that is cut in one direction ends in rings without it, whichever they are; healed, all are one again. */
    @Test
    void oneDirectionIsCutAloneAndHeals(Ring ring, Network network) {
        network.cut(ring.daemon(0), ring.daemon(1));
        network.awaitRings();
        network.heal();
        assertThat(ring.daemon(1).membership()).containsExactly("d1", "d2", "d3");
    }

    @Test
    void connectionsAreThoseOfTheDaemonsInTurn(FlushConnection first, SpreadConnection second, FlushConnection third) {
        assertThat(first.privateGroup()).isEqualTo("#p1#d1");
        assertThat(second.privateGroup()).isEqualTo("#p2#d2");
        FlushGroup group = first.join("views");
        FlushGroup same = third.join("views");
        // A view comes when each member has consented to it, and who waits for one consents.
        CompletableFuture<?> atTheThird = CompletableFuture.runAsync(() -> same.awaitView(2, LONG));
        group.awaitView(2, LONG);
        assertThat(atTheThird).succeedsWithin(LONG);
        assertThat(group.view().members()).containsExactly("#p1#d1", "#p3#d3");
    }

    @Test
    @SpreadRing(daemons = 1)
    void aTestMayAskForAnotherRingThanItsClass(Ring ring) {
        assertThat(ring.size()).isEqualTo(1);
    }

    @Test
    void wrongRingsAndNetworksAreRefused(Ring ring, Network network) {
        assertThatThrownBy(() -> Ring.start(0)).hasMessage("a ring has 1 to 100 daemons, not 0");
        assertThatThrownBy(() -> Ring.start(1, 10)).hasMessageContaining("50 at least");
        RingDaemon one = ring.daemon(0);
        assertThatThrownBy(() -> network.partition(one).from(one)).hasMessage("d1 is on both sides");
        assertThatThrownBy(() -> network.cut(one, one)).hasMessage("there is no link from d1 to itself");
        assertThatThrownBy(() -> network.lose(1.5)).hasMessage("a part is 0 to 1, not 1.5");
        assertThatThrownBy(() -> network.restart(one)).hasMessage("d1 is running");
        try (Ring other = Ring.start(1)) {
            assertThatThrownBy(() -> network.cut(one, other.daemon(0))).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
