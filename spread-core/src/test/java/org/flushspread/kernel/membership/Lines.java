package org.flushspread.kernel.membership;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.stream.Collectors;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.base.Route;
import org.flushspread.wire.Alive;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.Form1;
import org.flushspread.wire.Form2;
import org.flushspread.wire.Join;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.Refer;
import org.flushspread.wire.Representative;
import org.flushspread.wire.RingInfo;
import org.jspecify.annotations.Nullable;

/**
 * Membership packets as lines of text: {@code JOIN -> b [a] a/SEG_REP}. Of ids only the daemon is shown, and {@code new} where a daemon
 * had no ring before.
 */
final class Lines {
    private Lines() {}

    /** The line of a datagram, or null of a regular token. */
    static @Nullable String of(Configuration configuration, Route to, ByteBuf datagram) {
        String address = " -> "
                + (to.kind() == Route.Kind.SEGMENT
                        ? "segment" + to.index()
                        : configuration.daemons().get(to.index()).name());
        int length = datagram.readableBytes();
        int at = datagram.readerIndex();
        int type = PacketHeader.type(datagram, at, ByteOrderTag.isLittleEndian(datagram, at));
        if (to.kind() == Route.Kind.TOKEN) {
            if ((type & PacketType.FORM1) != 0) {
                return "FORM1" + address + form1(configuration, requireNonNull(Form1.read(datagram, at, length)));
            }
            if ((type & PacketType.FORM2) != 0) {
                return "FORM2" + address + form2(configuration, requireNonNull(Form2.read(datagram, at, length)));
            }
            return null;
        }
        if ((type & PacketType.ALIVE) != 0) {
            Alive alive = requireNonNull(Alive.read(datagram, at, length));
            return "ALIVE" + address + " " + names(configuration, alive.members());
        }
        if ((type & PacketType.JOIN) != 0) {
            Join join = requireNonNull(Join.read(datagram, at, length));
            return "JOIN" + address + " " + names(configuration, join.members()) + " "
                    + reps(configuration, join.reps());
        }
        if ((type & PacketType.REFER) != 0) {
            Refer refer = requireNonNull(Refer.read(datagram, at, length));
            return "REFER" + address + " " + name(configuration, refer.representative()) + "/" + refer.type();
        }
        return "DATA" + address;
    }

    static String form1(Configuration configuration, Form1 form) {
        return " " + names(configuration, form.visited()) + "+" + names(configuration, form.pending()) + " fence "
                + form.fence() + " " + reps(configuration, form.reps()) + " next " + form.repIndex() + " "
                + rings(configuration, form.rings());
    }

    static String form2(Configuration configuration, Form2 form) {
        String id = form.visited().isEmpty()
                ? "-"
                : name(configuration, form.newId().procId());
        return " " + names(configuration, form.visited()) + "+" + names(configuration, form.pending()) + " fence "
                + form.fence() + " id " + id + " " + rings(configuration, form.rings());
    }

    private static String rings(Configuration configuration, List<RingInfo> rings) {
        return rings.stream()
                .map(ring -> "{" + name(configuration, ring.id().procId())
                        + (ring.id().time() == -1 ? " new" : "")
                        + (ring.transTime() == 0 ? "" : " timed")
                        + " " + ring.aru() + ".." + ring.highestSequence() + " " + ring.holes() + " "
                        + names(configuration, ring.trans())
                        + names(
                                configuration,
                                ring.procs()
                                        .subList(ring.numTrans(), ring.procs().size()))
                        + "}")
                .collect(Collectors.joining(" "));
    }

    private static String reps(Configuration configuration, List<Representative> reps) {
        return reps.stream()
                .map(rep -> name(configuration, rep.procId()) + "/" + rep.type())
                .collect(Collectors.joining(","));
    }

    private static String names(Configuration configuration, List<Integer> ids) {
        return "[" + ids.stream().map(id -> name(configuration, id)).collect(Collectors.joining(",")) + "]";
    }

    private static String name(Configuration configuration, int id) {
        Daemon daemon = configuration.byId(id);
        return daemon == null ? "?" : daemon.name();
    }
}
