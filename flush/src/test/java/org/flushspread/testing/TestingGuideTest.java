package org.flushspread.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.flushspread.flush.replica.Quorum.majorityOf;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.flushspread.Guide;
import org.flushspread.client.DataMessage;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.View;
import org.flushspread.flush.Codec;
import org.flushspread.flush.ReplicatedStateMachine;
import org.flushspread.flush.StateMachine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import spread.SpreadGroup;
import spread.SpreadMessage;

/** The code of the guide spec/guide/testing.md is the code between the marks in this file, and it runs. */
@Timeout(120)
@SpreadRing
class TestingGuideTest {
    static class Counter implements StateMachine<Long, Long> {
        long value;

        @Override
        public Long apply(Long delta) {
            value += delta;
            return value;
        }

        @Override
        public Codec<Long> answers() {
            return Codec.longs();
        }

        @Override
        public void save(DataOutput out) throws IOException {
            out.writeLong(value);
        }

        @Override
        public void load(DataInput in) throws IOException {
            value = in.readLong();
        }
    }

    static ReplicatedStateMachine<Counter, Long, Long> join(RingDaemon daemon) {
        return ReplicatedStateMachine.join(
                daemon.spreadName(),
                "counter",
                new Counter(),
                Codec.longs(),
                options -> options.primary(majorityOf(3)));
    }

    // [partition]
    @Test
    void theMajorityGoesOn(Ring ring, Network network) throws Exception {
        try (var a = join(ring.daemon(0));
                var b = join(ring.daemon(1));
                var c = join(ring.daemon(2))) {
            for (var each : List.of(a, b, c)) {
                each.awaitPrimary(ofSeconds(30));
            }
            network.partition(ring.daemon(0)).from(ring.daemon(1), ring.daemon(2));
            assertThat(b.session("test").submit(5L))
                    .succeedsWithin(ofSeconds(30))
                    .isEqualTo(5L);

            network.heal();
            a.awaitPrimary(ofSeconds(30));
            assertThat(a.readOrdered(counter -> counter.value))
                    .succeedsWithin(ofSeconds(30))
                    .isEqualTo(5L);
        }
    }
    // [/partition]

    // [multicast]
    @Test
    void everybodyGetsTheSame(SpreadConnection a, SpreadConnection b) {
        a.join("room");
        View view = (View) a.receive(ofSeconds(30));
        assertThat(view.members()).containsExactly(a.privateGroup());
        b.multicast(Service.AGREED, "room", "hello".getBytes(UTF_8));
        DataMessage message = (DataMessage) a.receive(ofSeconds(30));
        assertThat(message.text()).isEqualTo("hello");
    }
    // [/multicast]

    // [official]
    @Test
    void aProgramOnPackageSpread(Ring ring, Network network) throws Exception {
        var address = ring.daemon(1).address();
        var connection = new spread.SpreadConnection();
        connection.connect(address.getAddress(), address.getPort(), "old", false, true);
        var group = new SpreadGroup();
        group.join(connection, "room");
        SpreadMessage joined = connection.receive();
        assertThat(joined.getMembershipInfo().getMembers()).hasSize(1);
        connection.disconnect();
    }
    // [/official]

    // [crash]
    @Test
    void aDaemonDies(Ring ring, Network network, SpreadConnection a, SpreadConnection b) {
        var room = b.join("room");
        a.join("room");
        room.awaitView(2, ofSeconds(30));
        network.crash(ring.daemon(0)); // the one a is connected to
        room.awaitView(1, ofSeconds(30));
        network.restart(ring.daemon(0));
    }
    // [/crash]

    @Test
    void theGuideShowsThisCode() throws IOException {
        Guide.shows("spec/guide/testing.md", "flush/src/test/java/org/flushspread/testing/TestingGuideTest.java");
    }
}
