package org.flushspread.kernel.base;

import org.flushspread.wire.IpAddress;
import org.flushspread.wire.PacketType;
import org.jspecify.annotations.Nullable;

/**
 * What came from the network and built no ring: from this a person is told why a daemon is alone (membership-protocol 13.4). Counted since
 * the last {@link #forget}, on paths that a ring at work does not take.
 */
public final class Heard {
    private long discoveries;
    private long formTokens;
    private long wrongHashes;
    private int wrongHash;
    private int wrongHashFrom;
    private long strangers;
    private int stranger;
    private long wrongSources;
    private int wrongSourceOf;
    private @Nullable IpAddress wrongSource;
    private long impostors;
    /** Of mine to my segment, since the start. */
    private long broadcast;

    private long returned;

    /** A packet of a daemon that I hear, other than data of a ring. */
    public void membership(int type) {
        if ((type & (PacketType.ALIVE | PacketType.JOIN)) != 0) {
            discoveries++;
        }
    }

    public void formToken() {
        formTokens++;
    }

    public void wrongHash(int hash, int from) {
        wrongHashes++;
        wrongHash = hash;
        wrongHashFrom = from;
    }

    public void stranger(int transmitter) {
        strangers++;
        stranger = transmitter;
    }

    /** A packet names this daemon and came from an address that is not its (spread5 2.3). */
    public void wrongSource(int daemonIndex, @Nullable IpAddress from) {
        wrongSources++;
        wrongSourceOf = daemonIndex;
        wrongSource = from;
    }

    /** I sent an ALIVE or JOIN to my segment, which the network may bring back. */
    public void broadcast() {
        broadcast++;
    }

    /** True if a membership packet that names me was sent by somebody else: nobody sends a REFER to himself, or gets a broadcast twice. */
    public boolean isNotMine(int type) {
        if ((type & (PacketType.ALIVE | PacketType.JOIN)) == 0) {
            return true;
        }
        if (returned < broadcast) {
            returned++;
            return false;
        }
        return true;
    }

    public void impostor() {
        impostors++;
    }

    /** Begins to count again. */
    public void forget() {
        discoveries = 0;
        formTokens = 0;
        wrongHashes = 0;
        strangers = 0;
        wrongSources = 0;
        impostors = 0;
    }

    /** ALIVE and JOIN of other daemons. */
    public long discoveries() {
        return discoveries;
    }

    /** FORM1 and FORM2 of other daemons. */
    public long formTokens() {
        return formTokens;
    }

    /** Packets and tokens refused for their configuration hash. */
    public long wrongHashes() {
        return wrongHashes;
    }

    /** The last such hash. */
    public int wrongHash() {
        return wrongHash;
    }

    /** The transmitter the last such packet names. */
    public int wrongHashFrom() {
        return wrongHashFrom;
    }

    /** Packets and tokens of a transmitter that is no daemon of the configuration. */
    public long strangers() {
        return strangers;
    }

    /** The last such transmitter. */
    public int stranger() {
        return stranger;
    }

    /** Packets and tokens that came from an address that is not their daemon's. */
    public long wrongSources() {
        return wrongSources;
    }

    /** Index of the daemon that the last such packet names. */
    public int wrongSourceOf() {
        return wrongSourceOf;
    }

    /** Where the last such packet came from. */
    public @Nullable IpAddress wrongSource() {
        return wrongSource;
    }

    /** Packets and tokens that name me as their transmitter and that I did not send. */
    public long impostors() {
        return impostors;
    }
}
