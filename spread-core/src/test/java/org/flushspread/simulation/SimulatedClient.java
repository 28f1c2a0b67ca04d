package org.flushspread.simulation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;

/**
 * A client that speaks the client protocol byte for byte, does random things at random times, and tells a {@link ClientWatch} all it did and
 * saw. Each successful connect begins a new incarnation with a number of its own.
 */
public final class SimulatedClient {
    private static final int[] SERVICES = {
        ServiceType.RELIABLE_MESS,
        ServiceType.FIFO_MESS,
        ServiceType.CAUSAL_MESS,
        ServiceType.AGREED_MESS,
        ServiceType.AGREED_MESS,
        ServiceType.SAFE_MESS,
        ServiceType.SAFE_MESS,
        ServiceType.UNRELIABLE_MESS
    };
    private static final int AUTH_CHOICE = 90;
    /** Bodies are cut out of this, each message at an offset of its own. */
    private static final byte[] PATTERN = new byte[1 << 18];

    static {
        for (int i = 0; i < PATTERN.length; i++) {
            PATTERN[i] = (byte) i;
        }
    }
    /** Where there are more groups than these, each client joins so many at once. */
    private static final int MANY_GROUPS = 500;

    private static final Name[] GROUPS = new Name[4096];

    static {
        for (int i = 0; i < GROUPS.length; i++) {
            GROUPS[i] = Name.of("g" + i);
        }
    }

    private static Name group(int number) {
        return GROUPS[number];
    }

    private enum State {
        IDLE,
        AUTH_LIST,
        ACCEPT,
        UP
    }

    private final World world;
    private final Swarm swarm;
    private final Chance chance;
    private final Host host;
    private final String name;
    private final Plan plan;
    private final ClientWatch watch;
    private final long[] faults;
    private final TreeSet<Name> wanted = new TreeSet<>();
    private final ArrayDeque<byte[]> unsent = new ArrayDeque<>();
    private final boolean membership;
    private final boolean slow;
    private final int number;
    private State state = State.IDLE;
    private @Nullable Pipe pipe;
    private ByteBuf received = Unpooled.EMPTY_BUFFER;
    private boolean readScheduled;
    private long stalledUntil;
    private int incarnation;
    private int counter;
    private int events;
    private boolean calm;
    private Name privateGroup = Name.EMPTY;
    private @Nullable Application application;

    SimulatedClient(
            World world,
            Swarm swarm,
            Chance chance,
            Host host,
            int number,
            Plan plan,
            ClientWatch watch,
            long[] faults) {
        this.plan = plan;
        this.world = world;
        this.swarm = swarm;
        this.chance = chance;
        this.host = host;
        this.number = number;
        this.name = "c" + number;
        this.watch = watch;
        this.faults = faults;
        this.membership = chance.nextInt(8) != 0;
        this.slow = swarm.slowClients() && chance.nextInt(3) == 0;
    }

    /** Before {@link #begin}: this decides what the client does. */
    void plugIn(Application decides) {
        application = decides;
    }

    /** This incarnation, unique in the world: {@code number * 100000 + n}. */
    public int incarnation() {
        return number * 100_000 + incarnation;
    }

    public Name privateGroup() {
        return privateGroup;
    }

    public boolean wantsMembership() {
        return application != null || membership;
    }

    public boolean isUp() {
        return state == State.UP;
    }

    public Host host() {
        return host;
    }

    void begin() {
        world.after(chance.nextLong(swarm.beat()), this::connect);
        if (application != null) {
            return;
        }
        scheduleSend();
        scheduleChurn();
    }

    /** No more random leaving and crashing; reads at once; reconnects until it is in again, and stays in the groups it has. */
    void calm() {
        calm = true;
        stalledUntil = world.now();
        readable();
        if (application != null) {
            application.calm(this);
        }
    }

