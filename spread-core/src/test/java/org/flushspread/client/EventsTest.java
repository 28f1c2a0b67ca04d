package org.flushspread.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.flushspread.Wait;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The E_ interface (client-protocol 8). */
@Timeout(120)
class EventsTest {
    private static final SpTime SOON = new SpTime(0, 20_000);
    private final List<String> seen = new ArrayList<>();
    private final List<Pipe> pipes = new ArrayList<>();

    @BeforeEach
    void init() {
        assertThat(Events.E_init()).isZero();
    }

    @AfterEach
    void close() throws IOException {
        Events.E_init();
        for (Pipe pipe : pipes) {
            pipe.source().close();
            pipe.sink().close();
        }
    }

    private Pipe.SourceChannel readable() throws IOException {
        Pipe pipe = Pipe.open();
        pipes.add(pipe);
        pipe.sink().write(ByteBuffer.wrap(new byte[10]));
        pipe.source().configureBlocking(false);
        return pipe.source();
    }

    private void note(int code, @Nullable Object data) {
        seen.add(code + "" + data);
    }

    private void noteAndRead(SelectableChannel fd, int code, @Nullable Object data) {
        seen.add(code + "" + data);
        try {
            assertThat(((Pipe.SourceChannel) fd).read(ByteBuffer.allocate(1))).isEqualTo(1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void exit(int code, @Nullable Object data) {
        Events.E_exit_events();
    }

    @Test
    void timersRunInTimeOrderOnceAndTheSameTimerIsReplaced() {
        Events.TimerFunction note = this::note;
        Duration taken;
        do {
            // A timer counts from its own call: held up between two for as long as the timers lie apart, begin again.
            assertThat(Events.E_init()).isZero();
            long before = System.nanoTime();
            Events.E_queue(note, 3, "c", new SpTime(0, 30_000));
            Events.E_queue(note, 1, "a", new SpTime(0, 10_000));
            Events.E_queue(note, 2, "b", new SpTime(5, 0));
            Events.E_queue(note, 2, "b", new SpTime(0, 20_000));
            Events.E_queue(note, 9, "z", new SpTime(0, 15_000));
            assertThat(Events.E_dequeue(note, 9, "z")).isZero();
            assertThat(Events.E_dequeue(note, 9, "z")).isEqualTo(-1);
            Events.E_queue(this::exit, 0, null, new SpTime(0, 40_000));
            taken = Duration.ofNanos(System.nanoTime() - before);
        } while (taken.toMillis() >= 10);
        Events.E_handle_events();
        assertThat(seen).containsExactly("1a", "2b", "3c");
    }

    @Test
    void exitReturnsAfterTheCallbackAndTheLoopMayRunAgain() {
        Events.E_queue(this::exit, 0, null, SpTime.ZERO);
        Events.E_queue(this::note, 1, "later", SpTime.ZERO);
        Events.E_handle_events();
        assertThat(seen).isEmpty();
        Events.E_queue(this::exit, 1, null, SOON);
        Events.E_handle_events();
        assertThat(seen).containsExactly("1later");
    }

    @Test
    void readyOnesOfTheHighestPriorityRunAndOfTheLowestOneInTurn() throws IOException {
        Events.FdFunction note = this::noteAndRead;
        Events.E_attach_fd(readable(), Events.READ_FD, note, 1, "low", Events.LOW_PRIORITY);
        Events.E_attach_fd(readable(), Events.READ_FD, note, 2, "low", Events.LOW_PRIORITY);
        Pipe.SourceChannel medium = readable();
        Events.E_attach_fd(medium, Events.READ_FD, note, 3, "medium", Events.MEDIUM_PRIORITY);
        Events.E_attach_fd(readable(), Events.READ_FD, note, 4, "high", Events.HIGH_PRIORITY);
        Events.E_attach_fd(readable(), Events.READ_FD, (fd, code, data) -> noteAndRead(fd, code, data), 5, "high", 2);
        runUntil(() -> seen.size() >= 4, 2);
        assertThat(seen.subList(0, 4)).containsExactly("4high", "5high", "4high", "5high");
        seen.clear();
        Events.E_init();
        Events.E_attach_fd(readable(), Events.READ_FD, note, 1, "low", Events.LOW_PRIORITY);
        Events.E_attach_fd(readable(), Events.READ_FD, note, 2, "low", Events.LOW_PRIORITY);
        runUntil(() -> seen.size() >= 4, 0);
        assertThat(seen.subList(0, 4)).containsExactly("1low", "2low", "1low", "2low");
        seen.clear();
        Events.E_attach_fd(medium, Events.READ_FD, note, 3, "medium", Events.MEDIUM_PRIORITY);
        assertThat(Events.E_set_active_threshold(Events.MEDIUM_PRIORITY)).isEqualTo(1);
        assertThat(Events.E_set_active_threshold(7)).isEqualTo(-1);
        runUntil(() -> seen.size() >= 2, 1);
        assertThat(seen.subList(0, 2)).containsExactly("3medium", "3medium");
    }

    /** Runs the loop until the condition holds, looked at by a descriptor that is always ready, of that priority. */
    private void runUntil(java.util.function.BooleanSupplier done, int priority) throws IOException {
        Pipe.SourceChannel always = readable();
        Events.E_attach_fd(
                always,
                Events.READ_FD,
                (fd, code, data) -> {
                    if (done.getAsBoolean()) {
                        Events.E_exit_events();
                    }
                },
                99,
                null,
                priority);
        Events.E_handle_events();
        Events.E_detach_fd(always, Events.READ_FD);
    }

    @Test
    void registrationsAreCountedReplacedDeactivatedAndDetached() throws IOException {
        Pipe.SourceChannel fd = readable();
        Events.FdFunction note = this::noteAndRead;
        assertThat(Events.E_attach_fd(fd, Events.READ_FD, note, 1, "x", 0)).isZero();
        assertThat(Events.E_attach_fd(fd, Events.READ_FD, note, 2, "y", 0)).isEqualTo(1);
        assertThat(Events.E_attach_fd(fd, 3, note, 2, "y", 0)).isEqualTo(-1);
        assertThat(Events.E_attach_fd(fd, Events.READ_FD, note, 2, "y", 3)).isEqualTo(-1);
        assertThat(Events.E_num_active(0)).isEqualTo(1);
        assertThat(Events.E_deactivate_fd(fd, Events.READ_FD)).isZero();
        assertThat(Events.E_num_active(0)).isZero();
        Events.E_queue(this::exit, 0, null, SOON);
        Events.E_handle_events();
        assertThat(seen).isEmpty();
        assertThat(Events.E_activate_fd(fd, Events.READ_FD)).isZero();
        assertThat(Events.E_activate_fd(fd, Events.WRITE_FD)).isEqualTo(-1);
        assertThat(Events.E_detach_fd(fd, Events.READ_FD)).isZero();
        assertThat(Events.E_detach_fd(fd, Events.READ_FD)).isEqualTo(-1);
    }

    @Test
    void timesAreAddedSubtractedAndCompared() {
        SpTime almostTwo = new SpTime(1, 999_999);
        assertThat(Events.E_add_time(almostTwo, new SpTime(0, 1))).isEqualTo(new SpTime(2, 0));
        assertThat(Events.E_sub_time(new SpTime(2, 0), new SpTime(0, 1))).isEqualTo(almostTwo);
        assertThat(Events.E_compare_time(almostTwo, new SpTime(2, 0))).isEqualTo(-1);
        assertThat(Events.E_compare_time(new SpTime(2, 0), almostTwo)).isEqualTo(1);
        assertThat(Events.E_compare_time(almostTwo, almostTwo)).isZero();
        assertThat(Events.E_get_time().toDuration()).isGreaterThan(Duration.ofDays(365));
        long before = System.nanoTime();
        Events.E_delay(new SpTime(0, 5000));
        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(5_000_000);
    }

    @Test
    void messagesInMemoryMakeAMailboxReady() throws Exception {
        try (FakeDaemon daemon = FakeDaemon.listen()) {
            CompletableFuture<Void> accepting = daemon.acceptAs("a");
            Mailbox mbox = new Mailbox();
            assertThat(Sp.SP_connect(daemon.name(), "a", 0, true, mbox)).isEqualTo(1);
            accepting.get(60, TimeUnit.SECONDS);
            for (int i = 0; i < 5; i++) {
                daemon.send(MessageBytes.little().data(0x10, "#b#d1", List.of("g"), i, new byte[0]));
            }
            // All five are in memory after the first receive; the channel alone would never be ready again.
            Wait.until("all bytes are there", () -> Sp.SP_poll(mbox) >= 5 * 80);
            ReceivedMessage m = new ReceivedMessage(1);
            Events.E_attach_fd(
                    mbox,
                    Events.READ_FD,
                    (fd, code, data) -> {
                        m.service_type = 0;
                        Sp.SP_receive(mbox, m, ByteBuffer.allocate(0));
                        seen.add(m.mess_type + "");
                        if (seen.size() == 5) {
                            Events.E_exit_events();
                        }
                    },
                    0,
                    null,
                    Events.LOW_PRIORITY);
            Events.E_handle_events();
            assertThat(seen).containsExactly("0", "1", "2", "3", "4");
            assertThat(Objects.requireNonNull(mbox.channel()).isOpen()).isTrue();
            Sp.SP_kill(mbox);
        }
    }

    // ------------------------------------------------------------------------------ attached again, closed, exited

    @Test
    void aDescriptorDetachedAndAttachedAgainInItsCallbackIsLookedAt() throws IOException {
        Pipe.SourceChannel fd = readable();
        int[] priority = {Events.LOW_PRIORITY};
        Events.FdFunction[] moving = new Events.FdFunction[1];
        moving[0] = (channel, code, data) -> {
            noteAndRead(channel, code, data);
            assertThat(Events.E_detach_fd(channel, Events.READ_FD)).isZero();
            priority[0] = (priority[0] + 1) % Events.NUM_PRIORITY;
            assertThat(Events.E_attach_fd(channel, Events.READ_FD, moving[0], code, data, priority[0]))
                    .isZero();
            if (seen.size() == 9) {
                Events.E_exit_events();
            }
        };
        Events.E_attach_fd(fd, Events.READ_FD, moving[0], 1, null, Events.LOW_PRIORITY);
        Events.E_handle_events();
        assertThat(seen).hasSize(9);
    }

    @Test
    void aDetachedDescriptorMayBlockAgainAtOnce() throws IOException {
        Pipe.SourceChannel fd = readable();
        Events.E_attach_fd(
                fd,
                Events.READ_FD,
                (channel, code, data) -> {
                    Events.E_detach_fd(channel, Events.READ_FD);
                    try {
                        channel.configureBlocking(true);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                    Events.E_exit_events();
                },
                1,
                null,
                Events.LOW_PRIORITY);
        Events.E_handle_events();
        assertThat(fd.isBlocking()).isTrue();
    }

    @Test
    void aClosedDescriptorIsToldOnceAndThenTheLoopSleeps() throws IOException {
        Pipe pipe = Pipe.open();
        pipe.sink().configureBlocking(false);
        pipe.source().configureBlocking(false);
        for (int priority = 0; priority < Events.NUM_PRIORITY; priority++) {
            Events.E_attach_fd(pipe.source(), Events.READ_FD, (f, c, d) -> note(c, d), 1, null, priority);
            Events.E_attach_fd(pipe.source(), Events.EXCEPT_FD, (f, c, d) -> note(c, d), 3, null, priority);
            Events.E_attach_fd(pipe.sink(), Events.WRITE_FD, (f, c, d) -> note(c, d), 2, null, priority);
            Events.E_attach_fd(pipe.sink(), Events.EXCEPT_FD, (f, c, d) -> note(c, d), 4, null, priority);
        }
        pipe.source().close();
        pipe.sink().close();
        Events.E_queue(this::exit, 0, null, new SpTime(1, 0));
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        Events.E_handle_events();
        long spent = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
        assertThat(seen).containsExactlyInAnyOrder("1null", "1null", "1null", "2null", "2null", "2null");
        // Of the second; what it does before it sleeps takes a slow machine a while, too.
        assertThat(Duration.ofNanos(spent)).isLessThan(Duration.ofMillis(700));
        for (int priority = 0; priority < Events.NUM_PRIORITY; priority++) {
            assertThat(Events.E_num_active(priority)).isZero();
        }
    }

    @Test
    void theWishOfAnotherThreadToExitIsNeverLost() throws Exception {
        for (int i = 0; i < 200; i++) {
            Events.E_init();
            Thread other = new Thread(Events::E_exit_events);
            other.start();
            if (i % 2 == 0) {
                other.join();
            }
            Events.E_handle_events();
            other.join();
            Events.E_init();
        }
    }

    private static void exitOfAnotherThread() {
        CompletableFuture.runAsync(Events::E_exit_events, FakeDaemon.THREADS).join();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theWishOfAnotherThreadCountsWhoeverElseWishesTheSame(boolean otherFirst) {
        if (otherFirst) {
            exitOfAnotherThread();
        }
        Events.E_exit_events();
        if (!otherFirst) {
            exitOfAnotherThread();
        }
        Events.E_queue(this::note, 1, null, SpTime.ZERO);
        Events.E_queue(this::exit, 0, null, SOON);
        Events.E_handle_events();
        assertThat(seen).isEmpty();
        Events.E_handle_events();
        assertThat(seen).containsExactly("1null");
    }

    @Test
    void theWishOfAnotherThreadEndsALoopWithinACallbackToo() {
        Events.E_queue(
                (code, data) -> {
                    exitOfAnotherThread();
                    Events.E_handle_events();
                    note(1, null);
                },
                0,
                null,
                SpTime.ZERO);
        Events.E_queue(this::note, 2, null, SOON);
        Events.E_queue(this::exit, 0, null, SOON);
        Events.E_handle_events();
        assertThat(seen).containsExactly("1null");
    }

    @Test
    void theWishOfAnotherThreadOutlivesACallbackThatThrows() {
        Events.E_queue(
                (code, data) -> {
                    exitOfAnotherThread();
                    throw new IllegalStateException("for a test");
                },
                0,
                null,
                SpTime.ZERO);
        assertThatThrownBy(Events::E_handle_events).hasMessage("for a test");
        Events.E_queue(this::note, 1, null, SpTime.ZERO);
        Events.E_queue(this::exit, 0, null, SOON);
        Events.E_handle_events();
        assertThat(seen).isEmpty();
    }

    @Test
    void aDelayMayHaveAnyLength() {
        Events.E_delay(new SpTime(-1, 0));
        for (long seconds : new long[] {Long.MAX_VALUE, Long.MAX_VALUE / 1000}) {
            Thread.currentThread().interrupt();
            Events.E_delay(new SpTime(seconds, 999_999));
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void whatTheOwnThreadWishedBeforeIsForgottenAsInC() {
        Events.E_exit_events();
        Events.E_queue(this::note, 1, null, SpTime.ZERO);
        Events.E_queue(this::exit, 0, null, SOON);
        Events.E_handle_events();
        assertThat(seen).containsExactly("1null");
    }

    @Test
    void aTimerThatQueuesItselfLeavesDescriptorsTheirTurn() throws IOException {
        Events.TimerFunction[] again = new Events.TimerFunction[1];
        again[0] = (code, data) -> {
            if (seen.size() < 100_000) {
                note(code, data);
                Events.E_queue(again[0], code, data, SpTime.ZERO);
            } else {
                Events.E_exit_events();
            }
        };
        Events.E_queue(again[0], 1, null, SpTime.ZERO);
        Events.E_attach_fd(
                readable(), Events.READ_FD, (f, c, d) -> Events.E_exit_events(), 2, null, Events.HIGH_PRIORITY);
        Events.E_handle_events();
        assertThat(seen).hasSizeLessThan(100_000);
    }

    @Test
    void whatACallbackThrowsComesOutAndTheLoopGoesOn() throws IOException {
        Pipe.SourceChannel fd = readable();
        Events.E_attach_fd(
                fd,
                Events.READ_FD,
                (channel, code, data) -> {
                    noteAndRead(channel, code, data);
                    if (seen.size() == 1) {
                        throw new AssertionError("a fault of the program");
                    }
                    Events.E_exit_events();
                },
                1,
                null,
                Events.LOW_PRIORITY);
        assertThatThrownBy(Events::E_handle_events).hasMessage("a fault of the program");
        Events.E_handle_events();
        assertThat(seen).hasSize(2);
    }
}
