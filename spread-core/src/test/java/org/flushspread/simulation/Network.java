package org.flushspread.simulation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.function.Consumer;
import org.flushspread.kernel.base.Route;
import org.flushspread.kernel.base.TraceLine;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** Carries datagrams between hosts. What is cut, lost, late, doubled or damaged is drawn from the network's own stream. */
public final class Network {
    /** The side of a host that is connected to the hosts of all sides, which are not connected to each other. */
    static final int BRIDGE = -1;

    private static final IpAddress ELSEWHERE = IpAddress.ipv4(0x7f000001);
    private static final long BASE_DELAY = 30_000;
    /** Within so many hops last words arrive: as long as it takes to form a ring and to recover. */
    private static final int RECOVERY = 10;
    /** FORM tokens are late so much more often than others: there are few of them, and each attempt to form a ring must know its own. */
    private static final int LATE_FORMS = 40;

    private final World world;
    private final Swarm swarm;
    private final Chance random;
    private final Plan plan;
    private final long[] faults;
    private final List<Host> hosts;
    private final boolean[][] cut;
    private final long[] wireFreeAt;
    /** What a host sent until then does not arrive later. */
    private final long[] severedAt;

    private final double lateForms;
    private final LastWords lastWords;
    private final LateTokens lateTokens;
    private Consumer<Host> formListener = host -> {};
    private Encoding encoding = (from, bytes, token) -> bytes;
    private boolean calm;
    private @Nullable Links links;
    private @Nullable Seals seals;
    private @Nullable Attacker attacker;

    /** How the machine of a daemon writes what the kernel sends. */
    interface Encoding {
        byte[] of(int from, byte[] bytes, boolean token);
    }

    Network(World world, Swarm swarm, Chance random, Chance late, List<Host> hosts, Plan plan, long[] faults) {
        this.world = world;
        this.swarm = swarm;
        this.random = random;
        this.hosts = hosts;
        this.plan = plan;
        this.faults = faults;
        this.cut = new boolean[swarm.daemons()][swarm.daemons()];
        this.wireFreeAt = new long[swarm.daemons()];
        this.severedAt = new long[swarm.daemons()];
        this.lateForms = LATE_FORMS * swarm.stragglers();
        this.lastWords = new LastWords(late, swarm.daemons());
        this.lateTokens = new LateTokens(swarm.daemons());
    }

    /** Heals every link and stops all random damage, for the liveness phase. */
    public void calm() {
        calm = true;
        lastWords.calm();
        lateTokens.calm();
        if (attacker != null) {
            attacker.calm();
        }
        for (boolean[] row : cut) {
            java.util.Arrays.fill(row, false);
        }
    }

    /** Tells who sends a FORM token. */
    void onForm(Consumer<Host> listener) {
        formListener = listener;
    }

    void encode(Encoding encoding) {
        this.encoding = encoding;
    }

    /** Everything is sealed from now on, and somebody attacks. */
    void seal(Seals with, Attacker by) {
        seals = with;
        attacker = by;
    }

    /** A daemon begins a life; milliseconds of its clock. */
    void started(Host host, long millis) {
        if (seals != null) {
            seals.begin(host, millis);
        }
    }

    /** What a host reads of a datagram, or null if it is refused. */
    byte @Nullable [] opened(Host at, byte[] wire, boolean token) {
        return seals == null ? wire : seals.open(at, wire, token);
    }

    /** A datagram that no daemon sent, from the address of a host or of {@link Attacker#OUTSIDE}. */
    void inject(int from, int to, byte[] bytes, boolean token) {
        arriveAt(world.now() + BASE_DELAY, from, to, bytes, token);
    }

    /** Cuts or mends one direction of a link. */
    public void cut(int from, int to, boolean on) {
        cut[from][to] = on;
    }

    /** Splits the hosts into sides; links inside a side are whole, links between sides are cut. A {@link #BRIDGE} sees everybody. */
    public void partition(int[] side) {
        for (int from = 0; from < cut.length; from++) {
            for (int to = 0; to < cut.length; to++) {
                cut[from][to] = side[from] != side[to] && side[from] != BRIDGE && side[to] != BRIDGE;
            }
        }
    }

