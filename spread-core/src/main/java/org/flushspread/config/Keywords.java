package org.flushspread.config;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.Collection;
import java.util.Locale;
import java.util.regex.Pattern;

/** The words of spread.conf that mean something by themselves, all case sensitive (configuration 3, 3.1). */
final class Keywords {
    static final String SEGMENT = "Spread_Segment";
    static final String ROUTE_MATRIX = "RouteMatrix";

    static final ImmutableSet<String> OPTIONS = ImmutableSet.of(
            "DebugFlags",
            "EventPriority",
            "EventLogFile",
            "EventTimeStamp",
            "EventPreciseTimeStamp",
            "DangerousMonitor",
            "SocketPortReuse",
            "MaxSessionMessages",
            "RuntimeDir",
            "DaemonUser",
            "DaemonGroup",
            "RequiredAuthMethods",
            "AllowedAuthMethods",
            "AccessControlPolicy",
            "LinkProtocol",
            "Window",
            "PersonalWindow",
            "AcceleratedRing",
            "AcceleratedWindow",
            "TokenTimeout",
            "HurryTimeout",
            "AliveTimeout",
            "JoinTimeout",
            "RepTimeout",
            "SegTimeout",
            "GatherTimeout",
            "FormTimeout",
            "LookupTimeout",
            "DebugInitialSequence");

    /** In the order of the components of {@link Timers}. */
    static final ImmutableSet<String> TIMERS =
            OPTIONS.stream().filter(word -> word.endsWith("Timeout")).collect(ImmutableSet.toImmutableSet());

    static final ImmutableMap<String, Integer> LOG_TYPES = ImmutableMap.<String, Integer>builder()
            .put("DEBUG", 0x1)
            .put("EXIT", 0x2)
            .put("PRINT", 0x4)
            .put("DATA_LINK", 0x10)
            .put("NETWORK", 0x20)
            .put("PROTOCOL", 0x40)
            .put("SESSION", 0x80)
            .put("CONFIGURATION", 0x100)
            .put("MEMBERSHIP", 0x200)
            .put("FLOW_CONTROL", 0x400)
            .put("STATUS", 0x800)
            .put("EVENTS", 0x1000)
            .put("GROUPS", 0x2000)
            .put("MEMORY", 0x10000)
            .put("SKIPLIST", 0x200000)
            .put("ACM", 0x400000)
            .put("SECURITY", 0x800000)
            .put("ALL", 0xffffffff)
            .put("NONE", 0)
            .buildOrThrow();

    static final ImmutableMap<String, Integer> LEVELS =
            ImmutableMap.of("pDEBUG", 1, "INFO", 2, "WARNING", 3, "ERROR", 4, "CRITICAL", 5, "FATAL", 6);

    static final ImmutableSet<String> LINK_PROTOCOLS = ImmutableSet.of("Hop", "TcpHop");
    static final ImmutableSet<String> INTERFACE_LETTERS = ImmutableSet.of("D", "C", "M");

    static final ImmutableSet<String> STATEMENTS = ImmutableSet.<String>builder()
            .add(SEGMENT, ROUTE_MATRIX)
            .addAll(OPTIONS)
            .build();

    static final ImmutableSet<String> ALL = ImmutableSet.<String>builder()
            .addAll(STATEMENTS)
            .addAll(LOG_TYPES.keySet())
            .addAll(LEVELS.keySet())
            .addAll(LINK_PROTOCOLS)
            .addAll(INTERFACE_LETTERS)
            .build();

    /** What only Spread 5 knows. */
    private static final ImmutableSet<String> SPREAD_5 = ImmutableSet.of(
            "ActiveIPVersion", "WideAreaNetwork", "ExcludeSegAddrsFromHash", "IgnoreMulticastJoinErrors", "VirtualID");

    private static final Pattern IPV6 = Pattern.compile("\\[.*|(?=.*:.*:)[0-9A-Fa-f:.]+(?:%[^ ]*)?(?:/\\d+)?[;\\]]?");

    private Keywords() {}

    /** Says of a word that is an IPv6 address, or of the syntax of Spread 5, that it is; nothing of others. */
    static String newerHint(String word) {
        if (IPV6.matcher(word).matches()) {
            return "; this looks like an IPv6 address, and this daemon knows IPv4 only, as Spread 4.4 does";
        }
        int equals = word.indexOf('=');
        if (word.endsWith(";") || SPREAD_5.contains(equals < 0 ? word : word.substring(0, equals))) {
            return "; this is the syntax of Spread 5, and this daemon reads the spread.conf of Spread 4.4";
        }
        return "";
    }

    /** {@code ; did you mean 'Window'?} for a word close to one of these, otherwise nothing. */
    static String hint(String word, Collection<String> choices) {
        String best = "";
        int bestDistance = word.length() < 6 ? 2 : 3;
        for (String choice : choices) {
            int distance = distance(word.toLowerCase(Locale.ROOT), choice.toLowerCase(Locale.ROOT));
            if (distance < bestDistance) {
                best = choice;
                bestDistance = distance;
            }
        }
        if (best.isEmpty()) {
            return "";
        }
        String reason = bestDistance == 0 ? " (upper and lower case matter)" : "";
        return "; did you mean '" + best + "'?" + reason;
    }

    /** Insertions, deletions and replacements from one word to the other; words far apart in length are not compared. */
    private static int distance(String a, String b) {
        if (Math.abs(a.length() - b.length()) > 2) {
            return Integer.MAX_VALUE;
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replace, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
