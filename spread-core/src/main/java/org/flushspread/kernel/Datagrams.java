package org.flushspread.kernel;

import io.netty.buffer.ByteBuf;
import org.flushspread.config.Configuration;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.Heard;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.membership.MembershipProtocol;
import org.flushspread.kernel.membership.Partition;
import org.flushspread.kernel.monitor.Monitor;
import org.flushspread.kernel.ring.Ring;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.TokenHeader;
import org.jspecify.annotations.Nullable;

/** The tests that every datagram has to pass, and who gets it then (ring-protocol 6 and 7.1). */
final class Datagrams {
    private final Context context;
    private final Ring ring;
    private final Partition partition;
    private final MembershipProtocol membership;
    private final Monitor monitor;
    private final Heard heard;
    private Transmitters transmitters;
    private Sources sources;

    Datagrams(Context context, Ring ring, Partition partition, MembershipProtocol membership, Monitor monitor) {
        this.context = context;
        this.ring = ring;
        this.partition = partition;
        this.membership = membership;
        this.monitor = monitor;
        heard = context.heard();
        transmitters = new Transmitters(context.configuration());
        sources = new Sources(context);
    }

    /** Another configuration is in force. */
    void reconfigured(Configuration now) {
        transmitters = new Transmitters(now);
        sources = new Sources(context);
    }

    /** A datagram of the data port, lent for the call (ring-protocol 6, spread5 2.3). */
    void data(ByteBuf packet, int index, int length, @Nullable IpAddress source) {
        if (length < PacketHeader.LENGTH) {
            context.refuse(Reason.DATAGRAM_TOO_SHORT);
            return;
        }
        boolean little = ByteOrderTag.isLittleEndian(packet, index);
        int type = PacketHeader.type(packet, index, little);
        boolean forMonitor = (type & PacketType.MONITOR) != 0;
        if (forMonitor && !sources.areChecked()) {
            if (!membership.answer(packet, index, length)) {
                monitor(packet, index, length);
            }
            return;
        }
        int hash = PacketHeader.confHash(packet, index, little);
        if (hash == PacketHeader.MONITOR_HASH && hash != context.hash()) {
            context.refuse(Reason.MONITOR_HASH_ON_RING_PACKET);
            return;
        }
        if (hash != context.hash()) {
            wrongHash(hash, PacketHeader.transmitter(packet, index, little));
            return;
        }
        int transmitter = PacketHeader.transmitter(packet, index, little);
        if (!isFromDaemon(transmitter, source)) {
            return;
        }
        if (forMonitor) {
            monitor(packet, index, length);
            return;
        }
        if (!isFromOther(transmitter)) {
            if ((type & PacketType.MEMBERSHIP) != 0 && !sources.areChecked()) {
                notMine(transmitter, type);
            }
            return;
        }
        if (length != PacketHeader.LENGTH + PacketHeader.dataLength(packet, index, little)) {
            context.refuse(Reason.DATAGRAM_LENGTH_MISMATCH);
            return;
        }
        if ((type & PacketType.MEMBERSHIP) != 0) {
            heard.membership(type);
            membership.packet(packet, index, length, source);
        } else if ((type & PacketType.HURRY) != 0) {
            ring.hurry(packet, index);
        } else if ((type & PacketType.REGULAR) != 0) {
            ring.data(packet, index, length);
        } else {
            context.refuse(Reason.UNKNOWN_PACKET_TYPE);
        }
    }

    /** A datagram of the token port, lent for the call (ring-protocol 7.1). */
    void token(ByteBuf token, int index, int length, @Nullable IpAddress source) {
        if (length < TokenHeader.LENGTH) {
            context.refuse(Reason.DATAGRAM_TOO_SHORT);
            return;
        }
        boolean little = ByteOrderTag.isLittleEndian(token, index);
        int hash = TokenHeader.confHash(token, index, little);
        int transmitter = TokenHeader.transmitter(token, index, little);
        if (hash != context.hash()) {
            if (!mayBeOfMonitor(token, index, little, source) || !isForMonitor(token, index, length)) {
                wrongHash(hash, transmitter);
            }
            return;
        }
        if (!isFromDaemon(transmitter, source)) {
            return;
        }
        if (!isFromOther(transmitter)) {
            if (isMe(transmitter) && !sources.areChecked()) {
                impostor("a token");
            }
            return;
        }
        if ((TokenHeader.type(token, index, little) & PacketType.FORM) != 0) {
            heard.formToken();
            membership.formToken(token, index, length, source);
        } else {
            ring.token(token, index, length);
        }
    }

    private void wrongHash(int hash, int transmitter) {
        heard.wrongHash(hash, transmitter);
        context.refuse(Reason.WRONG_CONFIGURATION_HASH);
    }

    /** My broadcasts come back once at most; what comes besides is of a daemon that believes to be me (membership-protocol 13.4). */
    private void notMine(int transmitter, int type) {
        if (isMe(transmitter) && heard.isNotMine(type)) {
            impostor("a membership packet");
        }
    }

    private void impostor(String what) {
        heard.impostor();
        context.refuse(
                Reason.MY_ID_FROM_ELSEWHERE,
                what + " that " + context.me() + " did not send; was -n "
                        + context.me().name() + " given on another host?");
    }

    private boolean isMe(int transmitter) {
        return context.configuration().ring().ids(context.me()).contains(transmitter);
    }

    /** True if it names a daemon of the configuration and, where that counts, came from its address. */
    private boolean isFromDaemon(int transmitter, @Nullable IpAddress source) {
        int daemon = transmitters.indexOf(transmitter);
        if (daemon < 0) {
            heard.stranger(transmitter);
            context.refuse(Reason.UNKNOWN_TRANSMITTER);
            return false;
        }
        return sources.isFrom(daemon, source);
    }

    /** True if a daemon that I hear sent it. My own broadcasts come back to me: they are no refusal. */
    private boolean isFromOther(int transmitter) {
        int daemon = transmitters.indexOf(transmitter);
        if (daemon == context.me().index()) {
            return false;
        }
        if (!partition.hears(daemon)) {
            context.refuse(Reason.OTHER_PARTITION);
            return false;
        }
        return true;
    }

    /** The hash of tokens stands elsewhere than that of packets, which monitors send (monitor-protocol 8, 9). */
    private boolean mayBeOfMonitor(ByteBuf token, int index, boolean little, @Nullable IpAddress source) {
        return !sources.areChecked()
                || (PacketHeader.type(token, index, little) & PacketType.MONITOR) != 0
                        && PacketHeader.confHash(token, index, little) == context.hash()
                        && isFromDaemon(PacketHeader.transmitter(token, index, little), source);
    }

    private boolean isForMonitor(ByteBuf token, int index, int length) {
        try {
            return monitor.tokenPort(token, index, length);
        } catch (OutOfMemoryError e) {
            context.refuse(Reason.OUT_OF_MEMORY, "an answer to a monitor");
            return true;
        }
    }

    /** Without memory for an answer a monitor gets none: it asks again. */
    private void monitor(ByteBuf packet, int index, int length) {
        try {
            monitor.packet(packet, index, length);
        } catch (OutOfMemoryError e) {
            context.refuse(Reason.OUT_OF_MEMORY, "an answer to a monitor");
        }
    }
}
