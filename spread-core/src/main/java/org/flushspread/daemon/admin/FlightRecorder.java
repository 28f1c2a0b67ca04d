package org.flushspread.daemon.admin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.flushspread.config.RingVersion;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.Route;
import org.flushspread.kernel.base.Session;
import org.flushspread.kernel.base.TraceLine;
import org.jspecify.annotations.Nullable;

/**
 * The last protocol events of a daemon, at a fixed cost: each takes the place of the oldest one, a datagram as the copy of its header.
 * Nothing is made into text before somebody asks.
 *
 * <p>The kernel's thread writes; any thread may read, also while the other hangs. A reader copies all and leaves out what was written
 * meanwhile.
 */
public final class FlightRecorder {
    /** Events that are kept; a power of two. */
    static final int KEPT = 4096;

    private static final int HEADER = 48;
    private static final byte SEND = 1;
    private static final byte RECEIVE_DATA = 2;
    private static final byte RECEIVE_TOKEN = 3;
    private static final byte REPORT = 4;
    private static final byte CLOSE = 5;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final VarHandle WRITTEN;

    static {
        try {
            WRITTEN = MethodHandles.lookup().findVarHandle(FlightRecorder.class, "written", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final RingVersion ring;
    private final String daemon;
    private final long start;
    private final long[] times = new long[KEPT];
    private final byte[] kinds = new byte[KEPT];
    private final short[] lengths = new short[KEPT];
    private final byte[] headers = new byte[KEPT * HEADER];
    private final @Nullable Object[] subjects = new @Nullable Object[KEPT];
    private long now;
    /** Events since the start. */
    @SuppressWarnings("UnusedVariable") // through WRITTEN
    private long written;

    /**
     * @param ring says what ids look like
     * @param daemon its name
     * @param start monotonic nanoseconds from which times count
     */
    public FlightRecorder(RingVersion ring, String daemon, long start) {
        this.ring = ring;
        this.daemon = daemon;
        this.start = start;
        this.now = start;
    }

    /** The clock was read: what follows is of this time, in monotonic nanoseconds. */
    public void now(long nanos) {
        now = nanos;
    }

    /** A datagram leaves. */
    public void sent(Route to, ByteBuf datagram) {
        datagram(SEND, to, datagram, datagram.readerIndex(), datagram.readableBytes());
    }

    /** A datagram of the data port is read. */
    public void data(ByteBuf packet, int index, int length) {
        datagram(RECEIVE_DATA, null, packet, index, length);
    }

    /** A datagram of the token port is read. */
    public void token(ByteBuf token, int index, int length) {
        datagram(RECEIVE_TOKEN, null, token, index, length);
    }

    private void datagram(byte kind, @Nullable Object subject, ByteBuf bytes, int index, int length) {
        int slot = (int) written & (KEPT - 1);
        int kept = Math.min(length, HEADER);
        bytes.getBytes(index, headers, slot * HEADER, kept);
        lengths[slot] = (short) kept;
        record(slot, kind, subject);
    }

    /** The kernel reports an event. */
    public void reported(Event event) {
        record((int) written & (KEPT - 1), REPORT, event);
    }

    /** A client's connection is closed. */
    public void closed(Session session, Reason why) {
        record((int) written & (KEPT - 1), CLOSE, session + " " + why);
    }

    private void record(int slot, byte kind, @Nullable Object subject) {
        times[slot] = now;
        kinds[slot] = kind;
        subjects[slot] = subject;
        WRITTEN.setRelease(this, written + 1);
        // what the next event writes must not be seen before this count
        VarHandle.storeStoreFence();
    }

    /** All that is kept, the oldest first, one line each, as {@code scripts/simulate --replay} prints them. Any thread. */
    public String text() {
        long before = (long) WRITTEN.getAcquire(this);
        long[] copiedTimes = times.clone();
        byte[] copiedKinds = kinds.clone();
        short[] copiedLengths = lengths.clone();
        byte[] copiedHeaders = headers.clone();
        @Nullable Object[] copiedSubjects = Arrays.copyOf(subjects, KEPT);
        VarHandle.acquireFence();
        long after = (long) WRITTEN.getAcquire(this);
        StringBuilder out = new StringBuilder();
        // the event that is being written takes the place of the oldest
        for (long i = Math.max(0, after - KEPT + 1); i < before; i++) {
            int slot = (int) i & (KEPT - 1);
            ByteBuf header = Unpooled.wrappedBuffer(copiedHeaders, slot * HEADER, copiedLengths[slot]);
            out.append(TraceLine.at(
                    (copiedTimes[slot] - start) / NANOS_PER_SECOND,
                    line(copiedKinds[slot], copiedSubjects[slot], header)));
        }
        return out.toString();
    }

    private String line(byte kind, @Nullable Object subject, ByteBuf header) {
        return switch (kind) {
            case SEND ->
                TraceLine.send(
                        ring,
                        daemon,
                        String.valueOf(subject),
                        header,
                        subject instanceof Route route && route.kind() == Route.Kind.TOKEN);
            case RECEIVE_DATA -> TraceLine.receive(ring, daemon, header, false);
            case RECEIVE_TOKEN -> TraceLine.receive(ring, daemon, header, true);
            case CLOSE -> TraceLine.close(daemon, String.valueOf(subject));
            default -> TraceLine.report(daemon, String.valueOf(subject));
        };
    }
}
