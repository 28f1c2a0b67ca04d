package org.flushspread.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting in tests, on machines of any speed. */
final class Patience {
    static final Duration LONG = Duration.ofSeconds(20);

    private Patience() {}

    static void until(BooleanSupplier done) {
        Deadline deadline = Deadline.in(LONG);
        while (!done.getAsBoolean()) {
            assertThat(deadline.isOver()).as("it did not happen in time").isFalse();
            LockSupport.parkNanos(1_000_000);
        }
    }

    static <T> T taken(BlockingQueue<T> queue) throws InterruptedException {
        return Objects.requireNonNull(queue.poll(LONG.toSeconds(), TimeUnit.SECONDS), "nothing came");
    }
}
