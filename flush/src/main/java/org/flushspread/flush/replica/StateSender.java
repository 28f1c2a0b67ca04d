package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.client.Service;

/** The donor's side of a state transfer: pieces go to all receivers, no faster than the slowest one takes them (replica-protocol R25). */
final class StateSender {
    /** More receivers than every C daemon delivers a subgroup message to get it by multicast (flush-protocol Q15). */
    private static final int SUBGROUP = 43;

    /**
     * Who gets it.
     *
     * @param received bytes from the beginning that it has
     * @param accepts bytes of the largest state that it takes
     */
    record Receiver(String name, long received, long accepts) {}

    private final ReplicaOutput output;
    private final ReplicaSettings settings;
    private final long image;
    private final long transfer;
    private final StateImage state;
    private final Version version;
    private final List<Receiver> receivers;
    private long next;
    private boolean sent;

    /**
     * @param image its name, the same at all members that have it
     * @param transfer what its pieces are sent under in this view
     * @param version of the state
     */
    StateSender(
            ReplicaOutput output,
            ReplicaSettings settings,
            long image,
            long transfer,
            StateImage state,
            Version version,
            List<Receiver> receivers) {
        this.output = output;
        this.settings = settings;
        this.image = image;
        this.transfer = transfer;
        this.state = state;
        this.version = version;
        this.receivers = new ArrayList<>(receivers);
        this.next = slowest();
    }

    /** The same image in another view, to those who wait for the rest of it (R14). */
    StateSender goOn(long inTransfer, List<Receiver> to) {
        return new StateSender(output, settings, image, inTransfer, state, version, to);
    }

    void close() {
        state.close();
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
        return receivers.stream().map(Receiver::name).toList();
    }

    boolean hasReceiver(String name) {
        return at(name) >= 0;
    }

    private int at(String name) {
        for (int i = 0; i < receivers.size(); i++) {
            if (receivers.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Sends what may be on its way, as far as it is made.
     *
     * @return those that do not accept so much: they get no more of it
     */
    List<Receiver> send() {
        List<Receiver> small = new ArrayList<>();
        long window = (long) settings.chunkBytes() * settings.chunksInFlight();
        while (hasReceivers() && !sent && next - slowest() < window) {
            StateImage.Piece piece = state.read(next, settings.chunkBytes());
            if (piece == null) {
                break;
            }
            long end = next + piece.bytes().remaining();
            for (Receiver each : List.copyOf(receivers)) {
                if (each.accepts() < end) {
                    receivers.remove(each);
                    small.add(each);
                }
            }
            if (hasReceivers()) {
                send(ReplicaCodec.chunk(transfer, next, piece));
            }
            next = end;
            sent = piece.last();
        }
        return small;
    }

    private void send(byte[] message) {
        if (receivers.size() > SUBGROUP) {
            output.multicast(Service.AGREED, message);
        } else {
            output.send(receivers(), message);
        }
    }

    Version version() {
        return version;
    }

    /** Bytes that were read of it: it is as large, or larger. */
    long bytes() {
        return next;
    }

    /** False if it is not a receiver, or claims what it cannot have. */
    boolean received(String receiver, long offset) {
        int at = at(receiver);
        if (at < 0 || offset > next || offset < receivers.get(at).received()) {
            return false;
        }
        receivers.set(at, new Receiver(receiver, offset, receivers.get(at).accepts()));
        return true;
    }

    /** This member needs no more of it. */
    void isThere(String receiver) {
        int at = at(receiver);
        if (at >= 0) {
            receivers.remove(at);
        }
    }

    /** Receivers that have not got all of it. */
    List<String> behind() {
        return receivers.stream()
                .filter(each -> !sent || each.received() < next)
                .map(Receiver::name)
                .toList();
    }

    private long slowest() {
        return receivers.stream().mapToLong(Receiver::received).min().orElse(0);
    }
}
