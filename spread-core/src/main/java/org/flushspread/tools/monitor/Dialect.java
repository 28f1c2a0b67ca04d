package org.flushspread.tools.monitor;

import io.netty.buffer.ByteBuf;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.Spread5;
import org.flushspread.wire.PacketHeader;

/** How daemons of one major version want to be asked, and what they call each other. */
public interface Dialect {
    /** Spread 4.4: constants stand for the monitor, daemons are known by their addresses (monitor-protocol 2). */
    Dialect SPREAD4 = new Dialect() {
        @Override
        public int id(Daemon daemon) {
            return daemon.id();
        }

        @Override
        public void address(ByteBuf request, Daemon self) {}

        @Override
        public boolean sendsFromOwnAddress() {
            return false;
        }

        @Override
        public Dialect with(Configuration now) {
            return this;
        }
    };

    /** The id of a daemon in replies. */
    int id(Daemon daemon);

    /** Makes a request as Spread 4.4 has it one of this dialect. */
    void address(ByteBuf request, Daemon self);

    /** Whether daemons want to see requests come from the address of {@code self}. */
    boolean sendsFromOwnAddress();

    /** The same under another configuration. */
    Dialect with(Configuration now);

    /**
     * Spread 5.0.1 (monitor-protocol 9): the monitor speaks as a daemon and proves it by the configuration hash; daemons are known by
     * numbers made of their names.
     */
    static Dialect spread5(Configuration configuration) {
        int hash = Spread5.hash(configuration);
        return new Dialect() {
            @Override
            public int id(Daemon daemon) {
                return Spread5.id(daemon.name());
            }

            @Override
            public void address(ByteBuf request, Daemon self) {
                int me = id(self);
                request.setIntLE(PacketHeader.TRANSMITTER, me);
                request.setIntLE(PacketHeader.PROC_ID, me);
                request.setIntLE(PacketHeader.MEMBERSHIP_ID, 0);
                request.setIntLE(PacketHeader.CONF_HASH, hash);
            }

            @Override
            public boolean sendsFromOwnAddress() {
                return true;
            }

            @Override
            public Dialect with(Configuration now) {
                return spread5(now);
            }
        };
    }
}
