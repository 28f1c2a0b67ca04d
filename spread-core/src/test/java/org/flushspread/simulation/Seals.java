package org.flushspread.simulation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.flushspread.daemon.seal.Algorithm;
import org.flushspread.daemon.seal.Channel;
import org.flushspread.daemon.seal.Envelope;
import org.flushspread.daemon.seal.Epochs;
import org.flushspread.daemon.seal.Seal;
import org.flushspread.daemon.seal.SealKeys;
import org.flushspread.wire.SealedHeader;
import org.jspecify.annotations.Nullable;

/**
 * The envelopes of a sealed world (security 2): the seal that ships, one for each life of each daemon, with what its disk remembers of the
 * starts of others. Holds what must be true of everything that a kernel reads, whatever the attacker does.
 */
final class Seals {
    private static final int LARGEST = 1 << 16;
    /** So late may be on the disk what was heard. */
    private static final long WRITING = 500 * Swarm.MILLI;

    private final World world;
    private final Chance chance;
    private final SealKeys keys;
    private final Map<Integer, Disk> disks = new HashMap<>();
    /** The present lives, by host. */
    private final Map<Integer, Life> lives = new HashMap<>();
    /** All lives there were, by the random number of their start. */
    private final Map<Long, Life> byBoot = new HashMap<>();

    private final ByteBuf into = Unpooled.buffer(LARGEST, LARGEST).writerIndex(LARGEST);

    Seals(World world, Chance chance) {
        this.world = world;
        this.chance = chance;
        keys = newKeys();
    }

    /** Keys that nobody else has. */
    SealKeys newKeys() {
        byte[] secret = new byte[32];
        for (int i = 0; i < secret.length; i++) {
            secret[i] = (byte) chance.nextInt(256);
        }
        return SealKeys.of(secret);
    }

    /** What survives the end of a daemon's process. */
    private final class Disk {
        private final Map<Integer, Long> known = new TreeMap<>();
        private long mine = Long.MIN_VALUE;
    }

    /** One start of one daemon, and what it heard. */
    private final class Life implements Epochs {
        final int host;
        final int sender;
        final long epoch;
        final Seal seal;
        private final Disk disk;
        /** The latest start of each sender that this one knows of. */
        private final Map<Integer, Long> latest;
        /** Which datagrams of a life were opened in this one. */
        private final Map<Life, BitSet> opened = new HashMap<>();
        /** What each datagram was that this one has sealed, by its counter. */
        private long[] sealed = new long[64];

        private int count;

        Life(Host of, Disk disk, long boot, long millis) {
            host = of.number();
            sender = of.me().id();
            this.disk = disk;
            epoch = disk.mine >= millis ? disk.mine + 1 : millis;
            disk.mine = epoch;
            latest = new TreeMap<>(disk.known);
            Algorithm algorithm = chance.nextInt(3) == 0 ? Algorithm.CHACHA20_POLY1305 : Algorithm.AES_256_GCM;
            seal = new Seal(keys, algorithm, sender, epoch, boot, this, () -> millis);
        }

        @Override
        public long latest(int other) {
            return disk.known.getOrDefault(other, Long.MIN_VALUE);
        }

        @Override
        public void heard(int other, long theirs) {
            world.after(chance.nextLong(WRITING), () -> {
                if (lives.get(host) == this) {
                    disk.known.merge(other, theirs, Math::max);
                }
            });
        }

        void closed(long what) {
            if (count == sealed.length) {
                sealed = Arrays.copyOf(sealed, 2 * count);
            }
            sealed[count++] = what;
        }
    }

    /** A daemon starts. */
    void begin(Host host, long millis) {
        Disk disk = disks.computeIfAbsent(host.number(), each -> new Disk());
        long boot = chance.nextLong();
        Life life = new Life(host, disk, boot, millis);
        lives.put(host.number(), life);
        byBoot.put(boot, life);
    }

    private static Channel channel(boolean token) {
        return token ? Channel.TOKEN : Channel.DATA;
    }

    private static long digest(byte[] plain, int length, boolean token) {
        return World.digest(plain, 0, length) * 2 + (token ? 1 : 0);
    }

    byte[] close(int host, byte[] plain, boolean token) {
        Life life = lives.get(host);
        life.closed(digest(plain, plain.length, token));
        return close(life.seal, plain, token);
    }

    /** As whoever has this seal. */
    static byte[] close(Seal seal, byte[] plain, boolean token) {
        byte[] wire = new byte[plain.length + Envelope.OVERHEAD];
        seal.seal(channel(token), Unpooled.wrappedBuffer(plain), 0, plain.length, Unpooled.wrappedBuffer(wire), 0);
        return wire;
    }

    /** What a daemon reads of a datagram; null if its seal refuses it. */
    byte @Nullable [] open(Host at, byte[] wire, boolean token) {
        Life life = lives.get(at.number());
        ByteBuf in = Unpooled.wrappedBuffer(wire);
        int length = life.seal.open(channel(token), in, 0, wire.length, into);
        if (length < 0) {
            return null;
        }
        byte[] plain = new byte[length];
        into.getBytes(0, plain);
        check(at, life, in, digest(plain, length, token));
        return plain;
    }

    private void check(Host at, Life life, ByteBuf in, long what) {
        Life from = byBoot.get(SealedHeader.boot(in, 0));
        int counter = (int) SealedHeader.counter(in, 0);
        if (from == null
                || from.sender != SealedHeader.sender(in, 0)
                || from.epoch != SealedHeader.epoch(in, 0)
                || counter < 0
                || counter >= from.count
                || from.sealed[counter] != what) {
            throw new Violation(
                    "only what daemons seal is read",
                    at.me().name() + " reads what no daemon has sealed for that port");
        }
        BitSet had = life.opened.computeIfAbsent(from, each -> new BitSet());
        if (had.get(counter)) {
            throw new Violation(
                    "nothing is read twice", at.me().name() + " reads datagram " + counter + " of a start again");
        }
        had.set(counter);
        long latest = life.latest.merge(from.sender, from.epoch, Math::max);
        if (latest > from.epoch) {
            throw new Violation(
                    "no start is heard after a later one",
                    at.me().name() + " reads what start " + from.epoch + " sent, and knows of " + latest);
        }
    }
}
