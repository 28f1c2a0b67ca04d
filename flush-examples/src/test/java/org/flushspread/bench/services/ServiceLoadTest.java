package org.flushspread.bench.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** The closed loop that bench --replica measures with. */
class ServiceLoadTest {
    /** Ends all commands when so many are on their way, and the last ones a moment later. */
    private static final class Holding implements ReplicatedService.Submitter {
        private final List<CompletableFuture<Object>> open = new ArrayList<>();
        private final int holds;
        private final BooleanSupplier fails;
        int most;
        int bytes;

        Holding(int holds, BooleanSupplier fails) {
            this.holds = holds;
            this.fails = fails;
        }

        @Override
        public synchronized CompletableFuture<?> submit(byte[] command) {
            bytes = command.length;
            CompletableFuture<Object> future = new CompletableFuture<>();
            open.add(future);
            most = Math.max(most, open.size());
            if (open.size() == holds) {
                endAll();
            } else if (open.size() == 1) {
                CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(this::endAll);
            }
            return future;
        }

        private synchronized void endAll() {
            open.forEach(this::end);
            open.clear();
        }

        private void end(CompletableFuture<Object> command) {
            if (fails.getAsBoolean()) {
                command.completeExceptionally(new IllegalStateException("refused"));
            } else {
                command.complete(command);
            }
        }

        @Override
        public void close() {}
    }

    @Test
    void asManyCommandsAreOnTheirWayAsTheWindowSays() throws Exception {
        Holding service = new Holding(7, () -> false);
        String words = new ServiceLoad(service, 24, 7).run(0, 0.02);
        assertThat(service.most).isEqualTo(7);
        assertThat(service.bytes).isEqualTo(24);
        assertThat(words).startsWith("bytes=24 window=7 rate=").endsWith("failed=0");
    }

    @Test
    void whatFailsIsCountedAndIsNoCommandDone() throws Exception {
        AtomicInteger ended = new AtomicInteger();
        Holding service = new Holding(1, () -> ended.incrementAndGet() % 2 == 0);
        String words = new ServiceLoad(service, 1, 1).run(0, 0.02);
        long failed = Long.parseLong(words.replaceAll(".*failed=", ""));
        assertThat(failed).isEqualTo(ended.get() / 2);
    }

    @Test
    void aServiceThatRefusesEverythingIsNoResult() {
        ServiceLoad load = new ServiceLoad(new Holding(1, () -> true), 1, 1);
        assertThatThrownBy(() -> load.run(0, 0.01))
                .hasMessageContaining("no command ended")
                .hasRootCauseMessage("refused");
    }
}
