package org.flushspread.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The loop behind {@link Events}. */
final class EventLoop {
    private static final int READ_OPS = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;
    private static final int WRITE_OPS = SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT;

    private record Timer(
            Events.TimerFunction function,
            int code,
            @Nullable Object data,
            long due) {}

    private static final class Registration {
        final SelectableChannel fd;
        final int type;
        Events.FdFunction function;
        int code;

        @Nullable
        Object data;

        boolean active = true;

        Registration(SelectableChannel fd, int type, Events.FdFunction function, int code, @Nullable Object data) {
            this.fd = fd;
            this.type = type;
            this.function = function;
            this.code = code;
            this.data = data;
        }
    }

    private final List<Timer> timers = new ArrayList<>();
    private final List<List<Registration>> registrations =
            List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    private final IdentityHashMap<SelectableChannel, Mailbox> mailboxes = new IdentityHashMap<>();
    private volatile @Nullable Selector selector;
    private int threshold = Events.LOW_PRIORITY;
    private int nextLow;
    private final Object exits = new Object();
    /** Runs, one within a callback of the other. */
    private int runs;

    private volatile boolean exit;
    /** Who was the first to wish the end, until a run has ended by it. */
    private @Nullable Thread exiting;
    /** Others wished it too, so whoever runs the loop, somebody else did. */
    private boolean severalExiting;

