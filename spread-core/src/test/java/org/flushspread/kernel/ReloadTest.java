package org.flushspread.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flushspread.kernel.LoneKernel.ABC;
import static org.flushspread.kernel.LoneKernel.configuration;

import java.time.Duration;
import org.flushspread.config.Configuration;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.ReloadOrigin;
import org.flushspread.kernel.base.Route;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reload of the configuration (membership-protocol 10, configuration 8). */
class ReloadTest {
    private static final String NO = "AcceleratedRing = no";

    private LoneKernel a = new LoneKernel(configuration(ABC, NO), "a");

    @AfterEach
    void stop() {
        a.stop();
    }

    private void ringOfOne() {
        a.start();
        a.run(Duration.ofSeconds(2));
        assertThat(a.installed()).containsExactly("a");
        a.ports.takeSent();
    }

    private Event.Reloaded result() {
        assertThat(a.ports.events(Event.Reloaded.class)).hasSize(1);
        return a.ports.events(Event.Reloaded.class).get(0);
    }

    @Test
    void anAddedDaemonCostsTheTokenAndTheNewHashIsSentAtOnce() {
        ringOfOne();
        Configuration next = configuration(ABC + "\nd 10.15.0.4", NO);
        a.kernel.reload(next);
        assertThat(result().accepted()).isTrue();
        assertThat(a.ports.configuration()).isEqualTo(next);
        assertThat(a.ports.events()).contains(new Event.TokenLost(Reason.RELOAD));
        FakePorts.Datagram alive = a.ports.takeSent().get(0);
        assertThat(PacketHeader.confHash(io.netty.buffer.Unpooled.wrappedBuffer(alive.bytes()), 0, true))
                .isEqualTo(next.hash());
        a.run(Duration.ofSeconds(2));
        assertThat(a.installed()).containsExactly("a", "a");
    }

    @Test
    void aReloadOutsideOpWaitsForTheNextRing() {
        a.start();
        a.kernel.reload(configuration(ABC + "\nd 10.15.0.4", NO));
        assertThat(a.ports.events(Event.Reloaded.class)).isEmpty();
        a.run(Duration.ofMillis(1760));
        assertThat(result().accepted()).isTrue();
        a.run(Duration.ofSeconds(2));
        assertThat(a.installed()).containsExactly("a", "a");
    }

    @Test
    void aFileThatLeavesThisDaemonOutIsRefusedAndTheOldOneStays() {
        ringOfOne();
        a.kernel.reload(configuration("b 10.15.0.2\nc 10.15.0.3", NO));
        assertThat(result().accepted()).isFalse();
        assertThat(result().detail()).contains("no longer");
        assertThat(a.ports.configuration()).isNull();
        assertThat(a.ports.events(Event.TokenLost.class)).isEmpty();
    }

    @Test
    void anUnchangedFileCostsNothing() {
        ringOfOne();
        a.kernel.reload(configuration(ABC, NO, "Window = 100"));
        assertThat(result().accepted()).isTrue();
        a.run(Duration.ofSeconds(2));
        assertThat(a.installed()).containsExactly("a");
    }

    @Test
    void withoutALineForTheAcceleratedRingTheHashChangesAsInCDaemons() {
        a.stop();
        a = new LoneKernel(configuration("a 10.15.0.1\nb 10.15.0.2\nc 10.15.0.3"), "a");
        ringOfOne();
        a.kernel.reload(configuration(ABC));
        assertThat(java.util.Objects.requireNonNull(a.ports.configuration()).hash())
                .isEqualTo(0xE87BA5B3);
    }

    /** Nobody tells the C daemons, so none of them turns it on (configuration 4.3). */
    @Test
    void aReloadAtThisDaemonAloneKeepsTheRingProtocolOfAFileThatDoesNotNameIt() {
        a.stop();
        a = new LoneKernel(configuration(ABC), "a");
        ringOfOne();
        a.kernel.reload(configuration(ABC, "Window = 100"), ReloadOrigin.HOST);
        assertThat(result().detail()).isEqualTo("Window from 160 to 100");
        Configuration now = java.util.Objects.requireNonNull(a.ports.configuration());
        assertThat(now.hash()).isEqualTo(configuration(ABC).hash());
        assertThat(now.options().acceleratedRing()).isEmpty();
        a.run(Duration.ofSeconds(2));
        assertThat(a.installed()).containsExactly("a");
    }

    @Test
    void aReloadSaysWhatChanged() {
        ringOfOne();
        a.kernel.reload(configuration(
                "a 10.15.0.1\nb 10.15.0.2\nd 10.15.0.4", NO, "PersonalWindow = 10\nDangerousMonitor = yes"));
        assertThat(result().detail())
                .startsWith("added d(10.15.0.4); removed c(10.15.0.3); PersonalWindow from 20 to 10; "
                        + "DangerousMonitor from false to true; the hash from ");
    }

    @Test
    void aReloadThatTurnsTheAcceleratedRingOnAsInCDaemonsSaysSo() {
        a.stop();
        a = new LoneKernel(configuration(ABC), "a");
        ringOfOne();
        a.kernel.reload(configuration(ABC));
        assertThat(result().detail()).contains("the ring protocol is now the accelerated one", "write AcceleratedRing");
    }

    @Test
    void aChangedPeerIsolatesThisDaemonUntilItHasARingOfItsOwn() {
        ringOfOne();
        Configuration next = configuration("a 10.15.0.1\nbb 10.15.0.2\nc 10.15.0.3", NO);
        a.kernel.reload(next);
        assertThat(result().detail()).contains("bb");
        a.data(LoneKernel.packet(PacketType.AGREED, LoneKernel.B, next.hash(), 0));
        assertThat(a.refused(Reason.OTHER_PARTITION)).isEqualTo(1);
        a.ports.takeSent();
        a.run(Duration.ofMillis(1760));
        assertThat(a.installed()).containsExactly("a", "a");
        // the lookup follows at once
        assertThat(a.ports.takeSent()).last().satisfies(sent -> {
            assertThat(sent.hex()).startsWith("80020080");
            assertThat(sent.to().kind()).isEqualTo(Route.Kind.SEGMENT);
        });
        a.data(LoneKernel.packet(PacketType.AGREED, LoneKernel.B, next.hash(), 0));
        assertThat(a.refused(Reason.OTHER_PARTITION)).isEqualTo(1);
    }

    @Test
    void aDaemonThatWasAloneInItsConfigurationFindsTheAddedOne() {
        a.stop();
        a = new LoneKernel(configuration("a 10.15.0.1", NO), "a");
        a.start();
        a.run(Duration.ofMillis(1));
        assertThat(a.installed()).containsExactly("a");
        assertThat(a.ports.takeSent()).isEmpty();
        a.kernel.reload(configuration("a 10.15.0.1\nb 10.15.0.2", NO));
        assertThat(a.ports.takeSent()).isNotEmpty();
        a.run(Duration.ofMillis(1749));
        assertThat(a.installed()).containsExactly("a");
        a.run(Duration.ofMillis(2));
        assertThat(a.installed()).containsExactly("a", "a");
    }
}
