package org.flushspread.config;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.flushspread.wire.Addresses;

/**
 * The configuration hash: a number that every packet and token carries, and by which a daemon knows those that were given another file
 * (configuration 4). It covers segments, daemons, the protocol version 4.4 and whether the accelerated ring is on, nothing else.
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

    private static final String VERSION = "Version: 4.4\n";

    private ConfigurationHash() {}

    /** The text that is hashed (configuration 4.1). */
    public static String text(List<Segment> segments, boolean acceleratedRing) {
        StringBuilder text = new StringBuilder();
        for (Segment segment : segments) {
            text.append("Segment ").append(Addresses.text(segment.address())).append(':');
            text.append(segment.port()).append(' ');
            segment.daemons().forEach(each -> append(each, text));
            text.append('\n');
        }
        return text.append(VERSION).append(acceleratedRing ? '1' : '0').toString();
    }

    private static void append(Daemon daemon, StringBuilder text) {
        text.append(daemon.name()).append(' ');
        text.append(Addresses.text(daemon.id())).append(' ');
        for (Interface each : daemon.interfaces()) {
            text.append(each).append(' ');
        }
    }

    /** The hash of one daemon's entry and the address of its segment, by which two files are compared line by line (monitor-protocol 8). */
    public static int ofEntry(Segment segment, Daemon daemon) {
        StringBuilder text = new StringBuilder();
        append(daemon, text);
        return of(text.append(Addresses.text(segment.address()))
                .append(':')
                .append(segment.port())
                .toString());
    }

    /** The hash of a text whose characters are bytes (configuration 4.2). Bytes from 0x80 on count as negative, as on x86. */
    public static int of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int n = bytes.length;
        return mix(n ^ (n << 8) ^ (n << 16) ^ (n << 24), bytes);
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
