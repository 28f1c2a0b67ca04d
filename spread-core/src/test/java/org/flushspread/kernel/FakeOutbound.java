package org.flushspread.kernel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import org.flushspread.kernel.base.Backlog;
import org.flushspread.kernel.base.DeliveryThreshold;
import org.flushspread.kernel.base.Outbound;
import org.jspecify.annotations.Nullable;

/** A ring that keeps what was submitted until a test orders it. */
public final class FakeOutbound implements Outbound {
    /** What was submitted, as it was then. */
    public record Submitted(int service, String hex) {
        public byte[] image() {
            return ByteBufUtil.decodeHexDump(hex);
        }
    }

    private final Queue<Submitted> messages = new ArrayDeque<>();
    private final Queue<Submitted> groups = new ArrayDeque<>();
    /** For each of the messages, in their order. */
    private final Queue<Runnable> ends = new ArrayDeque<>();

    private DeliveryThreshold threshold = DeliveryThreshold.EVERYTHING;
    private boolean groupsOnly;
    private int extra;
    private long extraBytes;
    private @Nullable ByteBuf lastBuffer;

    /** The oldest message that waits, or null. */
    public @Nullable Submitted next() {
        Runnable end = ends.poll();
        if (end != null) {
            end.run();
        }
        return messages.poll();
    }

    /** The oldest GROUPS message that waits, or null. */
    public @Nullable Submitted nextGroups() {
        return groups.poll();
    }

    /** Pretends that this many more messages wait. */
    public void pretendWaiting(int more) {
        extra = more;
    }

    /** Pretends that what waits takes so much memory. */
    public void pretendWaitingBytes(long bytes) {
        extraBytes = bytes;
    }

    /** The buffer the last message was submitted from, or null. */
    public @Nullable ByteBuf lastBuffer() {
        return lastBuffer;
    }

    public DeliveryThreshold threshold() {
        return threshold;
    }

    public boolean isGroupsOnly() {
        return groupsOnly;
    }

    @Override
    public void submit(int service, ByteBuf image, int index, int length) {
        submit(new Backlog(), service, image, index, length);
    }

    @Override
    public void submit(Backlog from, int service, ByteBuf image, int index, int length) {
        lastBuffer = image;
        messages.add(new Submitted(service, ByteBufUtil.hexDump(image, index, length)));
        from.queued(length);
        ends.add(() -> from.left(length));
    }

    @Override
    public void submitGroups(int service, ByteBuf image, int index, int length) {
        groups.add(new Submitted(service, ByteBufUtil.hexDump(image, index, length)));
    }

    @Override
    public void groupsOnly(boolean on) {
        groupsOnly = on;
    }

    @Override
    public void clearGroups() {
        groups.clear();
    }

    @Override
    public void threshold(DeliveryThreshold level) {
        threshold = level;
    }

    @Override
    public int waiting() {
        return messages.size() + extra;
    }

    @Override
    public long waitingBytes() {
        return extraBytes;
    }
}