    /** Asks for a session, if there is none. */
    void connect() {
        if (state != State.IDLE) {
            return;
        }
        String asked = application == null ? name : application.name();
        if (asked == null) {
            retry();
            return;
        }
        Pipe fresh = new Pipe(host, this);
        received = Unpooled.EMPTY_BUFFER;
        unsent.clear();
        if (!host.connect(fresh)) {
            retry();
            return;
        }
        pipe = fresh;
        state = State.AUTH_LIST;
        ByteBuf request = Unpooled.buffer();
        boolean told = application != null || membership;
        request.writeBytes(new byte[] {4, 4, 0, (byte) (told ? 1 : 0), (byte) asked.length()});
        request.writeBytes(asked.getBytes(StandardCharsets.ISO_8859_1));
        write(request);
    }

    private void retry() {
        state = State.IDLE;
        pipe = null;
        world.after(chance.around(swarm.beat() / 10) + Swarm.MILLI, this::connect);
    }

    private void write(ByteBuf bytes) {
        byte[] copy = new byte[bytes.readableBytes()];
        bytes.readBytes(copy);
        write(copy);
    }

    /** Writes to the session, behind what did not fit into the socket yet. */
    public void write(byte[] bytes) {
        unsent.add(bytes);
        pump();
    }

    /** Writes that did not fit into the socket yet. */
    public int unsent() {
        return unsent.size();
    }

    /** Reads nothing for so long. */
    public void stall(long nanos) {
        faults[Faults.CLIENT_STALL.ordinal()]++;
        stalledUntil = world.now() + nanos;
    }

    private void pump() {
        Pipe to = pipe;
        if (to == null) {
            return;
        }
        while (!unsent.isEmpty() && to.send(unsent.peek())) {
            unsent.poll();
        }
        host.wake();
    }

    /** The daemon's side took bytes. */
    void writable() {
        if (!unsent.isEmpty()) {
            pump();
        }
    }

    /** Bytes or the end of the connection wait for this client. */
    void readable() {
        if (readScheduled) {
            return;
        }
        readScheduled = true;
        long delay = slow && !calm ? chance.around(20 * Swarm.MILLI) : chance.nextLong(50 * Swarm.MICRO);
        world.at(Math.max(stalledUntil, world.now() + delay), this::read);
    }

    private void read() {
        readScheduled = false;
        Pipe from = pipe;
        if (from == null) {
            return;
        }
        if (stalledUntil > world.now()) {
            readable();
            return;
        }
        byte[] bytes = from.takeDown();
        if (bytes == null) {
            if (from.hostClosed) {
                lost();
            }
            return;
        }
        if (received.isReadable()) {
            received.writeBytes(bytes);
            parse();
            received.discardSomeReadBytes();
        } else {
            ByteBuf whole = Unpooled.wrappedBuffer(bytes);
            received = whole;
            parse();
            if (received == whole) {
                received = whole.isReadable() ? Unpooled.buffer(2 * whole.readableBytes()) : Unpooled.EMPTY_BUFFER;
                received.writeBytes(whole);
            }
        }
        if (pipe == from && (from.hasDown() || from.hostClosed)) {
            readable();
        }
        if (!from.writable && from.isDrained()) {
            host.wake();
        }
    }

    /** Length of a message of which the header is there. */
    private static int length(ByteBuf in, int at) {
        boolean little = ByteOrderTag.isLittleEndian(in, at);
        return MessageHeader.LENGTH
                + (ServiceType.isReject(MessageHeader.type(in, at, little)) ? 4 : 0)
                + Name.SLOT * MessageHeader.numGroups(in, at, little)
                + MessageHeader.dataLength(in, at, little);
    }

    private void parse() {
        while (state != State.IDLE) {
            boolean more = switch (state) {
                case AUTH_LIST -> authList();
                case ACCEPT -> accept();
                case UP -> message();
                case IDLE -> false;
            };
            if (!more) {
                return;
            }
        }
    }

