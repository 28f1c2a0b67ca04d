package org.flushspread.config;

import com.google.common.collect.ImmutableList;
import org.jspecify.annotations.Nullable;

/**
 * A whole spread.conf, checked and immutable. Ids and names are unique, every list is in file order.
 *
 * @param segments at least one
 * @param daemons all daemons of all segments; {@code daemons.get(i).index() == i}
 * @param hash the configuration hash as it is when the daemon starts with this file (configuration 4)
 * @param options everything that is not a segment
 */
public record Configuration(ImmutableList<Segment> segments, ImmutableList<Daemon> daemons, int hash, Options options) {
    /** The daemon with this id, or null. */
    public @Nullable Daemon byId(int id) {
        for (int i = 0; i < daemons.size(); i++) {
            if (daemons.get(i).id() == id) {
                return daemons.get(i);
            }
        }
        return null;
    }

    /** The daemon one of whose interfaces has this address, or null. */
    public @Nullable Daemon byAddress(int address) {
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

    /** True if the first daemons of the segments do not all share the upper 16 bits of their ids (configuration 3.1). */
    public boolean isWide() {
        int prefix = segments.get(0).daemons().get(0).id() >>> 16;
        return segments.stream().anyMatch(s -> s.daemons().get(0).id() >>> 16 != prefix);
    }

    /** The timers of the file, or the defaults of this network. */
    public Timers timers() {
        return options.timers().orElse(isWide() ? Timers.WIDE : Timers.LAN);
    }
}