    /** Lets somebody rule the links from here on. */
    public void rule(Links by) {
        links = by;
    }

    /** A host is alone from now on, and what it has sent does not arrive any more. */
    void sever(int host) {
        severedAt[host] = world.now();
        int[] side = new int[cut.length];
        side[host] = 1;
        partition(side);
    }

    /** The address that datagrams of a host come from. All daemons of one machine may speak from one, which none of them is known by. */
    IpAddress address(int host) {
        if (host == Attacker.OUTSIDE) {
            return ELSEWHERE;
        }
        Host sender = hosts.get(host);
        boolean elsewhere =
                host < swarm.elsewhere() && !sender.configuration().ring().checksSources();
        return elsewhere ? ELSEWHERE : sender.me().address();
    }

    /** A host lost its ring or has another one: tokens of rings before may arrive. */
    void changed(Host host) {
        for (LateTokens.Token each : lateTokens.arrivals(host)) {
            arriveAt(
                    world.now() + random.nextLong(4L * RECOVERY * hop()),
                    each.from(),
                    host.number(),
                    each.wire(),
                    true);
        }
    }

    /** About as long as a datagram takes. */
    long hop() {
        return BASE_DELAY + swarm.jitter();
    }

    LastWords lastWords() {
        return lastWords;
    }

    public boolean isCut(int from, int to) {
        return cut[from][to];
    }

    void send(Host from, Route to, ByteBuf datagram) {
        byte[] sent = new byte[datagram.readableBytes()];
        datagram.getBytes(datagram.readerIndex(), sent);
        int sender = from.number();
        boolean token = to.kind() == Route.Kind.TOKEN;
        byte[] bytes = encoding.of(sender, sent, token);
        byte[] wire = seals == null ? bytes : seals.close(sender, bytes, token);
        long leaves = Math.max(world.now() + from.spent(), wireFreeAt[sender]) + wire.length * swarm.nanosPerByte();
        wireFreeAt[sender] = leaves;
        world.mix(bytes);
        if (world.logging()) {
            world.log(() -> TraceLine.send(
                    from.configuration().ring(),
                    from.me().name(),
                    to.toString(),
                    Unpooled.wrappedBuffer(bytes),
                    token));
        }
        boolean form = token && Host.isForm(datagram);
        double late = form ? lateForms : swarm.stragglers();
        for (int address = 0; address < to.addresses().size(); address++) {
            for (int each : from.behind(to)) {
                carry(new Carried(sender, each, wire, bytes, token), late, leaves);
            }
        }
        if (form) {
            formListener.accept(from);
            for (LastWords.Packet each : lastWords.arrivals(sender)) {
                arriveAt(leaves + random.nextLong(RECOVERY * hop()), each.from(), sender, each.wire(), false);
            }
        }
    }

    /** An answer to a monitor: here only daemons ask, from their data ports. */
    void reply(Host from, IpAddress address, ByteBuf datagram) {
        byte[] bytes = new byte[datagram.readableBytes()];
        datagram.getBytes(datagram.readerIndex(), bytes);
        for (Host each : hosts) {
            if (each.me().address().equals(address)) {
                byte[] wire = seals == null ? bytes : seals.close(from.number(), bytes, false);
                carry(new Carried(from.number(), each.number(), wire, bytes, false), 0, world.now() + from.spent());
            }
        }
    }

    /** A datagram on a link, as it is there and as its sender made it. */
    private record Carried(int from, int to, byte[] wire, byte[] plain, boolean token) {}

