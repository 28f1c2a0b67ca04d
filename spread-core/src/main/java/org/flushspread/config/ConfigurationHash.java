package org.flushspread.config;

import java.util.List;
import java.util.Optional;

/**
 * The configuration hash: a number that every packet and token carries, and by which a daemon knows those that were given another file
 * (configuration 4, spread5 3.2). It covers segments, daemons, the ring version and whether the accelerated ring is on, nothing else.
 *
 * <p>Whether the accelerated ring is on, where no line of the file says so, depends on when the file is read (configuration 4.3). When a
 * daemon starts it is off. When a C daemon of 4.4 reloads, it keeps what a line said before, and if no line ever did, turns it on unless
 * the network was wide at the start. So a reload of an unchanged file can change the hash, and a daemon started later with the same file
 * does not find the others. {@link Configuration#hash()} follows the rule of the start, {@link Configuration#asReloadOf} that of the
 * reload. A file with an explicit AcceleratedRing has one hash.
 */
public final class ConfigurationHash {
    /** Characters of the text, at most; a C daemon keeps it in 20000 bytes. */
    public static final int MAX_LENGTH = 19_999;
    /** As {@link #MAX_LENGTH}, in a ring of Spread 5. */
    static final int MAX_LENGTH_5 = 99_999;

    private static final String VERSION_4 = "Version: 4.4\n";
    private static final String VERSION_5 = "Version: 5\nProtocol: ";

    private ConfigurationHash() {}

    /** The text that Spread 4 hashes (configuration 4.1). */
    static String text4(List<Segment> segments, boolean acceleratedRing) {
        StringBuilder text = new StringBuilder();
        for (Segment segment : segments) {
            text.append("Segment ").append(segment.address()).append(':');
            text.append(segment.port()).append(' ');
            segment.daemons().forEach(each -> append(each, text));
            text.append('\n');
        }
        return text.append(VERSION_4).append(acceleratedRing ? '1' : '0').toString();
    }

    private static void append(Daemon daemon, StringBuilder text) {
        text.append(daemon.name()).append(' ');
        text.append(daemon.address()).append(' ');
        for (Interface each : daemon.interfaces()) {
            text.append(each).append(' ');
        }
    }

    /** The text that Spread 5 hashes, the zero byte at its end included (spread5 3.2). */
    static String text5(List<Segment> segments, boolean withoutSegmentAddresses, boolean acceleratedRing) {
        StringBuilder text = new StringBuilder();
        for (Segment segment : segments) {
            text.append("Segment: port = ").append(segment.port()).append(';');
            if (!withoutSegmentAddresses) {
                segment.addresses()
                        .forEach(each ->
                                text.append(" [").append(each.canonical()).append(']'));
            }
            text.append('\n');
            for (Daemon each : segment.daemons()) {
                text.append("\t'").append(each.name()).append("' [");
                text.append(each.address().canonical()).append("] [");
                text.append(Integer.toUnsignedString(each.id())).append("]\n");
            }
            text.append('\n');
        }
        return text.append(VERSION_5)
                .append(acceleratedRing ? "Accelerated" : "Original")
                .append(" Ring\n\0")
                .toString();
    }

    /** The hash of one daemon's entry and the addresses of its segment, by which two files are compared line by line (monitor-protocol 8). */
    public static int ofEntry(RingVersion ring, Segment segment, Daemon daemon) {
        StringBuilder text = new StringBuilder();
        append(daemon, text);
        return ring.hash(text.append(segment.addressText())
                .append(':')
                .append(segment.port())
                .toString());
    }

    /** What both ring versions do with the bytes of the text; they differ in what they begin with. */
    static int mix(int begin, byte[] bytes) {
        int hash = begin;
        for (byte signed : bytes) {
            hash += signed;
            hash += hash << 10;
            hash ^= hash >>> 6;
        }
        hash += hash << 3;
        hash ^= hash >>> 11;
        hash += hash << 15;
        return hash;
    }

    /** Whether a C daemon that runs {@code running} has the accelerated ring on after it reloads a file that says {@code now}. */
    static boolean acceleratedAfterReload(Optional<Boolean> now, Configuration running) {
        return now.or(() -> running.options().acceleratedRing()).orElseGet(() -> !running.isWide());
    }
}
