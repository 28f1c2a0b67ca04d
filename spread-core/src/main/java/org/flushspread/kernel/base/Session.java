package org.flushspread.kernel.base;

import org.jspecify.annotations.Nullable;

/**
 * A client connection, as kernel and shell name it to each other. The kernel keys everything by this object, never by a descriptor
 * (client-protocol Q12).
 */
public abstract class Session {
    private final long number;
    private final int address;
    private final Object transport;

    /**
     * @param number counts the sessions of a kernel, from 1
     * @param address IPv4 address of the client, 0 for a unix domain or in-memory connection
     * @param transport whatever the shell needs to find the connection again
     */
    protected Session(long number, int address, Object transport) {
        this.number = number;
        this.address = address;
        this.transport = transport;
    }

    public final long number() {
        return number;
    }

    public final int address() {
        return address;
    }

    public final Object transport() {
        return transport;
    }

    /**
     * The user that the client has proven to be: by its certificate, or else by a password (client-protocol 2.6); null as long as it has
     * not.
     */
    public @Nullable String user() {
        return null;
    }
}
