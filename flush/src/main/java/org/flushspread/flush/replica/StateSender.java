package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** The donor's side of a state transfer: pieces go to all receivers, no faster than the slowest one takes them. */
final class StateSender {
    /** More receivers than every C daemon delivers a subgroup message to get it by multicast (flush-protocol quirk Q15). */
    private static final int SUBGROUP = 43;

    private final ReplicaOutput output;
    private final ReplicaSettings settings;
    private final long transfer;
    private final List<String> receivers;
    private final int[] received;
    private final byte[] state;
    private final int checksum;
    private int next;
    private boolean begun;

    StateSender(ReplicaOutput output, ReplicaSettings settings, long transfer, List<String> receivers, byte[] state) {
        this.output = output;
        this.settings = settings;
        this.transfer = transfer;
        this.receivers = receivers;
        this.received = new int[receivers.size()];
        this.state = state;
        this.checksum = checksum(state, state.length);
    }

    static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    void send() {
        long window = (long) settings.chunkBytes() * settings.chunksInFlight();
        while ((!begun || next < state.length) && next - slowest() < window) {
            int length = Math.min(settings.chunkBytes(), state.length - next);
            byte[] message = ReplicaCodec.chunk(transfer, state, checksum, next, length);
            begun = true;
            next += length;
            if (receivers.size() > SUBGROUP) {
                output.multicast(Order.AGREED, message);
            } else {
                output.send(receivers, message);
            }
        }
    }

    /** False if it is not a receiver, or claims what it cannot have. */
    boolean received(String receiver, int offset) {
        int at = receivers.indexOf(receiver);
        if (at < 0 || offset > next || offset < received[at]) {
            return false;
        }
        received[at] = offset;
        send();
        return true;
    }

    /** Receivers that have not got all of it. */
    List<String> behind() {
        List<String> behind = new ArrayList<>();
        for (int i = 0; i < received.length; i++) {
            if (received[i] < state.length) {
                behind.add(receivers.get(i));
            }
        }
        return behind;
    }

    private int slowest() {
        int slowest = Integer.MAX_VALUE;
        for (int offset : received) {
            slowest = Math.min(slowest, offset);
        }
        return slowest;
    }
}
