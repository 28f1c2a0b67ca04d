package org.flushspread.kernel.membership;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.Interface;
import org.flushspread.config.Options;
import org.flushspread.config.RingVersion;
import org.flushspread.config.Segment;
import org.flushspread.wire.IpAddress;

/** Configurations of tests: daemons are called a, b, c ... in file order. */
final class TestConfigurations {
    /** That of the recordings in one segment. */
    static final int ONE_SEGMENT_HASH = 0x32A202EA;
    /** That of the recordings in two segments. */
    static final int TWO_SEGMENTS_HASH = 0x973D5B04;

    private TestConfigurations() {}

    /** One segment 10.15.0.255:15000 with daemons 10.15.0.1 and so on. */
    static Configuration oneSegment(int daemons) {
        return of(ONE_SEGMENT_HASH, daemons);
    }

    /** a and b in 10.15.0.255:15000, c and d in 10.15.1.255:15010. */
    static Configuration twoSegments() {
        return of(TWO_SEGMENTS_HASH, 2, 2);
    }

    /** Segments of these sizes. The host part of the addresses counts on, as in the recordings. */
    static Configuration of(int hash, int... sizes) {
        List<Segment> segments = new ArrayList<>();
        List<Daemon> all = new ArrayList<>();
        for (int s = 0; s < sizes.length; s++) {
            List<Daemon> daemons = new ArrayList<>();
            int port = 15000 + 10 * s;
            for (int i = 0; i < sizes[s]; i++) {
                int id = 0x0a0f0000 + (s << 8) + all.size() + 1;
                Daemon daemon = new Daemon(
                        name(all.size()),
                        id,
                        IpAddress.ipv4(id),
                        all.size(),
                        s,
                        port,
                        ImmutableList.of(new Interface(IpAddress.ipv4(id), true, true, true, true)));
                daemons.add(daemon);
                all.add(daemon);
            }
            segments.add(new Segment(
                    s, ImmutableList.of(IpAddress.ipv4(0x0a0f00ff + (s << 8))), port, ImmutableList.copyOf(daemons)));
        }
        return new Configuration(
                RingVersion.SPREAD4, ImmutableList.copyOf(segments), ImmutableList.copyOf(all), hash, Options.DEFAULTS);
    }

    private static String name(int index) {
        return index < 26 ? String.valueOf((char) ('a' + index)) : "d" + index;
    }
}
