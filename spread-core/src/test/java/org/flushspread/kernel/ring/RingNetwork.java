package org.flushspread.kernel.ring;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.Route;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.RingInfo;

/**
 * Several rings joined by queues, with a clock that only the test moves. {@link #form} does what FORM1 and FORM2 would do
 * (membership-protocol 6), without their datagrams.
 */
final class RingNetwork {
    final Configuration configuration;
    final List<RingDaemon> daemons = new ArrayList<>();
    /** Everything that was sent, in order. */
    final List<Datagram> wire = new ArrayList<>();
    /** True for a datagram that a daemon does not get. */
    BiPredicate<Datagram, RingDaemon> lost = (datagram, to) -> false;
    /** How often a daemon gets a datagram that is not lost. */
    int copies = 1;
    /** What happens in {@link #form} when all have reported, before anybody knows what the others did. */
    Runnable reported = () -> {};

    private long nanos;
    /** The wall clock. The id of the next ring is 11 later. */
    int seconds = 1000;

    RingNetwork(Configuration configuration, KernelSettings settings) {
        this.configuration = configuration;
        for (Daemon each : configuration.daemons()) {
            daemons.add(new RingDaemon(configuration, each, settings, this::carry));
        }
    }

    /** One segment of so many daemons, formed to one idle ring. */
    static RingNetwork ring(int size) {
        return ring("", size);
    }

    static RingNetwork ring(String options, int... sizes) {
        RingNetwork network = new RingNetwork(RingConfigurations.of(options, sizes), KernelSettings.DEFAULTS);
        network.formAll();
        return network;
    }

    RingDaemon daemon(int index) {
        return daemons.get(index);
    }

    private void carry(Datagram datagram) {
        wire.add(datagram);
        for (RingDaemon each : daemons) {
            boolean addressed = datagram.to().kind() == Route.Kind.SEGMENT
                    ? each.self.segment() == datagram.to().index()
                    : each.self.index() == datagram.to().index();
            if (addressed && !lost.test(datagram, each)) {
                for (int i = 0; i < copies; i++) {
                    (datagram.isToken() ? each.tokenSocket : each.dataSocket).add(datagram.bytes());
                }
            }
        }
    }

    /** Forms one ring of all daemons and lets it come to rest; logs and wire start empty. */
    void formAll() {
        form(daemons.stream().mapToInt(each -> each.self.index()).toArray());
        settle();
        forget();
    }

    void forget() {
        wire.clear();
        daemons.forEach(each -> {
            each.log.clear();
            each.sent.clear();
        });
    }

    /** FORM1 and FORM2 over these daemons, visited in this order. The token is on its way afterwards. */
    DaemonMembership form(int... visited) {
        List<RingInfo> rings = new ArrayList<>();
        int fence = 0;
        for (int index : visited) {
            Ring ring = daemon(index).ring;
            fence = Math.max(fence, ring.highestSequence() + 3333);
            int known = indexOf(rings, ring.membershipId());
            RingInfo report = known < 0 ? ring.describe() : ring.combine(rings.get(known));
            if (known >= 0) {
                rings.remove(known);
            }
            rings.add(report);
            ring.enterForm(report);
        }
        reported.run();
        int[] order = visited.clone();
        Arrays.sort(order);
        seconds += 10;
        ImmutableList.Builder<Daemon> members = ImmutableList.builder();
        for (int index : order) {
            members.add(configuration.daemons().get(index));
        }
        DaemonMembership future =
                new DaemonMembership(new MembershipId(daemon(order[0]).self.id(), seconds + 1), members.build());
        for (int index : order) {
            Ring ring = daemon(index).ring;
            int at = indexOf(rings, ring.membershipId());
            if (rings.get(at).transTime() == 0) {
                rings.set(at, rings.get(at).withTransTime(seconds + index));
            }
            ring.recover(future, rings.get(at), fence);
        }
        daemon(order[order.length - 1]).ring.sendFirstToken();
        return future;
    }

    private static int indexOf(List<RingInfo> rings, MembershipId id) {
        for (int i = 0; i < rings.size(); i++) {
            if (rings.get(i).id().equals(id)) {
                return i;
            }
        }
        return -1;
    }

    /** Token loss at these daemons; what is on its way to them is gone. */
    void loseToken(int... indexes) {
        for (int index : indexes) {
            daemon(index).ring.loseToken();
            daemon(index).tokenSocket.clear();
        }
    }

    /** One turn of each daemon; false if nothing waited for any. */
    boolean step() {
        boolean busy = false;
        for (RingDaemon each : daemons) {
            busy |= !each.dataSocket.isEmpty() || !each.tokenSocket.isEmpty();
            each.turn();
        }
        return busy;
    }

    /** Runs until nothing is on its way: the token is held, or lost. */
    void settle() {
        int steps = 0;
        while (step()) {
            assertThat(++steps).as("steps until the ring rests").isLessThan(20_000);
        }
    }

    /** Lets time pass in steps short of every timer, and settles after each. */
    void pass(Duration time) {
        long end = nanos + time.toNanos();
        while (nanos < end) {
            nanos = Math.min(end, nanos + Duration.ofMillis(50).toNanos());
            daemons.forEach(each -> each.context.now(nanos, seconds));
            settle();
        }
    }

    /** Lets a ring that does not rest go on: steps of a millisecond. */
    void run(Duration time) {
        for (long ms = 0; ms < time.toMillis(); ms++) {
            nanos += 1_000_000;
            daemons.forEach(each -> each.context.now(nanos, seconds));
            step();
        }
    }

    /** Time in which no daemon does anything, and no timer fires. */
    void sleep(Duration time) {
        nanos += time.toNanos();
        daemons.forEach(each -> {
            each.context.deadlines().cancel(org.flushspread.kernel.base.DeadlineKind.TOKEN);
            each.context.now(nanos, seconds);
        });
    }

    /** What has come and was not read is lost. */
    void clearSockets() {
        daemons.forEach(each -> {
            each.dataSocket.clear();
            each.tokenSocket.clear();
        });
    }

    List<Datagram> data() {
        return wire.stream().filter(Datagram::isData).toList();
    }

    List<Datagram> tokens() {
        return wire.stream().filter(Datagram::isToken).toList();
    }

    List<Datagram> hurries() {
        return wire.stream().filter(Datagram::isHurry).toList();
    }

    /** Closes all rings; none may keep a buffer. */
    void close() {
        for (RingDaemon each : daemons) {
            assertThat(each.bytesLeakedAfterClose())
                    .as("bytes kept by %s", each.self)
                    .isZero();
        }
    }
}
