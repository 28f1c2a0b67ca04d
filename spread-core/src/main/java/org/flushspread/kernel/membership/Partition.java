package org.flushspread.kernel.membership;

import java.time.Duration;
import java.util.Arrays;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.DeadlineKind;

/**
 * Which daemons this one hears: a monitor may cut the daemons into components for a while (membership-protocol 8), and a daemon that
 * reloads may isolate itself (10). Packets and tokens of a transmitter in another component are dropped.
 */
public final class Partition {
    /** A partition that nobody repeats ends after this time. */
    public static final Duration LIFE = Duration.ofSeconds(60);

    private final Context context;
    private int[] components;
    private boolean isolated;

    public Partition(Context context) {
        this.context = context;
        components = new int[context.configuration().daemons().size()];
    }

    /** True if packets of the daemon with this index are to be heard. */
    public boolean hears(int daemonIndex) {
        int me = context.me().index();
        return isolated ? daemonIndex == me : components[daemonIndex] == components[me];
    }

    /** Takes a monitor's table, one component for each daemon; ignored while isolated. */
    public void set(int[] table) {
        if (isolated) {
            return;
        }
        System.arraycopy(table, 0, components, 0, components.length);
        context.arm(DeadlineKind.PARTITION, LIFE);
    }

    /** The monitor has not repeated its table. */
    public void expired() {
        Arrays.fill(components, 0);
    }

    /** Hears nobody, until {@link #clear}. */
    void isolate() {
        isolated = true;
    }

    /** Hears everybody. */
    void clear() {
        isolated = false;
        Arrays.fill(components, 0);
        context.cancel(DeadlineKind.PARTITION);
    }

    /** A new configuration is in force: its daemons have other indexes, so a partition ends. */
    public void reconfigured() {
        components = new int[context.configuration().daemons().size()];
        context.cancel(DeadlineKind.PARTITION);
    }
}
