package org.flushspread.config;

import com.google.common.collect.ImmutableList;
import java.util.Optional;

/**
 * The options of a spread.conf (configuration 3.1). An {@code Optional} is empty where the file says nothing and the default depends on
 * something else.
 *
 * @param window packets all daemons together may send in a rotation
 * @param personalWindow packets one daemon may send in a rotation
 * @param acceleratedRing the explicit setting; it decides the last character of the hash
 * @param acceleratedWindow packets sent after the token
 * @param timers all nine or none
 * @param maxSessionMessages messages queued for a slow client before it is disconnected
 * @param allowedAuthMethods names of the methods a client may choose, in file order; {@code NULL} where the file names none at all
 * @param requiredAuthMethods names of the methods every client must pass
 * @param debugFlags bits of the log types (configuration 3.1)
 * @param eventPriority 1..6
 * @param eventLogFile path, its bytes as ISO-8859-1; {@code %h} and {@code %H} stand for the host name
 * @param eventTimeStamp strftime format of the stamp before each log line; empty for no stamps. What EventPreciseTimeStamp adds to the
 *     format is already there
 * @param eventPreciseTimeStamp the stamp is followed by '.' and microseconds
 * @param wideAreaNetwork the explicit setting; Spread 5 alone knows it, and the next two
 * @param excludeSegmentAddresses the addresses of segments are not in the hash
 * @param ignoreMulticastJoinErrors a group that cannot be joined is passed over, unless it is the last one of a segment that needs one
 * @param debugInitialSequence for tests: sequence numbers begin shortly before they wrap
 */
public record Options(
        int window,
        int personalWindow,
        Optional<Boolean> acceleratedRing,
        int acceleratedWindow,
        Optional<Timers> timers,
        boolean dangerousMonitor,
        int maxSessionMessages,
        SocketPortReuse socketPortReuse,
        ImmutableList<String> allowedAuthMethods,
        ImmutableList<String> requiredAuthMethods,
        int debugFlags,
        int eventPriority,
        Optional<String> eventLogFile,
        Optional<String> eventTimeStamp,
        boolean eventPreciseTimeStamp,
        Optional<String> runtimeDir,
        Optional<String> daemonUser,
        Optional<String> daemonGroup,
        Optional<Boolean> wideAreaNetwork,
        boolean excludeSegmentAddresses,
        boolean ignoreMulticastJoinErrors,
        boolean debugInitialSequence) {
    /** When listeners set SO_REUSEADDR. */
    public enum SocketPortReuse {
        ON,
        OFF,
        /** Only where the listener is bound to a specific address. */
        AUTO
    }

    public static final int DEFAULT_WINDOW = 160;
    public static final int DEFAULT_PERSONAL_WINDOW = 20;
    public static final int DEFAULT_ACCELERATED_WINDOW = 15;
    /**
     * New packets a daemon sends in one visit of the token, however large its windows are: more could not be kept by all others
     * (ring-protocol 9).
     */
    public static final int MAX_SENT_IN_A_VISIT = 2495;

    public static final int DEFAULT_MAX_SESSION_MESSAGES = 1000;
    /** PRINT, EXIT, CONFIGURATION. */
    public static final int DEFAULT_DEBUG_FLAGS = 0x4 | 0x2 | 0x100;
    /** INFO. */
    public static final int DEFAULT_EVENT_PRIORITY = 2;

    /** The format of EventTimeStamp without a value. */
    public static final String DEFAULT_TIME_STAMP = "%m/%d/%y %H:%M:%S";

    /** What a file without any option means. */
    public static final Options DEFAULTS = new Options(
            DEFAULT_WINDOW,
            DEFAULT_PERSONAL_WINDOW,
            Optional.empty(),
            DEFAULT_ACCELERATED_WINDOW,
            Optional.empty(),
            false,
            DEFAULT_MAX_SESSION_MESSAGES,
            SocketPortReuse.AUTO,
            ImmutableList.of("NULL"),
            ImmutableList.of(),
            DEFAULT_DEBUG_FLAGS,
            DEFAULT_EVENT_PRIORITY,
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            false,
            false);

    /** The same options with an explicit AcceleratedRing. */
    public Options withAcceleratedRing(boolean on) {
        return new Options(
                window,
                personalWindow,
                Optional.of(on),
                acceleratedWindow,
                timers,
                dangerousMonitor,
                maxSessionMessages,
                socketPortReuse,
                allowedAuthMethods,
                requiredAuthMethods,
                debugFlags,
                eventPriority,
                eventLogFile,
                eventTimeStamp,
                eventPreciseTimeStamp,
                runtimeDir,
                daemonUser,
                daemonGroup,
                wideAreaNetwork,
                excludeSegmentAddresses,
                ignoreMulticastJoinErrors,
                debugInitialSequence);
    }

    /**
     * What {@code next} says otherwise, one sentence for each option in the order of configuration 3.1; an option without effect before the
     * next start says so.
     */
    public ImmutableList<String> changesTo(Options next) {
        ImmutableList.Builder<String> changes = ImmutableList.builder();
        change(changes, "Window", window, next.window, true);
        change(changes, "PersonalWindow", personalWindow, next.personalWindow, true);
        change(changes, "AcceleratedRing", said(acceleratedRing), said(next.acceleratedRing), true);
        change(changes, "AcceleratedWindow", acceleratedWindow, next.acceleratedWindow, true);
        change(changes, "membership timers", said(timers), said(next.timers), false);
        change(changes, "MaxSessionMessages", maxSessionMessages, next.maxSessionMessages, true);
        change(changes, "AllowedAuthMethods", allowedAuthMethods, next.allowedAuthMethods, true);
        change(changes, "RequiredAuthMethods", requiredAuthMethods, next.requiredAuthMethods, true);
        change(changes, "DangerousMonitor", dangerousMonitor, next.dangerousMonitor, true);
        change(changes, "SocketPortReuse", socketPortReuse, next.socketPortReuse, false);
        change(changes, "DebugFlags", Integer.toHexString(debugFlags), Integer.toHexString(next.debugFlags), true);
        change(changes, "EventPriority", eventPriority, next.eventPriority, true);
        change(changes, "EventLogFile", said(eventLogFile), said(next.eventLogFile), true);
        change(changes, "EventTimeStamp", said(eventTimeStamp), said(next.eventTimeStamp), true);
        change(changes, "EventPreciseTimeStamp", eventPreciseTimeStamp, next.eventPreciseTimeStamp, true);
        change(changes, "WideAreaNetwork", said(wideAreaNetwork), said(next.wideAreaNetwork), false);
        change(changes, "IgnoreMulticastJoinErrors", ignoreMulticastJoinErrors, next.ignoreMulticastJoinErrors, false);
        change(changes, "DebugInitialSequence", debugInitialSequence, next.debugInitialSequence, false);
        return changes.build();
    }

    private static String said(Optional<?> value) {
        return value.map(Object::toString).orElse("not set");
    }

    private static void change(
            ImmutableList.Builder<String> changes, String option, Object before, Object after, boolean atOnce) {
        if (!before.equals(after)) {
            changes.add(option + " from " + before + " to " + after + (atOnce ? "" : " (at the next start)"));
        }
    }
}
