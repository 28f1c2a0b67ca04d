package counter;

import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.flushspread.testing.Network;
import org.flushspread.testing.Ring;
import org.flushspread.testing.SpreadRing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@SpreadRing(daemons = 3)
@Timeout(120)
class CounterTest {
    @Test
    void allMembersCountTheSame(Ring ring) throws Exception {
        try (var a = CounterProgram.join(ring.daemon(0).spreadName());
                var b = CounterProgram.join(ring.daemon(1).spreadName());
                var c = CounterProgram.join(ring.daemon(2).spreadName())) {
            // The first time, all three have to be there; from then on two of them are enough.
            for (var each : List.of(a, b, c)) {
                each.awaitPrimary(ofSeconds(30));
            }
            assertEquals(2L, a.submit(2L).get(30, SECONDS));
            assertEquals(5L, b.submit(3L).get(30, SECONDS));
            assertEquals(5L, c.readOrdered(Counter::value).get(30, SECONDS));
        }
    }

    @Test
    void aMajorityGoesOnWithoutTheMember(Ring ring, Network network) throws Exception {
        try (var a = CounterProgram.join(ring.daemon(0).spreadName());
                var b = CounterProgram.join(ring.daemon(1).spreadName());
                var c = CounterProgram.join(ring.daemon(2).spreadName())) {
            for (var each : List.of(a, b, c)) {
                each.awaitPrimary(ofSeconds(30));
            }
            network.partition(ring.daemon(0)).from(ring.daemon(1), ring.daemon(2));
            // A session sends a command again that was on its way when the network broke, and it is done once.
            assertEquals(5L, b.session("test").submit(5L).get(30, SECONDS));

            network.heal();
            a.awaitPrimary(ofSeconds(30));
            assertEquals(5L, a.readOrdered(Counter::value).get(30, SECONDS));
        }
    }
}
