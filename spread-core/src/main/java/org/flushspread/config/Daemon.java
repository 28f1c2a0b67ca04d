package org.flushspread.config;

import com.google.common.collect.ImmutableList;
import org.flushspread.wire.Addresses;

/**
 * A daemon of the configuration. Its place in the file ({@code index}) is its rank everywhere: ring order, leaders, member order in groups.
 *
 * @param name unique, 1..19 characters of 0x24..0x7e
 * @param id its address as a number; identifies it in every packet
 * @param index position in the whole file, from 0
 * @param segment index of its segment, from 0
 * @param port data port P of its segment; tokens use P+1
 * @param interfaces 1..10, the id among them
 */
public record Daemon(String name, int id, int index, int segment, int port, ImmutableList<Interface> interfaces) {
    /** UDP port of tokens. */
    public int tokenPort() {
        return port + 1;
    }

    /** True if {@code address} is one of its interfaces. */
    public boolean hasAddress(int address) {
        for (int i = 0; i < interfaces.size(); i++) {
            if (interfaces.get(i).address() == address) {
                return true;
            }
        }
        return false;
    }

    /** True if it was written without an interface block and so binds to 0.0.0.0. */
    public boolean bindsAny() {
        return interfaces.get(0).any();
    }

    @Override
    public String toString() {
        return name + "(" + Addresses.text(id) + ")";
    }
}
