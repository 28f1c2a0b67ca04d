package org.flushspread.daemon;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.flushspread.kernel.base.Event;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a daemon is in no ring with others for a while, and has it said why: once, and again while it lasts. Lives on the loop of
 * its daemon; the kernel knows nothing of it.
 */
final class AloneWatch {
    static final Duration FIRST = Duration.ofSeconds(10);
    static final Duration AGAIN = Duration.ofMinutes(3);

    private final EventExecutor loop;
    private final Function<Duration, List<String>> reasons;
    private final Consumer<String> say;
    private @Nullable Future<?> timer;

    /**
     * @param reasons for being alone so long
     */
    AloneWatch(EventExecutor loop, Function<Duration, List<String>> reasons, Consumer<String> say) {
        this.loop = loop;
        this.reasons = reasons;
        this.say = say;
    }

    /** The daemon has begun, alone. */
    void begin() {
        arm(FIRST);
    }

    void observe(Event event) {
        if (event instanceof Event.MembershipInstalled installed
                && installed.membership().size() > 1) {
            stop();
        } else if (timer == null && (event instanceof Event.MembershipInstalled || event instanceof Event.TokenLost)) {
            arm(FIRST);
        }
    }

    void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void arm(Duration in) {
        timer = loop.schedule(() -> speak(in), in.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void speak(Duration waited) {
        reasons.apply(waited).forEach(say);
        arm(AGAIN);
    }
}
