package org.flushspread.config;

import org.flushspread.wire.IpAddress;

/**
 * One address of a daemon and what it is used for (configuration 3.2).
 *
 * @param address of a network card; in Spread 5 the unspecified one stands for all of them
 * @param any true for the single interface of a daemon that was written without an interface block: bind to 0.0.0.0 or ::
 * @param daemon traffic between daemons (letter D)
 * @param client client connections (letter C)
 * @param monitor monitor traffic (letter M); stored and hashed, without other effect
 */
public record Interface(IpAddress address, boolean any, boolean daemon, boolean client, boolean monitor) {
    /** As the text of the configuration hash of Spread 4 has it. */
    @Override
    public String toString() {
        return (any ? "ANY " : "") + (daemon ? "D " : "") + (client ? "C " : "") + (monitor ? "M " : "") + address;
    }
}
