package org.flushspread.flush.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.flushspread.client.UserCode;
import org.jspecify.annotations.Nullable;

/** The one thread of all clients of this program. It lasts as long as there is a client. */
final class ClientLoop {
    private static final long ORIGIN = System.nanoTime();

    /** When a client is to be looked at. */
    private record Due(long at, ClientEngine client) {}

    private static @Nullable ClientLoop shared;
    private static int users;

    private final Selector selector;
    private final ConcurrentLinkedQueue<ClientEngine> turns = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Due> dues = new PriorityQueue<>(Comparator.comparingLong(Due::at));
    private final Map<ClientEngine, SelectionKey> keys = new HashMap<>();
    private final Thread thread;
    private volatile boolean over;

    private ClientLoop() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = new Thread(this::run, "replica clients");
        thread.setDaemon(true);
        thread.start();
    }

    /** The loop for one more client, who gives it back by {@link #leave}. */
    static synchronized ClientLoop enter() {
        ClientLoop loop = shared;
        if (loop == null) {
            loop = new ClientLoop();
            shared = loop;
        }
        users++;
        return loop;
    }

    static synchronized void leave() {
        ClientLoop loop = shared;
        if (--users == 0 && loop != null) {
            shared = null;
            loop.over = true;
            loop.selector.wakeup();
        }
    }

    /** The time of all clients, in nanoseconds from 0. */
    static long now() {
        return System.nanoTime() - ORIGIN;
    }

    boolean isOwnThread() {
        return Thread.currentThread() == thread;
    }

    /** Gives a client a turn soon. From any thread. */
    void turn(ClientEngine client) {
        if (client.awaitsTurn.compareAndSet(false, true)) {
            turns.add(client);
            if (!isOwnThread()) {
                selector.wakeup();
            }
        }
    }

    // ---- the thread

    private void run() {
        while (!over || !turns.isEmpty()) {
            try {
                select();
                giveTurns();
            } catch (Throwable e) {
                UserCode.uncaught(e);
            }
        }
        try {
            selector.close();
        } catch (IOException e) {
            UserCode.uncaught(e);
        }
    }

    private void select() throws IOException {
        Due first = dues.peek();
        long nanos = first == null ? Long.MAX_VALUE : first.at() - now();
        if (!turns.isEmpty() || nanos <= 0) {
            selector.selectNow(this::ready);
        } else {
            selector.select(this::ready, nanos == Long.MAX_VALUE ? 0 : nanos / 1_000_000 + 1);
        }
        long now = now();
        while ((first = dues.peek()) != null && now >= first.at()) {
            dues.remove();
            due(first, now);
        }
    }

    private void due(Due reached, long now) {
        ClientEngine client = reached.client();
        if (client.planned == reached.at() && !client.isEnded()) {
            client.planned = Long.MAX_VALUE;
            if (now >= client.due) {
                turn(client);
            } else {
                plan(client);
            }
        }
    }

    private void ready(SelectionKey key) {
        if (key.attachment() instanceof ClientEngine client) {
            turn(client);
        }
    }

    /** Those that wait now; who has more to do waits for the next time. */
    private void giveTurns() {
        for (int left = turns.size(); left > 0; left--) {
            ClientEngine client = turns.poll();
            if (client == null) {
                return;
            }
            client.awaitsTurn.set(false);
            boolean more = false;
            try {
                more = client.turn();
            } finally {
                if (client.isEnded()) {
                    keys.remove(client);
                } else {
                    more |= client.awaitsTurn.get();
                    plan(client);
                }
            }
            if (more) {
                turn(client);
            }
        }
    }

    /** One entry for each client, or a few: where its next turn moves on, the entry follows when it is reached. */
    private void plan(ClientEngine client) {
        if (client.due < client.planned) {
            dues.add(new Due(client.due, client));
            client.planned = client.due;
        }
    }

    /** It has a connection. */
    void register(ClientEngine client, SelectableChannel channel) {
        try {
            keys.put(client, channel.register(selector, SelectionKey.OP_READ, client));
        } catch (ClosedChannelException e) {
            // The client reads the end of it in its turn.
        }
        turn(client);
    }

    void wantsToWrite(ClientEngine client, boolean wants) {
        SelectionKey key = keys.get(client);
        if (key == null) {
            return;
        }
        try {
            key.interestOps(wants ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        } catch (CancelledKeyException e) {
            // The client reads the end of it in its turn.
        }
    }
}
