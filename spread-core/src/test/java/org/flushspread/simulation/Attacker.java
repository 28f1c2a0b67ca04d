package org.flushspread.simulation;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.daemon.seal.Algorithm;
import org.flushspread.daemon.seal.Envelope;
import org.flushspread.daemon.seal.Epochs;
import org.flushspread.daemon.seal.Seal;
import org.flushspread.daemon.seal.SealKeys;
import org.flushspread.wire.SealedHeader;

/**
 * Somebody in the network of a sealed world who has no key (security 1): hears every datagram, those that are lost on their way too, and
 * sends whatever he likes, from addresses of daemons and from others: what he recorded, at once or much later, the same changed, and what he
 * makes himself. Nothing but delay may come of it.
 */
final class Attacker {
    /** An address that is no daemon's. */
    static final int OUTSIDE = -1;

    private static final int RECENT = 500;
    private static final int OLD = 2000;
    private static final int HELD_BACK = 200;
    private static final int MOST_AT_ONCE = 30;
    private static final int COUNTER = 32;

    private final World world;
    private final Network network;
    private final Chance chance;
    private final long every;
    private final int hosts;
    private final long[] faults;
    private final SealKeys ownKeys;
    private final List<Recorded> recent = new ArrayList<>();
    private final List<Recorded> old = new ArrayList<>();
    /** Tokens that have not arrived: he may let them, as late as he likes. */
    private final List<Recorded> heldBack = new ArrayList<>();

    private long heard;
    private boolean calm;

    /** A datagram on a link, as it is there and as its sender made it. */
    private record Recorded(int from, int to, byte[] wire, byte[] plain, boolean token) {}

    Attacker(World world, Network network, Chance chance, long every, int hosts, long[] faults, SealKeys ownKeys) {
        this.world = world;
        this.network = network;
        this.chance = chance;
        this.every = every;
        this.hosts = hosts;
        this.faults = faults;
        this.ownKeys = ownKeys;
    }

    void begin() {
        world.after(chance.around(every), this::act);
    }

    /** Fewer datagrams from now on, so that what must happen now has room. */
    void calm() {
        calm = true;
    }

    /** The newest ones, and some of all times. */
    void hears(int from, int to, byte[] wire, byte[] plain, boolean token) {
        heard++;
        Recorded one = new Recorded(from, to, wire, plain, token);
        keep(recent, RECENT, (int) (heard % RECENT), one);
        if (old.size() < OLD || chance.nextLong(heard) < OLD) {
            keep(old, OLD, chance.nextInt(OLD), one);
        }
    }

    /** What he heard last did not arrive. */
    void lost(int from, int to, byte[] wire, byte[] plain, boolean token) {
        if (token) {
            keep(heldBack, HELD_BACK, chance.nextInt(HELD_BACK), new Recorded(from, to, wire, plain, true));
        }
    }

    private static void keep(List<Recorded> in, int most, int place, Recorded one) {
        if (in.size() < most) {
            in.add(one);
        } else {
            in.set(place, one);
        }
    }

    private void act() {
        world.after(chance.around(calm ? 20 * every : every), this::act);
        if (recent.isEmpty()) {
            return;
        }
        int count = calm ? 1 : 1 + chance.nextInt(MOST_AT_ONCE);
        boolean outside = chance.nextBoolean();
        int kind = chance.nextInt(10);
        for (int i = 0; i < count; i++) {
            faults[Faults.ATTACK.ordinal()]++;
            List<Recorded> from = chance.nextBoolean() ? recent : old;
            if (kind > 7 && !heldBack.isEmpty()) {
                from = heldBack;
            }
            send(from.get(chance.nextInt(from.size())), kind, outside);
        }
    }

    private void send(Recorded one, int kind, boolean outside) {
        int from = outside ? OUTSIDE : chance.nextInt(hosts);
        switch (kind) {
            case 0, 1, 2, 8, 9 -> network.inject(outside ? OUTSIDE : one.from, one.to, one.wire, one.token);
            case 3 -> network.inject(from, chance.nextInt(hosts), one.wire, chance.nextBoolean());
            case 4 -> network.inject(from, one.to, changed(one.wire), one.token);
            case 5 -> network.inject(from, one.to, withOtherHeader(one.wire), one.token);
            case 6 -> network.inject(from, one.to, one.plain, one.token);
            default -> network.inject(from, one.to, madeWithOwnKey(one), one.token);
        }
    }

    private byte[] changed(byte[] wire) {
        byte[] copy =
                java.util.Arrays.copyOf(wire, chance.nextInt(4) == 0 ? chance.nextInt(2 * wire.length) : wire.length);
        for (int i = chance.nextInt(4); i >= 0 && copy.length > 0; i--) {
            copy[chance.nextInt(copy.length)] ^= (byte) (1 << chance.nextInt(8));
        }
        return copy;
    }

    /** Passes for a newer one, one of another start, or of another daemon. */
    private byte[] withOtherHeader(byte[] wire) {
        byte[] copy = wire.clone();
        int at = (int) chance.pickLong(5, 8, 12, 16, 24, COUNTER);
        int width = at == COUNTER || at == 16 ? Long.BYTES : 1;
        copy[at + width - 1 - chance.nextInt(Math.min(3, width))] += (byte) (1 + chance.nextInt(255));
        return copy;
    }

    private byte[] madeWithOwnKey(Recorded one) {
        int sender = SealedHeader.sender(io.netty.buffer.Unpooled.wrappedBuffer(one.wire), 0);
        Seal own = new Seal(
                ownKeys, Algorithm.AES_256_GCM, sender, Long.MAX_VALUE / 2, chance.nextLong(), Epochs.NONE, () -> 0);
        byte[] forged = Seals.close(own, one.plain, one.token);
        if (chance.nextBoolean()) {
            // The key id of the ring is readable.
            System.arraycopy(one.wire, 0, forged, 0, Math.min(16, Envelope.OVERHEAD));
        }
        return forged;
    }
}
