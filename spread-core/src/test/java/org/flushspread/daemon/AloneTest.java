package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.flushspread.Wait;
import org.flushspread.config.Configuration;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.MembershipId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A daemon that is in no ring with others says so (membership-protocol 13.4). */
@Tag("once")
class AloneTest {
    private final TestDaemons daemons = new TestDaemons();
    private final EmbeddedChannel clock = new EmbeddedChannel();
    private final List<String> said = new ArrayList<>();
    private final AloneWatch watch =
            new AloneWatch(clock.eventLoop(), time -> List.of("alone for " + time.toSeconds() + " s"), said::add);

    @AfterEach
    void close() {
        watch.stop();
        clock.close();
        daemons.close();
    }

    private void pass(Duration time) {
        clock.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        clock.runScheduledPendingTasks();
    }

    private static Event installed(int members) {
        Configuration configuration = TestDaemons.configuration(members, 4803, "");
        return new Event.MembershipInstalled(new DaemonMembership(
                new MembershipId(configuration.daemons().get(0).id(), 1), configuration.daemons()));
    }

    @Test
    void itIsSaidAfterTenSecondsAndRepeatedWhileItLasts() {
        clock.freezeTime();
        watch.begin();
        watch.observe(installed(1));
        pass(Duration.ofSeconds(9));
        assertThat(said).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(said).containsExactly("alone for 10 s");
        watch.observe(new Event.TokenLost(Reason.TOKEN_TIMEOUT));
        watch.observe(installed(1));
        pass(Duration.ofSeconds(179));
        assertThat(said).hasSize(1);
        pass(Duration.ofSeconds(1));
        assertThat(said).containsExactly("alone for 10 s", "alone for 180 s");
    }

    @Test
    void aRingWithOthersEndsItAndALostRingBeginsItAnew() {
        clock.freezeTime();
        watch.begin();
        pass(Duration.ofSeconds(9));
        watch.observe(installed(2));
        pass(Duration.ofHours(1));
        assertThat(said).isEmpty();
        watch.observe(new Event.TokenLost(Reason.TOKEN_TIMEOUT));
        pass(Duration.ofSeconds(5));
        watch.observe(installed(2));
        pass(Duration.ofSeconds(9));
        assertThat(said).isEmpty();
        watch.observe(new Event.TokenLost(Reason.TOKEN_TIMEOUT));
        pass(Duration.ofSeconds(10));
        assertThat(said).containsExactly("alone for 10 s");
    }

    @Test
    void twoDaemonsWithDifferentFilesNameEachOthersHash() {
        Queue<String> lines = new ConcurrentLinkedQueue<>();
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                lines.add(event.getFormattedMessage());
            }
        };
        appender.start();
        Logger log = (Logger) DaemonLog.NETWORK;
        log.addAppender(appender);
        try {
            int port = TestPorts.free();
            Configuration one = TestDaemons.configuration(2, port, TestDaemons.FAST + "AcceleratedRing = yes\n");
            Configuration other = TestDaemons.configuration(2, port, TestDaemons.FAST + "AcceleratedRing = no\n");
            DaemonOptions options = daemons.options().withSocketDirectory(java.util.Optional.empty());
            daemons.start(one, "d1", options);
            daemons.start(other, "d2", options);
            String has = Integer.toUnsignedString(other.hash()) + " where this daemon has "
                    + Integer.toUnsignedString(one.hash());
            Wait.until(
                    "a line with both hashes",
                    () -> lines.stream().anyMatch(each -> each.contains("d2(127.0.2.1)") && each.contains(has)));
        } finally {
            log.detachAppender(appender);
        }
    }
}
