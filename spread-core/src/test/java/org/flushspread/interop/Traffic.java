package org.flushspread.interop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.flushspread.Wait;

/** Members that send and send, each in a thread of its own. */
final class Traffic implements AutoCloseable {
    private static final Duration PACE = Duration.ofMillis(1);

    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger messages = new AtomicInteger();
    private volatile boolean stopped;

    Traffic(List<Member> members, String group) {
        for (Member each : members) {
            Thread thread = new Thread(() -> run(each, group), "traffic-" + each.number);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    private void run(Member member, String group) {
        Random random = new Random(member.number);
        while (!stopped && member.isOpen()) {
            if (!member.maySend()) {
                Wait.pause(Duration.ofMillis(1));
            } else if (member.sendSomething(random, group)) {
                messages.incrementAndGet();
                // A daemon alone would else carry more than a trace can hold.
                Wait.pause(PACE);
            } else {
                return;
            }
        }
    }

    /** Lets the members send so many more messages. */
    void await(int count) {
        int target = messages.get() + count;
        Wait.until(() -> count + " more messages" + "\n" + "sent " + messages.get(), () -> messages.get() >= target);
    }

    @Override
    public void close() {
        stopped = true;
        for (Thread each : threads) {
            try {
                each.join(60_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