    private void carry(Carried one, double late, long leaves) {
        int from = one.from;
        int to = one.to;
        if (attacker != null) {
            attacker.hears(from, to, one.wire, one.plain, one.token);
        }
        if (from == to) {
            arriveAt(leaves, from, to, one.wire, one.token);
            return;
        }
        if (cut[from][to]) {
            faults[Faults.CUT.ordinal()]++;
            lost(one, leaves);
            return;
        }
        Links ruled = links;
        if (ruled != null) {
            long nanos = ruled.nanos(from, to, one.plain, one.token);
            if (nanos < 0) {
                lost(one, leaves);
            } else {
                arriveAt(seen(one, leaves, leaves + nanos), from, to, one.wire, one.token);
            }
            return;
        }
        if (calm || !plan.damages(world.seconds())) {
            arriveAt(seen(one, leaves, leaves + BASE_DELAY), from, to, one.wire, one.token);
            return;
        }
        if (!one.token && lastWords.takes(from, to, one.wire)) {
            faults[Faults.LAST_WORDS.ordinal()]++;
            return;
        }
        if (one.token && random.happens(swarm.lateTokens())) {
            faults[Faults.STRAGGLER.ordinal()]++;
            lateTokens.add(to, new LateTokens.Token(from, one.wire, one.plain));
            return;
        }
        if (random.happens(swarm.loss())) {
            faults[Faults.LOST.ordinal()]++;
            lost(one, leaves);
            return;
        }
        int copies = 1;
        if (random.happens(swarm.duplication())) {
            faults[Faults.DUPLICATED.ordinal()]++;
            copies = 2;
        }
        for (int i = 0; i < copies; i++) {
            long delay = BASE_DELAY + random.around(swarm.jitter());
            if (swarm.asymmetric() && (from * 31 + to * 17) % 3 == 0) {
                delay += 10 * swarm.jitter();
            }
            if (random.happens(swarm.reordering())) {
                faults[Faults.REORDERED.ordinal()]++;
                delay += random.nextLong(20 * swarm.jitter() + 1);
            }
            long at = leaves + delay;
            if (random.happens(late)) {
                faults[Faults.STRAGGLER.ordinal()]++;
                straggle(seen(one, leaves, at + random.nextLong(swarm.beat())), one);
                continue;
            }
            if (swarm.interrupts() > 0) {
                // Network cards gather: everything of one interval arrives as one run.
                at = (at / swarm.interrupts() + 1) * swarm.interrupts();
            }
            arriveAt(seen(one, leaves, at), from, to, damaged(one.wire), one.token);
        }
    }

    private long seen(Carried one, long leaves, long arrives) {
        Spectator spectator = world.spectator();
        if (spectator != null) {
            spectator.carried(one.from, one.to, one.plain, one.token, leaves, arrives);
        }
        return arrives;
    }

    private void lost(Carried one, long leaves) {
        seen(one, leaves, -1);
        if (attacker != null) {
            attacker.lost(one.from, one.to, one.wire, one.plain, one.token);
        }
    }

    /** A token may not be late by 16 rotations of its own ring: that is more than its generation can tell (ring-protocol 7.1). */
    private void straggle(long at, Carried one) {
        Host host = hosts.get(one.to);
        world.at(at, () -> {
            if (!one.token || host.mayGetLate(one.plain)) {
                host.arrived(one.from, one.wire, one.token);
            }
        });
    }

    private byte[] damaged(byte[] bytes) {
        if (!random.happens(swarm.corruption())) {
            return bytes;
        }
        faults[Faults.CORRUPTED.ordinal()]++;
        byte[] copy = random.nextInt(4) == 0
                ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1))
                : bytes.clone();
        for (int i = random.nextInt(4); i >= 0 && copy.length > 0; i--) {
            // Mostly in the headers: a flipped payload byte is no news to the kernel.
            int at = random.nextInt(random.nextInt(3) == 0 ? copy.length : Math.min(copy.length, 96));
            copy[at] ^= (byte) (1 << random.nextInt(8));
        }
        return copy;
    }

    private void arriveAt(long time, int from, int to, byte[] bytes, boolean token) {
        Host host = hosts.get(to);
        long sent = world.now();
        world.at(time, () -> {
            if (from == Attacker.OUTSIDE || from == to || severedAt[from] < sent) {
                host.arrived(from, bytes, token);
            }
        });
    }
}
