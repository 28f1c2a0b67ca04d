package org.flushspread.flush;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.flushspread.flush.replica.Role;

/** The role of a member, who is told of its changes, and who waits for one. Changed by the internal thread, looked at by any. */
final class Roles {
    private final Tellings tellings;
    private final List<Consumer<Role>> listeners = new CopyOnWriteArrayList<>();
    private volatile Role role = Role.MINORITY;

    Roles(Tellings tellings) {
        this.tellings = tellings;
    }

    Role role() {
        return role;
    }

    void onChange(Consumer<Role> to) {
        listeners.add(to);
    }

    void change(Role next) {
        role = next;
        wakeWaiters();
        tell(next);
    }

    /** The member ends: it has no role any more. Whoever waits for one looks again. */
    void end() {
        role = Role.MINORITY;
        wakeWaiters();
    }

    void tell(Role next) {
        for (Consumer<Role> each : listeners) {
            tellings.add("a handler of onRoleChange", () -> each.accept(next));
        }
    }

    private void wakeWaiters() {
        synchronized (listeners) {
            listeners.notifyAll();
        }
    }

    /** Waits for a role to be taken, or for the end, but not long: the caller looks again. */
    @SuppressWarnings("WaitNotInLoop")
    void await(BooleanSupplier over, long nanos) throws InterruptedException {
        synchronized (listeners) {
            if (!role.hasPrimary() && !over.getAsBoolean()) {
                TimeUnit.NANOSECONDS.timedWait(listeners, Math.min(nanos, 100_000_000L));
            }
        }
    }
}
