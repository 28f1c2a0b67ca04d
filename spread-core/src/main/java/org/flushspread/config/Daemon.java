package org.flushspread.config;

import com.google.common.collect.ImmutableList;
import org.flushspread.wire.IpAddress;

/**
 * A daemon of the configuration. Its place in the file ({@code index}) is its rank everywhere: ring order, leaders, member order in groups.
 * Packets name it by its id; where they go is its address.
 *
 * @param name unique, 1..19 characters of 0x24..0x7e
 * @param id identifies it in every packet, by the rule of the ring version; never 0 or -1
 * @param address where the others send to
 * @param index position in the whole file, from 0
 * @param segment index of its segment, from 0
 * @param port data port P of its segment; tokens use P+1
 * @param interfaces 1..10, the address, or in Spread 5 the unspecified one, among them
 */
public record Daemon(
        String name, int id, IpAddress address, int index, int segment, int port, ImmutableList<Interface> interfaces) {
    /** UDP port of tokens. */
    public int tokenPort() {
        return port + 1;
    }

    /** True if {@code address} is its own or one of its interfaces. */
    public boolean hasAddress(IpAddress other) {
        if (address.equals(other)) {
            return true;
        }
        for (int i = 0; i < interfaces.size(); i++) {
            if (interfaces.get(i).address().equals(other)) {
                return true;
            }
        }
        return false;
    }

    /** True if it was written without an interface block and so binds to 0.0.0.0 or ::. */
    public boolean bindsAny() {
        return interfaces.get(0).any();
    }

    @Override
    public String toString() {
        return name + "(" + address + ")";
    }
}
