package spread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.flushspread.Wait;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What listeners of the official library rely on (client-protocol 9.2), at each daemon, C 4.4, C 5.0.1 and ours. */
@ParameterizedClass
@EnumSource
class ListenersAtEachDaemonTest extends AtEachDaemon {
    /** Collects what it is called with. */
    private static class Recording implements BasicMessageListener {
        final BlockingQueue<SpreadMessage> messages = new LinkedBlockingQueue<>();

        @Override
        public void messageReceived(SpreadMessage message) {
            messages.add(message);
        }
    }

    @Test
    void aListenerAddedBeforeConnectingGetsEverything() throws Exception {
        SpreadConnection connection = unconnected();
        Recording listener = new Recording();
        connection.add(listener);
        connection.connect(localhost(), port(), fresh("early"), false, true);
        String room = fresh("early");
        new SpreadGroup().join(connection, room);
        assertThat(Wait.taken(listener.messages).isMembership()).isTrue();
        connection.multicast(message("x", room));
        assertThat(text(Wait.taken(listener.messages))).isEqualTo("x");
        assertThatThrownBy(connection::receive).hasMessage("Tried to receive while there are listeners");
    }

    @Test
    void withTheLastListenerRemovedReceiveGoesOn() throws Exception {
        SpreadConnection connection = connect();
        String self = String.valueOf(connection.getPrivateGroup());
        for (int i = 0; i < 20; i++) {
            Recording listener = new Recording();
            connection.add(listener);
            connection.multicast(message("listened " + i, self));
            assertThat(text(Wait.taken(listener.messages))).isEqualTo("listened " + i);
            connection.remove(listener);
            connection.multicast(message("received " + i, self));
            assertThat(text(connection.receive())).isEqualTo("received " + i);
            assertThat(listener.messages).isEmpty();
        }
    }

    @Test
    void basicListenersAreCalledFirstAndAdvancedOnesByKind() throws Exception {
        SpreadConnection connection = connect();
        BlockingQueue<String> calls = new LinkedBlockingQueue<>();
        connection.add(new AdvancedMessageListener() {
            @Override
            public void regularMessageReceived(SpreadMessage message) {
                calls.add("regular " + text(message));
            }

            @Override
            public void membershipMessageReceived(SpreadMessage message) {
                calls.add("membership of " + message.getSender());
            }
        });
        connection.add((BasicMessageListener) message -> calls.add("basic " + message.isRegular()));
        String room = fresh("kinds");
        new SpreadGroup().join(connection, room);
        connection.multicast(message("x", room));
        assertThat(List.of(Wait.taken(calls), Wait.taken(calls), Wait.taken(calls), Wait.taken(calls)))
                .containsExactly("basic false", "membership of " + room, "basic true", "regular x");
    }

