package org.flushspread.config;

import com.google.common.collect.ImmutableList;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A whole spread.conf, checked and immutable. Ids and names are unique, every list is in file order.
 *
 * @param ring which daemons share a ring with this file
 * @param segments at least one
 * @param daemons all daemons of all segments; {@code daemons.get(i).index() == i}
 * @param hash the configuration hash as it is when the daemon starts with this file (configuration 4)
 * @param options everything that is not a segment
 */
public record Configuration(
        RingVersion ring, ImmutableList<Segment> segments, ImmutableList<Daemon> daemons, int hash, Options options) {
    private static final int SHOWN = 16;

    /**
     * The configuration in a file whose daemons are all written with their addresses.
     *
     * @throws ConfigurationException if the file cannot be read, no daemon can run with it, or it needs a host name other than localhost
     */
    public static Configuration read(Path file) {
        return read(file, HostResolver.LOCALHOST_ONLY);
    }

    /**
     * The configuration in a file. Warnings are lost; {@link ConfigurationReading#read} keeps them.
     *
     * @throws ConfigurationException if the file cannot be read or no daemon can run with it
     */
    public static Configuration read(Path file, HostResolver hosts) {
        return ConfigurationReading.read(file, hosts).configuration();
    }

    /**
     * The configuration in a text; {@code fileName} stands in errors.
     *
     * @throws ConfigurationException if no daemon can run with it
     */
    public static Configuration parse(String text, String fileName, HostResolver hosts) {
        return ConfigurationReading.parse(text, fileName, hosts).configuration();
    }

    /** The configuration in the bytes of a file; see {@link #parse(String, String, HostResolver)}. */
    public static Configuration parse(byte[] text, String fileName, HostResolver hosts) {
        return ConfigurationReading.parse(text, fileName, hosts).configuration();
    }

    /** The built-in configuration: one daemon {@code localhost} that listens on 127.0.0.1:4803 only, everything else at its default. */
    public static Configuration local() {
        return local(ConfigurationParser.DEFAULT_PORT);
    }

    /**
     * The built-in configuration on another port.
     *
     * @param port 1..65534
     */
    public static Configuration local(int port) {
        if (port < 1 || port > ConfigurationParser.MAX_PORT) {
            throw new IllegalArgumentException("port " + port + " is not in 1.." + ConfigurationParser.MAX_PORT);
        }
        return local(port, RingVersion.SPREAD4);
    }

    /** The built-in configuration of a ring of this version. */
    public static Configuration local(RingVersion ring) {
        return local(ConfigurationParser.DEFAULT_PORT, ring);
    }

    private static Configuration local(int port, RingVersion ring) {
        String text = "Spread_Segment 127.0.0.255:" + port + " { localhost 127.0.0.1 { 127.0.0.1 } }";
        return ConfigurationReading.parse(
                        text, "built-in configuration", HostResolver.LOCALHOST_ONLY, Optional.of(ring))
                .configuration();
    }

    /**
     * The daemon of this name.
     *
     * @throws ConfigurationException naming those that exist, if there is none
     */
    public Daemon requireByName(String name) {
        Daemon daemon = byName(name);
        if (daemon == null) {
            throw new ConfigurationException(
                    "no daemon is called " + Token.quote(name) + "; the configuration has " + listOfDaemons());
        }
        return daemon;
    }

    /**
     * The daemon that runs on a host with these addresses: in Spread 4 the first of them that is an interface of a daemon decides
     * (configuration 5), in Spread 5 the first daemon whose address is one of them (spread5 4).
     *
     * @param candidates the addresses of the host's name, then those of its interfaces
     * @throws ConfigurationException naming both sides, if there is none
     */
    public Daemon requireByAddress(List<IpAddress> candidates) {
        Optional<Daemon> here = ring == RingVersion.SPREAD4
                ? candidates.stream()
                        .map(this::byAddress)
                        .flatMap(Stream::ofNullable)
                        .findFirst()
                : daemons.stream()
                        .filter(each -> candidates.contains(each.address().withoutScope()))
                        .findFirst();
        if (here.isPresent()) {
            return here.get();
        }
        String mine = candidates.stream().limit(SHOWN).map(IpAddress::toString).collect(Collectors.joining(", "));
        throw new ConfigurationException("no address of this host (" + mine
                + ") belongs to a daemon; the configuration has " + listOfDaemons() + "; name one of them with -n");
    }

    private String listOfDaemons() {
        String first = daemons.stream().limit(SHOWN).map(Daemon::toString).collect(Collectors.joining(", "));
        return daemons.size() <= SHOWN ? first : first + " and " + (daemons.size() - SHOWN) + " more";
    }

    /**
     * This file as a C daemon that runs {@code running} takes it at a reload: without a line AcceleratedRing the accelerated ring is as it
     * was set before or, if it never was, on unless {@code running} is wide; the hash says so too (configuration 4.3). Use the result to
     * stay in a ring with C daemons that reload at the same time; use this object itself to stay with daemons that start with the file.
     */
    public Configuration asReloadOf(Configuration running) {
        return withAcceleratedRing(ConfigurationHash.acceleratedAfterReload(options.acceleratedRing(), running));
    }

    /**
     * This file as a reload that no C daemon takes part in: without a line AcceleratedRing the ring protocol, and with it the hash, stays
     * as {@code running} has it (configuration 4.3). Use the result to stay in a ring with daemons that do not reload, or start later.
     */
    public Configuration keepingRingOf(Configuration running) {
        if (options.acceleratedRing().isPresent()
                || running.options.acceleratedRing().isEmpty()) {
            return this;
        }
        return withAcceleratedRing(running.options.acceleratedRing().get());
    }

    private Configuration withAcceleratedRing(boolean accelerated) {
        return new Configuration(
                ring,
                segments,
                daemons,
                ring.hash(segments, options, accelerated),
                options.withAcceleratedRing(accelerated));
    }

    /** The daemon with this id, or null. */
    public @Nullable Daemon byId(int id) {
        for (int i = 0; i < daemons.size(); i++) {
            if (daemons.get(i).id() == id) {
                return daemons.get(i);
            }
        }
        return null;
    }

    /** The daemon that a packet with this id of its transmitter is of, or null (spread5 3). */
    public @Nullable Daemon byTransmitter(int id) {
        for (int i = 0; i < daemons.size(); i++) {
            if (ring.ids(daemons.get(i)).contains(id)) {
                return daemons.get(i);
            }
        }
        return null;
    }

    /** The id of a transmitter for a person: the daemon, or what the number says. */
    public String nameOf(int id) {
        Daemon daemon = byTransmitter(id);
        return daemon == null ? ring.text(id) : daemon.toString();
    }

    /** The daemon that has this address or one of whose interfaces has it, or null. */
    public @Nullable Daemon byAddress(IpAddress address) {
        for (int i = 0; i < daemons.size(); i++) {
            if (daemons.get(i).hasAddress(address)) {
                return daemons.get(i);
            }
        }
        return null;
    }

    /** The daemon of this name, or null. */
    public @Nullable Daemon byName(String name) {
        for (int i = 0; i < daemons.size(); i++) {
            if (daemons.get(i).name().equals(name)) {
                return daemons.get(i);
            }
        }
        return null;
    }

    /** True if the timers of a wide network are the default, by the rule of the ring version (configuration 3.1, spread5 6.2). */
    public boolean isWide() {
        return ring.isWide(segments, options);
    }

    /** The timers of the file, or the defaults of this network. */
    public Timers timers() {
        return options.timers().orElse(isWide() ? Timers.WIDE : Timers.LAN);
    }
}