    void init() {
        timers.clear();
        registrations.forEach(List::clear);
        mailboxes.clear();
        threshold = Events.LOW_PRIORITY;
        nextLow = 0;
        synchronized (exits) {
            forgetWishes();
        }
        Selector old = selector;
        selector = null;
        if (old != null) {
            try {
                old.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    // --------------------------------------------------------------------------------------------------- timers

    void queue(Events.TimerFunction function, int code, @Nullable Object data, Duration delta) {
        dequeue(function, code, data);
        long nanos = Math.min(Deadline.nanos(delta), Long.MAX_VALUE / 2);
        Timer timer = new Timer(function, code, data, System.nanoTime() + nanos);
        int at = timers.size();
        while (at > 0 && timers.get(at - 1).due - timer.due > 0) {
            at--;
        }
        timers.add(at, timer);
    }

    boolean dequeue(Events.TimerFunction function, int code, @Nullable Object data) {
        return timers.removeIf(timer -> timer.function == function && timer.code == code && timer.data == data);
    }

    // ----------------------------------------------------------------------------------------------- descriptors

    int attach(
            SelectableChannel fd, int type, Events.FdFunction function, int code, @Nullable Object data, int priority) {
        if (type < 0 || type >= Events.NUM_FDTYPES || !isPriority(priority) || fd.isBlocking() || !fd.isOpen()) {
            return -1;
        }
        for (Registration each : registrations.get(priority)) {
            if (each.fd == fd && each.type == type) {
                each.function = function;
                each.code = code;
                each.data = data;
                each.active = true;
                return 1;
            }
        }
        registrations.get(priority).add(new Registration(fd, type, function, code, data));
        return 0;
    }

    /** From now on messages in memory make this channel ready too. */
    void watch(SelectableChannel fd, Mailbox mbox) {
        mailboxes.put(fd, mbox);
    }

    boolean detach(SelectableChannel fd, int type) {
        boolean found = false;
        for (List<Registration> each : registrations) {
            found |= each.removeIf(registration -> registration.fd == fd && registration.type == type);
        }
        forgetIfUnused(fd);
        return found;
    }

    private void forgetIfUnused(SelectableChannel fd) {
        if (registrations.stream().flatMap(List::stream).noneMatch(registration -> registration.fd == fd)) {
            mailboxes.remove(fd);
            Selector current = selector;
            SelectionKey key = current == null ? null : fd.keyFor(current);
            if (current != null && key != null) {
                key.cancel();
                deregister(current);
            }
        }
    }

    /**
     * Lets a selector forget cancelled keys now and not with its next select: until then the channel could not be registered again, nor be
     * made to block.
     */
    private static void deregister(Selector current) {
        try {
            current.selectNow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean setActive(SelectableChannel fd, int type, boolean active) {
        boolean found = false;
        for (List<Registration> each : registrations) {
            for (Registration registration : each) {
                if (registration.fd == fd && registration.type == type) {
                    registration.active = active;
                    found = true;
                }
            }
        }
        return found;
    }

    boolean setThreshold(int priority) {
        if (!isPriority(priority)) {
            return false;
        }
        threshold = priority;
        return true;
    }

    int numActive(int priority) {
        return isPriority(priority)
                ? (int) registrations.get(priority).stream()
                        .filter(each -> each.active)
                        .count()
                : -1;
    }

    private static boolean isPriority(int priority) {
        return priority >= 0 && priority < Events.NUM_PRIORITY;
    }

    // -------------------------------------------------------------------------------------------------- the loop

    /** As C does, a run forgets what its own thread wished before it; the wish of another thread would be lost for ever by that. */
    void exit() {
        synchronized (exits) {
            exit = true;
            if (exiting == null) {
                exiting = Thread.currentThread();
            } else {
                severalExiting |= exiting != Thread.currentThread();
            }
        }
        Selector current = selector;
        if (current != null) {
            current.wakeup();
        }
    }

    private boolean begin() {
        synchronized (exits) {
            exit = severalExiting || (exiting != null && exiting != Thread.currentThread());
            if (!exit) {
                forgetWishes();
                runs++;
            } else if (runs == 0) {
                forgetWishes();
            }
            return !exit;
        }
    }

    private void forgetWishes() {
        exiting = null;
        severalExiting = false;
    }

    void run() {
        if (!begin()) {
            return;
        }
        boolean returns = false;
        try {
            while (!exit) {
                runTimers();
                if (!exit) {
                    select();
                    dispatch();
                }
            }
            returns = true;
        } finally {
            synchronized (exits) {
                runs--;
                if (returns && runs == 0) {
                    forgetWishes();
                }
            }
        }
    }

    /** Those that are due by now; one that queues itself again without a delay leaves descriptors their turn. */
    private void runTimers() {
        long now = System.nanoTime();
        while (!exit && !timers.isEmpty() && timers.get(0).due - now <= 0) {
            Timer timer = timers.remove(0);
            timer.function.call(timer.code, timer.data);
        }
    }

    private void select() {
        try {
            Selector current = selector();
            current.selectedKeys().clear();
            boolean ready = register(current);
            long nanos = timers.isEmpty() ? Long.MAX_VALUE : timers.get(0).due - System.nanoTime();
            // Whoever wishes the end after this look finds the selector and wakes it.
            if (ready || nanos <= 0 || exit) {
                current.selectNow();
            } else {
                current.select(nanos == Long.MAX_VALUE ? 0 : (nanos + 999_999) / 1_000_000);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Selector selector() throws IOException {
        Selector current = selector;
        if (current == null) {
            current = Selector.open();
            selector = current;
        }
        return current;
    }

    /** Tells the selector what is wanted; true if something is ready without asking it. */
    private boolean register(Selector current) {
        boolean ready = false;
        for (SelectionKey key : current.keys()) {
            try {
                key.interestOps(0);
            } catch (CancelledKeyException e) {
                // closed, and forgotten with the next select
            }
        }
        for (int priority = threshold; priority < Events.NUM_PRIORITY; priority++) {
            List<Registration> all = registrations.get(priority);
            all.removeIf(each -> each.type == Events.EXCEPT_FD && !each.fd.isOpen());
            for (Registration each : all) {
                if (each.active && each.fd.isOpen()) {
                    ready |= isMessageWaiting(each);
                    want(current, each);
                } else if (each.active) {
                    ready = true;
                }
            }
        }
        return ready;
    }

    private static void want(Selector current, Registration registration) {
        int ops = ops(registration);
        SelectionKey key = registration.fd.keyFor(current);
        try {
            if (key == null) {
                registration.fd.register(current, ops);
            } else {
                key.interestOpsOr(ops);
            }
        } catch (ClosedChannelException | CancelledKeyException e) {
            // closed by another thread; looked at as closed in the next round
        }
    }

    private static int ops(Registration registration) {
        int ops = switch (registration.type) {
            case Events.READ_FD -> READ_OPS;
            case Events.WRITE_FD -> WRITE_OPS;
            default -> 0;
        };
        int valid = ops & registration.fd.validOps();
        if ((valid & SelectionKey.OP_CONNECT) != 0
                && registration.fd instanceof SocketChannel socket
                && !socket.isConnectionPending()) {
            valid &= ~SelectionKey.OP_CONNECT;
        }
        return valid;
    }

    private boolean isMessageWaiting(Registration registration) {
        Mailbox mbox = registration.type == Events.READ_FD ? mailboxes.get(registration.fd) : null;
        return mbox != null && mbox.isMessageWaiting();
    }

    private boolean isReady(Registration registration) {
        if (!registration.active) {
            return false;
        }
        if (!registration.fd.isOpen()) {
            return registration.type != Events.EXCEPT_FD;
        }
        Selector current = selector;
        SelectionKey key = current == null ? null : registration.fd.keyFor(current);
        boolean selected = current != null
                && key != null
                && key.isValid()
                && current.selectedKeys().contains(key)
                && (key.readyOps() & ops(registration)) != 0;
        return selected || isMessageWaiting(registration);
    }

    /** All that are ready of the highest priority that has any; of the lowest only one, in turn. */
    private void dispatch() {
        for (int priority = Events.HIGH_PRIORITY; priority > Events.LOW_PRIORITY; priority--) {
            if (priority >= threshold && dispatchAll(registrations.get(priority))) {
                return;
            }
        }
        List<Registration> low = registrations.get(Events.LOW_PRIORITY);
        for (int i = 0; i < low.size() && threshold == Events.LOW_PRIORITY && !exit; i++) {
            Registration each = low.get((nextLow + i) % low.size());
            if (isReady(each)) {
                nextLow = (nextLow + i + 1) % low.size();
                call(each, low);
                return;
            }
        }
    }

    private boolean dispatchAll(List<Registration> all) {
        boolean any = false;
        for (Registration each : List.copyOf(all)) {
            // A callback before may have detached or deactivated it.
            if (!exit && all.contains(each) && isReady(each)) {
                any = true;
                call(each, all);
            }
        }
        return any;
    }

    /** A closed descriptor is told once, so that its callback finds out by reading or writing, and is not looked at again. */
    private void call(Registration each, List<Registration> all) {
        try {
            each.function.call(each.fd, each.code, each.data);
        } finally {
            if (!each.fd.isOpen() && all.remove(each)) {
                forgetIfUnused(each.fd);
            }
        }
    }
}
