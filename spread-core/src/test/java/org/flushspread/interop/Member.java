package org.flushspread.interop;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.flushspread.Wait;
import org.flushspread.client.DataMessage;
import org.flushspread.client.SelfLeave;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.SpreadEvent;
import org.flushspread.client.SpreadException;
import org.flushspread.client.Transition;
import org.flushspread.client.View;
import org.flushspread.simulation.trace.ClientEvent;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/** A client that keeps a trace of all it does and sees, and checks the bytes of what it gets. */
final class Member implements AutoCloseable {
    private static final int HEAD = 12;
    /** Own messages under way at one time. */
    private static final int WINDOW = 40;

    final int number;
    final Node node;
    private final int daemonStart;
    private final Traces traces;
    private final SpreadConnection connection;
    private final Thread reader;
    private final Map<String, View> views = new ConcurrentHashMap<>();
    private final Map<String, Long> viewTimes = new ConcurrentHashMap<>();
    private final AtomicInteger viewCount = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile boolean open = true;
    /** When the last message came, and the longest time between two. */
    private long lastMessage = System.nanoTime();

    private volatile long longestSilence;
    private int sent;

    Member(Node node, String name, Traces traces) {
        this.node = node;
        daemonStart = node.starts();
        this.traces = traces;
        connection = connect(node, name);
        number = traces.newMember();
        traces.add(number, new ClientEvent.Connected(Name.of(connection.privateGroup()), true));
        reader = new Thread(this::read, "member-" + connection.privateGroup());
        reader.setDaemon(true);
        reader.start();
    }

    /** A name is free again only when the ring has heard of the end of its last bearer. */
    private static SpreadConnection connect(Node node, String name) {
        long end = System.nanoTime() + Wait.LONGEST.toNanos();
        while (true) {
            try {
                return SpreadConnection.connect(node.spreadName(), name);
            } catch (SpreadException e) {
                if (System.nanoTime() - end > 0) {
                    throw e;
                }
                Wait.pause(Duration.ofMillis(5));
            }
        }
    }

    String privateGroup() {
        return connection.privateGroup();
    }

    boolean isOpen() {
        return open;
    }

    /** False as soon as the test has ended its daemon; the reader may hear of that later. */
    boolean hasItsDaemon() {
        return node.isRunning() && node.starts() == daemonStart;
    }

    private void read() {
        try {
            while (true) {
                seen(connection.receive());
            }
        } catch (SpreadException e) {
            synchronized (traces) {
                if (open) {
                    open = false;
                    traces.add(number, new ClientEvent.Crashed());
                }
            }
        }
    }

    private void seen(SpreadEvent event) {
        ClientEvent traced = traced(event);
        if (traced != null) {
            synchronized (traces) {
                if (open) {
                    traces.add(number, traced);
                }
            }
        }
        if (event instanceof View view) {
            viewTimes.put(view.group(), System.nanoTime());
            views.put(view.group(), view);
            viewCount.incrementAndGet();
        } else if (event instanceof SelfLeave leave) {
            views.remove(leave.group());
        }
    }

    private @Nullable ClientEvent traced(SpreadEvent event) {
        if (event instanceof DataMessage message) {
            long now = System.nanoTime();
            longestSilence = Math.max(longestSilence, now - lastMessage);
            lastMessage = now;
            return delivered(message);
        } else if (event instanceof View view) {
            return new ClientEvent.View(
                    Name.of(view.group()),
                    view.id(),
                    ClientEvent.Cause.valueOf(view.cause().name()),
                    names(view.members()),
                    view.vsSets().stream().map(Member::names).toList(),
                    view.mySetIndex());
        } else if (event instanceof Transition transition) {
            return new ClientEvent.Transition(Name.of(transition.group()), transition.id());
        } else if (event instanceof SelfLeave leave) {
            return new ClientEvent.SelfLeave(Name.of(leave.group()));
        }
        traces.violated("member " + number + " got " + event);
        return null;
    }

    private ClientEvent delivered(DataMessage message) {
        ByteBuffer body = ByteBuffer.wrap(message.bytes());
        long id = body.getLong();
        if (body.getInt() != body.remaining() || !isFilled(body, id)) {
            traces.violated("P21 whole messages: member " + number + " got " + message + " with other bytes");
        }
        if ((int) (id >>> 32) == number) {
            underWay.decrementAndGet();
        }
        return new ClientEvent.Delivered(id, Name.of(message.sender()), message.serviceType(), names(message.groups()));
    }

    private static boolean isFilled(ByteBuffer body, long id) {
        for (int i = body.position(); i < body.limit(); i++) {
            if (body.get(i) != (byte) (id + i)) {
                return false;
            }
        }
        return true;
    }

    private static List<Name> names(List<String> texts) {
        List<Name> names = new ArrayList<>();
        texts.forEach(text -> names.add(Name.of(text)));
        return names;
    }

    void join(String group) {
        traces.add(number, new ClientEvent.JoinCalled(Name.of(group)));
        connection.join(group);
    }

    void leave(String group) {
        traces.add(number, new ClientEvent.LeaveCalled(Name.of(group)));
        connection.leave(group);
    }

    /** Sends a message whose bytes tell who sent it; the sender is to be in the first group, to see it come back. */
    void send(int service, int length, String... groups) {
        long id = (long) number << 32 | ++sent;
        ByteBuffer body = ByteBuffer.allocate(HEAD + length);
        body.putLong(id).putInt(length);
        while (body.hasRemaining()) {
            body.put((byte) (id + body.position()));
        }
        body.flip();
        traces.add(number, new ClientEvent.Sent(id, service, names(List.of(groups))));
        underWay.incrementAndGet();
        connection.multicast(org.flushspread.client.Multicast.to(groups).service(Service.of(service)), body);
    }

    /** True if not too much is under way. */
    boolean maySend() {
        return open && underWay.get() < WINDOW;
    }

    /**
     * Sends what a busy client would: all services, mostly small, some large.
     *
     * @return false if the connection is gone
     */
    boolean sendSomething(Random random, String group) {
        int dice = random.nextInt(100);
        int length = dice < 60 ? random.nextInt(200) : dice < 95 ? random.nextInt(3000) : random.nextInt(60_000);
        try {
            send(Traces.SERVICES[random.nextInt(Traces.SERVICES.length)], length, group);
            return true;
        } catch (SpreadException e) {
            return false;
        }
    }

    /** The longest time without a message since the last call. */
    Duration takeLongestSilence() {
        long longest = longestSilence;
        longestSilence = 0;
        return Duration.ofNanos(longest);
    }

    /** Views of all groups seen so far. */
    int viewCount() {
        return viewCount.get();
    }

    @Nullable
    View view(String group) {
        return views.get(group);
    }

    /** When the last view of a group came, by {@link System#nanoTime}. */
    long viewTime(String group) {
        return viewTimes.getOrDefault(group, 0L);
    }

    boolean sees(String group, int count) {
        View view = views.get(group);
        return view != null && view.members().size() == count;
    }

    @Override
    public void close() {
        synchronized (traces) {
            if (open) {
                open = false;
                traces.add(number, new ClientEvent.Disconnected());
            }
        }
        connection.close();
        try {
            reader.join(60_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "member " + number + " " + privateGroup() + (open ? "" : " (gone)");
    }
}