    @Test
    void callbacksMayMulticastJoinLeaveAddRemoveAndDisconnect() throws Exception {
        SpreadConnection connection = unconnected();
        String room = fresh("busy");
        String next = fresh("next");
        BlockingQueue<String> calls = new LinkedBlockingQueue<>();
        CountDownLatch disconnected = new CountDownLatch(1);
        SpreadGroup joined = new SpreadGroup();
        Recording added = new Recording();
        BasicMessageListener listener = new BasicMessageListener() {
            @Override
            public void messageReceived(SpreadMessage message) {
                try {
                    step(message);
                } catch (SpreadException e) {
                    calls.add(String.valueOf(e));
                }
            }

            private void step(SpreadMessage message) throws SpreadException {
                MembershipInfo info = message.getMembershipInfo();
                if (info == null) {
                    calls.add(text(message));
                    connection.add(added);
                    joined.join(connection, next);
                } else if (info.isSelfLeave()) {
                    calls.add("left");
                    connection.remove(added);
                    connection.disconnect();
                    calls.add("still connected " + connection.isConnected());
                } else if (info.getGroup().toString().equals(room)) {
                    calls.add("joined");
                    connection.multicast(message("from a callback", room));
                } else {
                    joined.leave();
                }
            }
        };
        connection.add(listener);
        connection.add((BasicMessageListener) message -> {
            MembershipInfo info = message.getMembershipInfo();
            if (info != null && info.isSelfLeave()) {
                calls.add("second listener");
                disconnected.countDown();
            }
        });
        connection.connect(localhost(), port(), fresh("busy"), false, true);
        new SpreadGroup().join(connection, room);
        assertThat(disconnected.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(calls)
                .containsExactly("joined", "from a callback", "left", "still connected true", "second listener");
        Wait.until("the connection's end", () -> !connection.isConnected());
        assertThat(added.messages).isNotEmpty();
    }

    @Test
    void otherThreadsDisconnectAndConnectWhileListening() throws Exception {
        SpreadConnection connection = unconnected();
        Recording listener = new Recording();
        connection.add(listener);
        for (int i = 0; i < 20; i++) {
            connection.connect(localhost(), port(), fresh("again"), false, true);
            connection.multicast(message("round " + i, String.valueOf(connection.getPrivateGroup())));
            assertThat(text(Wait.taken(listener.messages))).isEqualTo("round " + i);
            connection.disconnect();
        }
    }

    @Test
    void aCallbackAtWorkIsNotDisturbedWhenItsListenerIsRemoved() throws Exception {
        SpreadConnection connection = connect();
        CountDownLatch inCallback = new CountDownLatch(1);
        CountDownLatch removed = new CountDownLatch(1);
        CompletableFuture<Boolean> undisturbed = new CompletableFuture<>();
        BasicMessageListener slow = message -> {
            inCallback.countDown();
            try {
                undisturbed.complete(removed.await(60, TimeUnit.SECONDS)
                        && !Thread.currentThread().isInterrupted());
            } catch (InterruptedException e) {
                undisturbed.complete(false);
            }
        };
        connection.add(slow);
        connection.multicast(message("x", String.valueOf(connection.getPrivateGroup())));
        assertThat(inCallback.await(60, TimeUnit.SECONDS)).isTrue();
        connection.remove(slow);
        removed.countDown();
        assertThat(undisturbed.get(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void oneListenersExceptionCostsNobodyAMessage() throws Exception {
        SpreadConnection connection = unconnected();
        List<Throwable> heard = new ArrayList<>();
        BlockingQueue<String> calls = new LinkedBlockingQueue<>();
        connection.add((BasicMessageListener) message -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> heard.add(e));
            if (text(message).equals("1")) {
                throw new IllegalStateException("mine");
            }
            throw new AssertionError("mine too");
        });
        connection.add((BasicMessageListener) message -> calls.add(text(message)));
        connection.connect(localhost(), port(), fresh("throws"), false, true);
        String self = String.valueOf(connection.getPrivateGroup());
        connection.multicast(new SpreadMessage[] {message("1", self), message("2", self)});
        assertThat(List.of(Wait.taken(calls), Wait.taken(calls))).containsExactly("1", "2");
        assertThat(heard).hasSize(2).allSatisfy(e -> assertThat(e).hasMessageContaining("mine"));
    }

    @Test
    void underLoadListenersAreCalledInOrderOnOneThreadAtATime() throws Exception {
        int senders = 3;
        int each = 4000;
        SpreadConnection receiver = unconnected();
        AtomicInteger inside = new AtomicInteger();
        AtomicReference<String> wrong = new AtomicReference<>();
        Map<String, Integer> next = new ConcurrentHashMap<>();
        AtomicInteger received = new AtomicInteger();
        BasicMessageListener checking = message -> {
            if (inside.incrementAndGet() != 1) {
                wrong.set("two callbacks at a time");
            }
            String sender = String.valueOf(message.getSender());
            int number = Integer.parseInt(text(message));
            Integer before = next.put(sender, number + 1);
            if (number != (before == null ? 0 : before)) {
                wrong.set(sender + " sent " + number + " before " + before);
            }
            received.incrementAndGet();
            inside.decrementAndGet();
        };
        receiver.add(checking);
        receiver.connect(localhost(), port(), fresh("load"), false, false);
        String to = String.valueOf(receiver.getPrivateGroup());
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(senders + 1);
        try {
            List<Future<?>> sending = new ArrayList<>();
            for (int s = 0; s < senders; s++) {
                SpreadConnection sender = connect(fresh("s"), false);
                sending.add(threads.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        // No receiver may fall behind so far that the daemon gives it up.
                        while (i * senders > received.get() + 600) {
                            LockSupport.parkNanos(100_000);
                        }
                        sender.multicast(message(Integer.toString(i), to));
                    }
                    return null;
                }));
            }
            Future<?> changing = threads.submit(() -> {
                while (!done.get()) {
                    Recording other = new Recording();
                    receiver.add(other);
                    LockSupport.parkNanos(50_000);
                    receiver.remove(other);
                }
            });
            for (Future<?> sender : sending) {
                sender.get(60, TimeUnit.SECONDS);
            }
            Wait.until("all messages", () -> received.get() == senders * each);
            done.set(true);
            changing.get(60, TimeUnit.SECONDS);
        } finally {
            done.set(true);
            threads.shutdownNow();
        }
        assertThat(wrong.get()).isNull();
        Map<String, Integer> expected = new HashMap<>();
        next.keySet().forEach(sender -> expected.put(sender, each));
        assertThat(next).isEqualTo(expected).hasSize(senders);
    }
}
