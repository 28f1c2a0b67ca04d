package org.flushspread.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/**
 * Puts whole messages on the byte stream. A message of which the link took a part only is the {@code rest}: it is finished before anything
 * else is written, by whichever call comes next, so messages never interleave and no caller has to wait for it.
 */
final class MessageWriter {
    private static final int CAPACITY = 64 * 1024;
    private static final Deadline NOW = Deadline.in(0);

    private final Link link;
    private final byte[] privateGroupSlot = new byte[Name.SLOT];
    private final ReentrantLock lock = new ReentrantLock();
    private final ByteBuffer out = ByteBuffer.allocateDirect(CAPACITY).order(ByteOrder.LITTLE_ENDIAN);
    private @Nullable ByteBuffer rest;
    private volatile boolean hasRest;
    private volatile boolean torn;
    private volatile @Nullable SpreadException closed;

    MessageWriter(Link link) {
        this.link = link;
    }

    /** From here on messages are written, as sent by this private group. */
    void begin(String privateGroup) {
        for (int i = 0; i < privateGroup.length(); i++) {
            privateGroupSlot[i] = (byte) privateGroup.charAt(i);
        }
    }

    /** True while a message that was begun is not written in full. */
    boolean hasRest() {
        return hasRest;
    }

    /** True if a part of a message went out and the rest never will: the stream is of no use any more. */
    boolean isTorn() {
        return torn;
    }

    /** Lets every call fail from now on, those that wait included (the link has to be woken). */
    void close(SpreadException why) {
        closed = why;
    }

    /**
     * Writes one message, or nothing.
     *
     * @param bigEndianBody what receivers are told of the numbers in the body (client-protocol 3.2)
     * @param group the only destination, or null if {@code groups} has them
     * @param body the program's buffers count as read if the message is accepted
     * @return false if the time is over and nothing was written
     * @throws IOException if the link failed
     */
    boolean send(
            int type,
            short messType,
            boolean bigEndianBody,
            @Nullable String group,
            String[] groups,
            int numGroups,
            Outgoing body,
            Deadline deadline)
            throws IOException {
        if (!lockBy(deadline)) {
            return false;
        }
        try {
            if (!finishRest(deadline)) {
                return false;
            }
            out.clear();
            header(type, messType, bigEndianBody, numGroups, (int) body.length());
            if (group != null) {
                putName(group);
            } else {
                for (int i = 0; i < numGroups; i++) {
                    putName(groups[i]);
                }
            }
            boolean accepted = write(body, out.position() + body.length(), deadline);
            if (accepted) {
                body.accepted();
            }
            return accepted;
        } finally {
            lock.unlock();
        }
    }

    private void header(int type, short messType, boolean bigEndianBody, int numGroups, int bodyLength) {
        out.putInt(type | ByteOrderTag.LITTLE_ENDIAN);
        out.put(privateGroupSlot);
        out.putInt(numGroups);
        int hint = MessageHeader.hint(messType);
        out.putInt(bigEndianBody ? Integer.reverseBytes(hint & ~ByteOrderTag.LITTLE_ENDIAN) : hint);
        out.putInt(bodyLength);
    }

    /** Zero padded: nothing of an earlier message may show behind the NUL (client-protocol Q8). */
    private void putName(String name) {
        int at = out.position();
        int length = Math.min(name.length(), Name.MAX_LENGTH);
        out.putLong(0).putLong(0).putLong(0).putLong(0);
        for (int i = 0; i < length; i++) {
            out.put(at + i, (byte) name.charAt(i));
        }
    }

    /**
     * Header and groups stand in {@code out}; the body follows, each time as much as fits.
     *
     * @param length of the whole message, as the header says it
     */
    private boolean write(Outgoing body, long length, Deadline deadline) throws IOException {
        boolean begun = false;
        boolean settled = false;
        long left = length;
        try {
            while (true) {
                body.putInto(out);
                out.flip();
                left -= out.remaining();
                if (left < 0 || (left > 0 && out.limit() < out.capacity())) {
                    throw new IllegalStateException(
                            "a message of " + length + " bytes was announced, and " + left + " are left");
                }
                while (out.hasRemaining()) {
                    int wrote = link.write(out);
                    begun |= wrote > 0;
                    if (wrote == 0 && !awaitWritable(deadline, begun)) {
                        if (begun) {
                            keepRest(body, left);
                        }
                        settled = true;
                        return begun;
                    }
                }
                if (left == 0) {
                    settled = true;
                    return true;
                }
                out.clear();
            }
        } finally {
            // Memory may run out, or a link break its contract: after a part, nothing but the rest makes sense.
            torn |= !settled && (begun || out.position() > 0);
        }
    }

    private void keepRest(Outgoing body, long left) {
        ByteBuffer kept =
                ByteBuffer.allocate(Math.toIntExact(out.remaining() + left)).put(out);
        body.putInto(kept);
        rest = kept.flip();
        hasRest = true;
    }

    /** Writes what it can of the rest without waiting; does nothing while another thread sends, since that will. */
    void tryFinishRest() throws IOException {
        if (hasRest && lock.tryLock()) {
            try {
                finishRest(NOW);
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean finishRest(Deadline deadline) throws IOException {
        ByteBuffer unsent = rest;
        while (unsent != null && unsent.hasRemaining()) {
            if (link.write(unsent) == 0 && !awaitWritable(deadline, false)) {
                return false;
            }
        }
        rest = null;
        hasRest = false;
        return true;
    }

    /**
     * Waits for room.
     *
     * @param begun a message is half written: an interrupt then ends the wait but is no error, for the message counts as sent
     * @return false if the time is over
     */
    private boolean awaitWritable(Deadline deadline, boolean begun) throws IOException {
        checkOpen();
        long nanos = deadline.remaining();
        if (nanos == 0) {
            return false;
        }
        link.awaitWritable(nanos);
        checkOpen();
        if (Thread.currentThread().isInterrupted()) {
            if (begun) {
                return false;
            }
            throw new SpreadInterruptedException("sending");
        }
        return true;
    }

    private boolean lockBy(Deadline deadline) {
        checkOpen();
        if (!lock.tryLock()) {
            long nanos = deadline.remaining();
            try {
                if (nanos == 0 || !lock.tryLock(nanos, TimeUnit.NANOSECONDS)) {
                    return false;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SpreadInterruptedException("waiting for another sender");
            }
        }
        return true;
    }

    private void checkOpen() {
        SpreadException why = closed;
        if (why != null) {
            throw ChannelEnd.again(why);
        }
    }
}
