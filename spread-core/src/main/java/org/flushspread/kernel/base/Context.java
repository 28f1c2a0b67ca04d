package org.flushspread.kernel.base;

import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.util.SplittableRandom;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;

/** What every room of a kernel shares: the ports, the configuration in force, the time of this turn, deadlines, counters, the seed. */
public final class Context {
    private static final long REPORT_INTERVAL = Duration.ofSeconds(1).toNanos();

    private final Ports ports;
    private final KernelSettings settings;
    private final ByteBufAllocator allocator;
    private final SplittableRandom random;
    private final Deadlines deadlines = new Deadlines();
    private final Counters counters = new Counters();
    private final Heard heard = new Heard();
    private final long[] reportedAt = new long[Reason.values().length];
    private Configuration configuration;
    private Daemon me;
    private Routes routes;
    private int hash;
    private long nanos;
    private int epochSeconds;
    private Probe probe = Probe.NONE;

    public Context(
            Configuration configuration,
            Daemon me,
            KernelSettings settings,
            Ports ports,
            ByteBufAllocator allocator,
            long seed,
            long nanos,
            int epochSeconds) {
        this.configuration = configuration;
        this.me = me;
        this.settings = settings;
        this.ports = ports;
        this.allocator = allocator;
        this.random = new SplittableRandom(seed);
        this.routes = new Routes(configuration);
        this.hash = configuration.hash();
        this.nanos = nanos;
        this.epochSeconds = epochSeconds;
        java.util.Arrays.fill(reportedAt, nanos - REPORT_INTERVAL);
    }

    public Ports ports() {
        return ports;
    }

    public KernelSettings settings() {
        return settings;
    }

    public ByteBufAllocator allocator() {
        return allocator;
    }

    /** The only source of chance; seeded at the start. */
    public SplittableRandom random() {
        return random;
    }

    public Deadlines deadlines() {
        return deadlines;
    }

    public Counters counters() {
        return counters;
    }

    public Heard heard() {
        return heard;
    }

    public Configuration configuration() {
        return configuration;
    }

    /** This daemon. */
    public Daemon me() {
        return me;
    }

    public Routes routes() {
        return routes;
    }

    /** The configuration hash that packets carry now; a reload may change it without changing the file (configuration 4.3). */
    public int hash() {
        return hash;
    }

    /** Puts a reloaded configuration in force. */
    public void configure(Configuration now, Daemon self, int newHash) {
        configuration = now;
        me = self;
        hash = newHash;
        routes = new Routes(now);
    }

    /** Monotonic nanoseconds of this turn. */
    public long nanos() {
        return nanos;
    }

    /** Wall-clock seconds of this turn; only membership ids use it. */
    public int epochSeconds() {
        return epochSeconds;
    }

    /** A turn begins. Monotonic time never goes back. */
    public void now(long monotonicNanos, int wallClockSeconds) {
        deadlines.settle();
        if (monotonicNanos - nanos > 0) {
            nanos = monotonicNanos;
        }
        epochSeconds = wallClockSeconds;
    }

    /** Work of this turn lasted until now; what it armed counts from here, for nobody else was silent meanwhile. */
    public void workedUntil(long monotonicNanos) {
        if (monotonicNanos - nanos > 0) {
            deadlines.postponeNew(monotonicNanos - nanos);
            nanos = monotonicNanos;
        }
        deadlines.settle();
    }

    /** Arms a deadline from now. */
    public void arm(DeadlineKind kind, Duration in) {
        deadlines.arm(kind, nanos + in.toNanos());
    }

    public void cancel(DeadlineKind kind) {
        deadlines.cancel(kind);
    }

    /** Who watches this kernel; {@link Probe#NONE} in production. */
    public Probe probe() {
        return probe;
    }

    public void probe(Probe watching) {
        probe = watching;
    }

    /** Counts a refusal of which a person was told already. */
    public void count(Reason why) {
        counters.count(why);
    }

    /** Counts a refusal, and reports it unless this reason was reported less than a second ago. */
    public void refuse(Reason why) {
        refuse(why, "");
    }

    /**
     * As {@link #refuse(Reason)}, with a detail for a person; {@code detail} must be cheap.
     *
     * @return true if it was reported
     */
    public boolean refuse(Reason why, String detail) {
        counters.count(why);
        if (nanos - reportedAt[why.ordinal()] < REPORT_INTERVAL) {
            return false;
        }
        reportedAt[why.ordinal()] = nanos;
        ports.report(new Event.Refused(why, counters.refused(why), detail));
        return true;
    }
}
