package org.flushspread.kernel;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Optional;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.Interface;
import org.flushspread.config.Options;
import org.flushspread.config.RingVersion;
import org.flushspread.config.Segment;
import org.flushspread.wire.IpAddress;

/** Small configurations for tests. */
public final class TestConfigurations {
    private static final IpAddress LOCALHOST = IpAddress.ipv4(0x7f000001);

    private TestConfigurations() {}

    /** One segment with the daemon d1 at 127.0.0.1. */
    public static Configuration one() {
        return one(Options.DEFAULTS);
    }

    /** The same in a ring of this version. */
    public static Configuration one(RingVersion ring) {
        Configuration one = one();
        return new Configuration(ring, one.segments(), one.daemons(), one.hash(), one.options());
    }

    public static Configuration one(Options options) {
        Daemon d1 = new Daemon(
                "d1",
                0x7f000001,
                LOCALHOST,
                0,
                0,
                4803,
                ImmutableList.of(new Interface(LOCALHOST, true, true, true, true)));
        Segment segment = new Segment(0, ImmutableList.of(IpAddress.ipv4(0x7f0000ff)), 4803, ImmutableList.of(d1));
        return new Configuration(
                RingVersion.SPREAD4, ImmutableList.of(segment), ImmutableList.of(d1), 0x12345678, options);
    }

    /** The default options but for authentication and the length of queues to clients. */
    public static Options options(List<String> allowed, List<String> required, int maxSessionMessages) {
        Options d = Options.DEFAULTS;
        return new Options(
                d.window(),
                d.personalWindow(),
                d.acceleratedRing(),
                d.acceleratedWindow(),
                d.timers(),
                d.dangerousMonitor(),
                maxSessionMessages,
                d.socketPortReuse(),
                ImmutableList.copyOf(allowed),
                ImmutableList.copyOf(required),
                d.debugFlags(),
                d.eventPriority(),
                Optional.empty(),
                Optional.empty(),
                d.eventPreciseTimeStamp(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                d.debugInitialSequence());
    }
}
