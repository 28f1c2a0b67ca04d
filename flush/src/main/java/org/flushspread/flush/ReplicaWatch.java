package org.flushspread.flush;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.flushspread.client.MessageChannel;
import org.flushspread.client.UserCode;
import org.flushspread.flush.replica.ReplicaReason;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Looks from outside, once a second, whether the internal thread of a member hangs, which it cannot say itself. */
final class ReplicaWatch {
    private static final ScheduledThreadPoolExecutor WATCH = executor();

    private final String group;
    private final ReplicaMember<?, ?, ?> member;
    private final BiConsumer<ReplicaReason, String> reports;
    private volatile long toldOf;
    private volatile @Nullable Future<?> looking;

    ReplicaWatch(String group, ReplicaMember<?, ?, ?> member, BiConsumer<ReplicaReason, String> reports) {
        this.group = group;
        this.member = member;
        this.reports = reports;
    }

    /** One thread for all members of the process, and none while there are no members. */
    private static ScheduledThreadPoolExecutor executor() {
        ScheduledThreadPoolExecutor watch = new ScheduledThreadPoolExecutor(1, body -> {
            Thread thread = new Thread(body, "replica watch");
            thread.setDaemon(true);
            return thread;
        });
        watch.setRemoveOnCancelPolicy(true);
        watch.setKeepAliveTime(5, TimeUnit.SECONDS);
        watch.allowCoreThreadTimeOut(true);
        return watch;
    }

    /** Does this after some time; it must be short. */
    static Future<?> after(Duration delay, Runnable what) {
        return WATCH.schedule(what, MessageChannel.nanos(delay), TimeUnit.NANOSECONDS);
    }

    void start() {
        looking = WATCH.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    void stop() {
        Future<?> look = looking;
        if (look != null) {
            look.cancel(false);
        }
    }

    private void look() {
        long since = member.loop().busySince();
        if (since == 0 || since == toldOf || System.nanoTime() - since < ReplicaLoop.SILENCE_NANOS) {
            return;
        }
        try {
            tell("the member of group '" + group + "' does nothing: " + stuck());
            toldOf = since;
        } catch (Throwable e) {
            // No memory, no thread: again in a second.
        }
    }

    /** On a thread of its own, since nobody can wait for the handler; if that is what hangs, into the log. */
    void tell(String what) {
        Runnable telling = () -> UserCode.run(() -> reports.accept(ReplicaReason.STUCK, what));
        if (member.application().doing().equals(Tellings.ON_REPORT)) {
            telling = () ->
                    LoggerFactory.getLogger(ReplicatedStateMachine.class).warn("{}: {}", ReplicaReason.STUCK, what);
        }
        Thread teller = new Thread(telling, "replica " + group + " tells");
        teller.setDaemon(true);
        teller.start();
    }

    /** What the internal thread is in. */
    String stuck() {
        ReplicaApplication<?, ?, ?> application = member.application();
        Thread thread = member.thread();
        String doing = application.doing();
        String where = Stream.of(thread.getStackTrace())
                .filter(each -> !each.getClassName().matches("(java|jdk|sun)\\..*"))
                .findFirst()
                .map(each -> ", at " + each)
                .orElse("");
        return "thread '" + thread.getName() + "' is "
                + (!doing.isEmpty()
                        ? "in " + doing + " (" + application.name() + ") since "
                                + Patience.since(application.doingSince())
                        : member.store().isHeld() ? "waiting for store " + member.store() : "busy")
                + where;
    }
}