    private boolean authList() {
        if (!received.isReadable()) {
            return false;
        }
        int length = received.getByte(received.readerIndex());
        if (length < 0) {
            lost();
            return false;
        }
        if (received.readableBytes() < 1 + length) {
            return false;
        }
        received.skipBytes(1 + length);
        state = State.ACCEPT;
        ByteBuf choice = Unpooled.buffer();
        choice.writeBytes("NULL".getBytes(StandardCharsets.ISO_8859_1)).writeZero(AUTH_CHOICE - 4);
        write(choice);
        return true;
    }

    private boolean accept() {
        if (!received.isReadable()) {
            return false;
        }
        int at = received.readerIndex();
        if (received.getByte(at) != 1) {
            lost();
            return false;
        }
        if (received.readableBytes() < 5 || received.readableBytes() < 5 + received.getByte(at + 4)) {
            return false;
        }
        received.skipBytes(4);
        int length = received.readByte();
        privateGroup = Name.of(
                received.readCharSequence(length, StandardCharsets.ISO_8859_1).toString());
        state = State.UP;
        incarnation++;
        counter = 0;
        if (application != null) {
            application.connected(this);
            return true;
        }
        watch.connected(this);
        for (Name each : List.copyOf(wanted)) {
            control(ServiceType.JOIN_MESS, each);
        }
        if (wanted.isEmpty()) {
            for (int i = swarm.groups() > MANY_GROUPS ? MANY_GROUPS : 1; i > 0; i--) {
                join();
            }
        }
        return true;
    }

    private boolean message() {
        int at = received.readerIndex();
        if (received.readableBytes() < MessageHeader.LENGTH) {
            return false;
        }
        int length = length(received, at);
        if (received.readableBytes() < length) {
            return false;
        }
        byte[] image = new byte[length];
        received.readBytes(image);
        world.mix(image);
        if (application != null) {
            application.received(this, image);
        } else if (ServiceType.isReject(MessageHeader.type(Unpooled.wrappedBuffer(image), 0, true))) {
            // It may not be where it wants to be: it begins again elsewhere in time, and never says so to its group.
            disconnect();
        } else {
            watch.received(this, image);
        }
        return true;
    }

    private void lost() {
        boolean wasUp = state == State.UP;
        Pipe old = pipe;
        retry();
        if (old != null) {
            old.clientClosed = true;
            host.wake();
        }
        if (wasUp) {
            told(ClientWatch.End.CLOSED_BY_DAEMON);
        }
    }

    private void told(ClientWatch.End how) {
        if (application != null) {
            application.ended(this, how);
        } else {
            watch.ended(this, how);
        }
    }

    private void scheduleSend() {
        boolean rest = calm || watch.hasSeenEnough();
        world.after(chance.around(rest ? 10 * swarm.sendEvery() : swarm.sendEvery()) + 1, () -> {
            if (state == State.UP && unsent.size() < 50) {
                for (int i = rest ? 0 : chance.nextInt(swarm.bursts()); i >= 0; i--) {
                    multicast();
                }
            }
            scheduleSend();
        });
    }

    private void scheduleChurn() {
        if (swarm.churnEvery() == 0) {
            return;
        }
        world.after(chance.around(swarm.churnEvery()) + 1, () -> {
            if (state != State.IDLE && !calm && plan.happens("c" + number + "." + ++events)) {
                if (state == State.UP) {
                    churn();
                } else {
                    hangUp();
                }
            }
            scheduleChurn();
        });
    }

    private void churn() {
        switch (chance.nextInt(swarm.slowClients() ? 9 : 8)) {
            case 0, 1, 2, 3 -> join();
            case 4, 5 -> leave();
            case 6 -> disconnect();
            case 7 -> crash();
            default -> stall(chance.around(2 * swarm.beat()));
        }
    }

    private Name anyGroup() {
        return group(chance.nextInt(swarm.groups()));
    }

