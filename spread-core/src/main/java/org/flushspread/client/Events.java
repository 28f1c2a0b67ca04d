package org.flushspread.client;

import java.nio.channels.SelectableChannel;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The E_ interface of the C library: one loop for a single-threaded program, with timers and descriptors of three priorities
 * (client-protocol 8). Descriptors are non-blocking {@link SelectableChannel}s; for the channel of a {@link Mailbox} the loop knows of messages
 * that lie in memory already.
 *
 * <p>All procedures but {@link #E_exit_events} belong to one thread.
 */
@SuppressWarnings({"checkstyle:methodname", "MemberName"})
public final class Events {
    public static final int LOW_PRIORITY = 0;
    public static final int MEDIUM_PRIORITY = 1;
    public static final int HIGH_PRIORITY = 2;
    public static final int NUM_PRIORITY = 3;

    /** Ready to read, or a connection to accept. */
    public static final int READ_FD = 0;
    /** Ready to write, or a connect that is done. */
    public static final int WRITE_FD = 1;
    /** Accepted and never ready: Java knows no exceptional conditions of channels. */
    public static final int EXCEPT_FD = 2;

    public static final int NUM_FDTYPES = 3;

    private static final EventLoop LOOP = new EventLoop();

    private Events() {}

    /** What a timer calls. */
    @FunctionalInterface
    public interface TimerFunction {
        void call(int code, @Nullable Object data);
    }

    /** What a ready descriptor calls. */
    @FunctionalInterface
    public interface FdFunction {
        void call(SelectableChannel fd, int code, @Nullable Object data);
    }

    /** Forgets all timers and descriptors; the threshold is LOW again. Answers 0. */
    public static int E_init() {
        LOOP.init();
        return 0;
    }

    /** The wall clock. */
    public static SpTime E_get_time() {
        Instant now = Instant.now();
        return new SpTime(now.getEpochSecond(), now.getNano() / 1000);
    }

    public static SpTime E_sub_time(SpTime t, SpTime delta_t) {
        return SpTime.of(t.toDuration().minus(delta_t.toDuration()));
    }

    public static SpTime E_add_time(SpTime t, SpTime delta_t) {
        return SpTime.of(t.toDuration().plus(delta_t.toDuration()));
    }

    /** 1 if t1 is later, -1 if t2 is, 0 if they are the same. */
    public static int E_compare_time(SpTime t1, SpTime t2) {
        return Integer.signum(t1.toDuration().compareTo(t2.toDuration()));
    }

    /** Calls {@code func(code, data)} once after this time. One with the same three that waits already is replaced. Answers 0. */
    public static int E_queue(TimerFunction func, int code, @Nullable Object data, SpTime delta_time) {
        LOOP.queue(func, code, data, delta_time.toDuration());
        return 0;
    }

    /** Cancels a timer; -1 if there is none with these three (the same objects). */
    public static int E_dequeue(TimerFunction func, int code, @Nullable Object data) {
        return LOOP.dequeue(func, code, data) ? 0 : -1;
    }

    /** Sleeps, not at all for a time below zero. An interrupt ends it early and stays set. */
    public static void E_delay(SpTime t) {
        try {
            TimeUnit.NANOSECONDS.sleep(Deadline.nanos(t.toDuration()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Calls {@code func(fd, code, data)} whenever the descriptor is ready, and once more after it was closed; then it is forgotten (C calls
     * select in vain for ever).
     *
     * @return 0; 1 if it was registered for this type and priority already, which replaces and activates it; -1 for a type or priority
     *     that does not exist, or a channel that blocks or is closed
     */
    public static int E_attach_fd(
            SelectableChannel fd, int fd_type, FdFunction func, int code, @Nullable Object data, int priority) {
        return LOOP.attach(fd, fd_type, func, code, data, priority);
    }

    /** The same for the channel of a mailbox; -1 too if it has none. */
    public static int E_attach_fd(
            Mailbox mbox, int fd_type, FdFunction func, int code, @Nullable Object data, int priority) {
        SelectableChannel fd = mbox.channel();
        if (fd == null) {
            return -1;
        }
        int result = LOOP.attach(fd, fd_type, func, code, data, priority);
        if (result >= 0) {
            LOOP.watch(fd, mbox);
        }
        return result;
    }

    /** Forgets a descriptor at all priorities; -1 if it was not registered for this type. */
    public static int E_detach_fd(SelectableChannel fd, int fd_type) {
        return LOOP.detach(fd, fd_type) ? 0 : -1;
    }

    /** Only descriptors of this priority and above are looked at from now on. Answers it, or -1 if there is no such priority. */
    public static int E_set_active_threshold(int priority) {
        return LOOP.setThreshold(priority) ? priority : -1;
    }

    /** Looks at a descriptor again; -1 if it is not registered for this type. */
    public static int E_activate_fd(SelectableChannel fd, int fd_type) {
        return LOOP.setActive(fd, fd_type, true) ? 0 : -1;
    }

    /** Keeps a descriptor registered but does not look at it; -1 if it is not registered for this type. */
    public static int E_deactivate_fd(SelectableChannel fd, int fd_type) {
        return LOOP.setActive(fd, fd_type, false) ? 0 : -1;
    }

    /** Number of active registrations of a priority. */
    public static int E_num_active(int priority) {
        return LOOP.numActive(priority);
    }

    /**
     * Runs the loop until {@link #E_exit_events}; may be called again after that. What a callback throws comes out of here, with everything
     * else in its place, so it may be called again after that too.
     */
    public static void E_handle_events() {
        LOOP.run();
    }

    /**
     * Lets the loop return after the callback that runs now. Any thread may call it. What another thread wishes while no loop runs ends the
     * next one at its beginning; what the loop's own thread wishes then is forgotten, as in C.
     */
    public static void E_exit_events() {
        LOOP.exit();
    }
}
