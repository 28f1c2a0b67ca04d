package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32C;
import org.flushspread.client.Service;

/** The donor's side of a state transfer: pieces go to all receivers, no faster than the slowest one takes them. */
final class StateSender {
    /** More receivers than every C daemon delivers a subgroup message to get it by multicast (flush-protocol Q15). */
    private static final int SUBGROUP = 43;

    private final ReplicaOutput output;
    private final ReplicaSettings settings;
    private final long image;
    private final long transfer;
    private final List<String> receivers;
    private final List<Integer> received;
    private final byte[] state;
    private final int checksum;
    private int next;
    private boolean begun;

    /** From the beginning: the transfer gives the image its name. */
    StateSender(ReplicaOutput output, ReplicaSettings settings, long transfer, List<String> receivers, byte[] state) {
        this(
                output,
                settings,
                transfer,
                transfer,
                receivers,
                Collections.nCopies(receivers.size(), 0),
                state,
                checksum(state, state.length));
    }

    private StateSender(
            ReplicaOutput output,
            ReplicaSettings settings,
            long image,
            long transfer,
            List<String> receivers,
            List<Integer> received,
            byte[] state,
            int checksum) {
        this.output = output;
        this.settings = settings;
        this.image = image;
        this.transfer = transfer;
        this.receivers = new ArrayList<>(receivers);
        this.received = new ArrayList<>(received);
        this.state = state;
        this.checksum = checksum;
        this.next = Math.min(Collections.min(received), state.length);
    }

    /** The same image in another view, to those who wait for the rest of it (R14). */
    StateSender goOn(long inTransfer, List<String> to, List<Integer> offsets) {
        return new StateSender(output, settings, image, inTransfer, to, offsets, state, checksum);
    }

    long image() {
        return image;
    }

    long transfer() {
        return transfer;
    }

    boolean hasReceivers() {
        return !receivers.isEmpty();
    }

    List<String> receivers() {
        return List.copyOf(receivers);
    }

    boolean hasReceiver(String name) {
        return receivers.contains(name);
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
                output.multicast(Service.AGREED, message);
            } else {
                output.send(receivers, message);
            }
        }
    }

    /** False if it is not a receiver, or claims what it cannot have. */
    boolean received(String receiver, int offset, boolean maySend) {
        int at = receivers.indexOf(receiver);
        if (at < 0 || offset > next || offset < received.get(at)) {
            return false;
        }
        received.set(at, offset);
        if (maySend) {
            send();
        }
        return true;
    }

    /** This member needs no more of it. */
    void isThere(String receiver, boolean maySend) {
        int at = receivers.indexOf(receiver);
        if (at >= 0) {
            receivers.remove(at);
            received.remove(at);
            if (maySend && hasReceivers()) {
                send();
            }
        }
    }

    /** Receivers that have not got all of it. */
    List<String> behind() {
        List<String> behind = new ArrayList<>();
        for (int i = 0; i < receivers.size(); i++) {
            if (received.get(i) < state.length) {
                behind.add(receivers.get(i));
            }
        }
        return behind;
    }

    private int slowest() {
        return Collections.min(received);
    }
}