    private void join() {
        join(anyGroup());
    }

    void join(Name group) {
        wanted.add(group);
        control(ServiceType.JOIN_MESS, group);
    }

    private void leave() {
        Name group = wanted.isEmpty() || chance.nextInt(6) == 0
                ? anyGroup()
                : new ArrayList<>(wanted).get(chance.nextInt(wanted.size()));
        wanted.remove(group);
        control(ServiceType.LEAVE_MESS, group);
    }

    private void control(int type, Name group) {
        if (type == ServiceType.JOIN_MESS) {
            watch.joins(this, group);
        } else {
            watch.leaves(this, group);
        }
        ByteBuf out = Unpooled.buffer();
        MessageHeader.write(out, type, privateGroup, 1, ByteOrderTag.LITTLE_ENDIAN, 0);
        group.write(out);
        write(out);
    }

    /** Says good-bye and closes. */
    public void disconnect() {
        ByteBuf out = Unpooled.buffer();
        MessageHeader.write(out, ServiceType.KILL_MESS, privateGroup, 1, ByteOrderTag.LITTLE_ENDIAN, 0);
        privateGroup.write(out);
        write(out);
        end(ClientWatch.End.DISCONNECTED);
    }

    /** The process dies. */
    public void crash() {
        faults[Faults.CLIENT_CRASH.ordinal()]++;
        // What the client had not yet written to its socket dies with it, and often it dies in the middle of a request.
        unsent.clear();
        if (pipe != null && chance.nextBoolean()) {
            pipe.send(new byte[] {(byte) 0x84, 0, 0, (byte) 0x80, 'h', 'a', 'l', 'f'});
        }
        end(ClientWatch.End.CRASHED);
    }

    /** The client dies in the middle of the handshake, or with half a request on the way. */
    private void hangUp() {
        faults[Faults.CLIENT_CRASH.ordinal()]++;
        Pipe old = pipe;
        if (old != null) {
            old.clientClosed = true;
        }
        host.wake();
        retry();
    }

    private void end(ClientWatch.End how) {
        Pipe old = pipe;
        if (old != null) {
            old.clientClosed = true;
        }
        host.wake();
        retry();
        told(how);
    }

    private void multicast() {
        int service = SERVICES[chance.nextInt(SERVICES.length)];
        if (chance.nextInt(10) == 0) {
            service |= ServiceType.SELF_DISCARD;
        }
        List<Name> groups = new ArrayList<>();
        for (int i = chance.nextInt(10) == 0 ? chance.nextInt(4) : 0; i >= 0; i--) {
            groups.add(anyGroup());
        }
        // Large ones in every 20th message would keep a slow wire busy for ever; liveness is judged under a load that
        // it can carry.
        boolean large = chance.nextInt(20) == 0 && !calm;
        int size = large ? swarm.maxBody() : Math.min(swarm.maxBody(), 8 + chance.nextInt(300));
        send(service, groups, Math.max(8, size));
    }

    /** Multicasts a message whose body begins with this incarnation and a number. */
    void send(int service, List<Name> groups, int size) {
        int id = ++counter;
        watch.sends(this, id, service, groups);
        ByteBuf out = Unpooled.buffer(MessageHeader.LENGTH + groups.size() * Name.SLOT + size);
        MessageHeader.write(out, service, privateGroup, groups.size(), MessageHeader.hint((short) id), size);
        for (Name each : groups) {
            each.write(out);
        }
        out.writeInt(incarnation()).writeInt(id);
        out.writeBytes(PATTERN, id + 8 & 0xff, size - 8);
        write(out.array());
    }

    /** Number of the last message sent in this incarnation. */
    int lastId() {
        return counter;
    }

    /** The groups this client wants to be in. */
    public java.util.SortedSet<Name> wanted() {
        return wanted;
    }

    @Override
    public String toString() {
        return "#" + name + "#" + host.me().name() + "." + incarnation;
    }
}
