package org.flushspread.config;

import com.google.common.collect.ImmutableList;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.flushspread.wire.Addresses;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.MonitorOrigin;
import org.jspecify.annotations.Nullable;

/**
 * Which daemons a ring is made of: those of Spread 4.4 or those of Spread 5.0. They share no ring, for their configuration hashes differ
 * (spread5 1). What differs between the two is said here, once: how a daemon's id comes about, what is hashed, whether a packet has to come
 * from its daemon's address, how a monitor says who it is.
 */
public enum RingVersion {
    /** The id of a daemon is its IPv4 address; packets may name any of its interfaces and come from anywhere (configuration 3.2). */
    SPREAD4(4, 4, 0) {
        @Override
        String hashed(List<Segment> segments, Options options, boolean accelerated) {
            return ConfigurationHash.text4(segments, accelerated);
        }

        @Override
        int begin(int length) {
            return length ^ (length << 8) ^ (length << 16) ^ (length << 24);
        }

        @Override
        public ImmutableList<Integer> ids(Daemon daemon) {
            return daemon.interfaces().stream()
                    .map(each -> each.address().number())
                    .collect(ImmutableList.toImmutableList());
        }

        @Override
        public IpAddress repliesTo(Daemon host, int id) {
            return IpAddress.ipv4(id);
        }

        @Override
        public boolean checksSources() {
            return false;
        }

        @Override
        public MonitorOrigin monitor(Daemon self, int host, int hash) {
            return MonitorOrigin.spread4(host);
        }

        @Override
        public String text(int id) {
            return Addresses.text(id);
        }

        /** The first daemons of the segments do not all share the upper 16 bits of their addresses (configuration 3.1). */
        @Override
        boolean isWide(List<Segment> segments, Options options) {
            int prefix = firstAddress(segments.get(0)) >>> 16;
            return segments.stream().anyMatch(each -> firstAddress(each) >>> 16 != prefix);
        }

        private int firstAddress(Segment segment) {
            return segment.daemons().get(0).address().number();
        }
    },
    /** The id of a daemon is made of its name, or configured; packets come from its address, IPv4 or IPv6 (spread5 3). */
    SPREAD5(5, 0, 1) {
        @Override
        String hashed(List<Segment> segments, Options options, boolean accelerated) {
            return ConfigurationHash.text5(segments, options.excludeSegmentAddresses(), accelerated);
        }

        @Override
        int begin(int length) {
            return length;
        }

        @Override
        public ImmutableList<Integer> ids(Daemon daemon) {
            return ImmutableList.of(daemon.id());
        }

        @Override
        public IpAddress repliesTo(Daemon host, int id) {
            return host.address();
        }

        @Override
        public boolean checksSources() {
            return true;
        }

        @Override
        public MonitorOrigin monitor(Daemon self, int host, int hash) {
            return MonitorOrigin.spread5(self.id(), host, hash);
        }

        @Override
        public String text(int id) {
            return Integer.toUnsignedString(id);
        }

        @Override
        boolean isWide(List<Segment> segments, Options options) {
            return options.wideAreaNetwork().orElse(segments.size() > 1);
        }
    };

    private final int major;
    private final int minor;
    private final int patch;

    RingVersion(int major, int minor, int patch) {
        this.major = major;
        this.minor = minor;
        this.patch = patch;
    }

    /**
     * The ring version that a person names.
     *
     * @param number 4 or 5, or null where nothing was said
     * @param option stands in the error
     * @throws ConfigurationException if there is no such ring version
     */
    public static Optional<RingVersion> ofNumber(@Nullable Integer number, String option) {
        if (number == null) {
            return Optional.empty();
        }
        for (RingVersion each : values()) {
            if (each.major == number) {
                return Optional.of(each);
            }
        }
        throw new ConfigurationException(option + " takes 4 or 5, not " + number);
    }

    /** The version that a daemon of such a ring tells clients and monitors: 4.4.0 or 5.0.1. */
    public int major() {
        return major;
    }

    public int minor() {
        return minor;
    }

    public int patch() {
        return patch;
    }

    /** The configuration hash (configuration 4, spread5 3.2). */
    int hash(List<Segment> segments, Options options, boolean accelerated) {
        return hash(hashed(segments, options, accelerated));
    }

    /** The hash of a text whose characters are bytes. Bytes from 0x80 on count as negative, as on x86 (configuration 4.2). */
    int hash(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return ConfigurationHash.mix(begin(bytes.length), bytes);
    }

    /** The id that Spread 5 makes of a name (spread5 3.1). */
    public static int idOf(String name) {
        int id = SPREAD5.hash(name + '\0');
        return id == 0 || id == -1 ? (name.length() + 1) << 16 : id;
    }

    /** The text that is hashed. */
    abstract String hashed(List<Segment> segments, Options options, boolean accelerated);

    /** What the hash of a text of this length begins with. */
    abstract int begin(int length);

    /** What packets of this daemon may name as their transmitter. */
    public abstract ImmutableList<Integer> ids(Daemon daemon);

    /** Where a monitor that called its host {@code id}, which names {@code host}, is answered. */
    public abstract IpAddress repliesTo(Daemon host, int id);

    /** True if a packet counts only if it comes from the address of the daemon that it names. */
    public abstract boolean checksSources();

    /**
     * How a monitor says who it is.
     *
     * @param self the daemon from whose address the request is sent
     * @param host id of the daemon to whose address the answer goes
     * @param hash of the configuration
     */
    public abstract MonitorOrigin monitor(Daemon self, int host, int hash);

    /** An id for a person; where the configuration knows the daemon, its name says more. */
    public abstract String text(int id);

    /** Whether the timers of a wide network are the default. */
    abstract boolean isWide(List<Segment> segments, Options options);
}
