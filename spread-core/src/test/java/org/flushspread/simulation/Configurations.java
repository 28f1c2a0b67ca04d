package org.flushspread.simulation;

import com.google.common.collect.ImmutableList;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.Interface;
import org.flushspread.config.Options;
import org.flushspread.config.RingVersion;
import org.flushspread.config.Segment;
import org.flushspread.wire.IpAddress;

/** Configurations of a swarm: daemons d1, d2, ... dealt in order to its segments, d1 at host 0. */
final class Configurations {
    private static final int BASE_ADDRESS = 0x0a0f0000;
    private static final int PORT = 4803;

    private Configurations() {}

    /** The host a daemon runs on. */
    static int host(Daemon daemon) {
        return Integer.parseInt(daemon.name().substring(1)) - 1;
    }

    /** All daemons. */
    static Configuration whole(Swarm swarm) {
        return of(swarm, host -> true, Options.DEFAULT_WINDOW, Options.DEFAULT_PERSONAL_WINDOW);
    }

    /** Other windows, or one daemon less, or both. */
    static Configuration changed(Swarm swarm, Chance chance) {
        int window = chance.nextBoolean() ? Options.DEFAULT_WINDOW : 10 + chance.nextInt(300);
        int personal = chance.nextBoolean() ? Options.DEFAULT_PERSONAL_WINDOW : 1 + chance.nextInt(60);
        // No segment may become empty.
        int removed = swarm.segments() * 2 <= swarm.daemons() && swarm.daemons() > 1 && chance.nextInt(3) != 0
                ? chance.nextInt(swarm.daemons())
                : -1;
        return of(swarm, host -> host != removed, window, personal);
    }

    private static Configuration of(Swarm swarm, IntPredicate there, int window, int personalWindow) {
        ImmutableList.Builder<Segment> segments = ImmutableList.builder();
        ImmutableList.Builder<Daemon> all = ImmutableList.builder();
        int host = 0;
        int index = 0;
        for (int s = 0; s < swarm.segments(); s++) {
            int size = (swarm.daemons() - host) / (swarm.segments() - s);
            ImmutableList.Builder<Daemon> daemons = ImmutableList.builder();
            for (int i = 0; i < size; i++, host++) {
                if (there.test(host)) {
                    Daemon daemon = daemon(swarm, host, index++, s, i);
                    daemons.add(daemon);
                    all.add(daemon);
                }
            }
            segments.add(new Segment(s, addresses(swarm, s), PORT + 10 * s, daemons.build()));
        }
        Configuration read = new Configuration(
                ring(swarm), segments.build(), all.build(), 0, options(swarm, window, personalWindow));
        // Gives it its hash; AcceleratedRing is explicit, so nothing else changes.
        return read.asReloadOf(read);
    }

    private static Daemon daemon(Swarm swarm, int host, int index, int segment, int place) {
        IpAddress address = IpAddress.ipv4(BASE_ADDRESS + (segment << 8) + 1 + place);
        String name = "d" + (host + 1);
        return new Daemon(
                name,
                ring(swarm) == RingVersion.SPREAD4 ? address.number() : RingVersion.idOf(name),
                address,
                index,
                segment,
                PORT + 10 * segment,
                ImmutableList.of(new Interface(address, true, true, true, true)));
    }

    private static RingVersion ring(Swarm swarm) {
        return swarm.ring5Addresses() == 0 ? RingVersion.SPREAD4 : RingVersion.SPREAD5;
    }

    private static ImmutableList<IpAddress> addresses(Swarm swarm, int segment) {
        ImmutableList.Builder<IpAddress> addresses = ImmutableList.builder();
        for (int i = 0; i < Math.max(1, swarm.ring5Addresses()); i++) {
            addresses.add(IpAddress.ipv4(BASE_ADDRESS + (segment << 8) + 255 - i));
        }
        return addresses.build();
    }

    private static Options options(Swarm swarm, int window, int personalWindow) {
        Options d = Options.DEFAULTS;
        return new Options(
                window,
                personalWindow,
                Optional.of(swarm.accelerated()),
                d.acceleratedWindow(),
                Optional.of(swarm.timers()),
                true,
                d.maxSessionMessages(),
                d.socketPortReuse(),
                d.allowedAuthMethods(),
                d.requiredAuthMethods(),
                d.debugFlags(),
                d.eventPriority(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                false);
    }
}
