package org.flushspread.config;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.Collection;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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

    static final String VIRTUAL_ID = "VirtualID";
    static final String ACTIVE_IP_VERSION = "ActiveIPVersion";
    /** Digits of a number, at most, in a file of Spread 4. */
    static final int MAX_DIGITS_4 = 6;
    /** Digits of a number, at most, in a file of Spread 5. */
    static final int MAX_DIGITS_5 = 9;

    private static final ImmutableSet<String> OPTIONS_OF_5 = ImmutableSet.of(
            ACTIVE_IP_VERSION, "WideAreaNetwork", "ExcludeSegAddrsFromHash", "IgnoreMulticastJoinErrors");
    /** Statements that Spread 5 knows no more. */
    private static final ImmutableSet<String> GONE_IN_5 =
            ImmutableSet.of("LinkProtocol", "DebugInitialSequence", ROUTE_MATRIX);

    private static final Pattern IPV6 = Pattern.compile("\\[.*|(?=.*:.*:)[0-9A-Fa-f:.]+(?:%[^ ]*)?(?:/\\d+)?[;\\]]?");
    private static final Keywords SPREAD4 = new Keywords(false);
    private static final Keywords SPREAD5 = new Keywords(true);

    private final boolean five;
    private final ImmutableSet<String> options;
    private final ImmutableSet<String> statements;
    private final ImmutableSet<String> all;

    private Keywords(boolean five) {
        this.five = five;
        options = Stream.concat(OPTIONS.stream(), five ? OPTIONS_OF_5.stream() : Stream.of())
                .filter(each -> !five || !GONE_IN_5.contains(each))
                .collect(ImmutableSet.toImmutableSet());
        ImmutableSet.Builder<String> first =
                ImmutableSet.<String>builder().add(SEGMENT).addAll(options);
        ImmutableSet.Builder<String> others = ImmutableSet.<String>builder()
                .addAll(LOG_TYPES.keySet())
                .addAll(LEVELS.keySet())
                .addAll(INTERFACE_LETTERS);
        if (five) {
            others.add(VIRTUAL_ID);
        } else {
            first.add(ROUTE_MATRIX);
            others.addAll(LINK_PROTOCOLS);
        }
        statements = first.build();
        all = others.addAll(statements).build();
    }

    static Keywords of(RingVersion ring) {
        return ring == RingVersion.SPREAD5 ? SPREAD5 : SPREAD4;
    }

    ImmutableSet<String> options() {
        return options;
    }

    /** What a statement of the file may begin with. */
    ImmutableSet<String> statements() {
        return statements;
    }

    ImmutableSet<String> all() {
        return all;
    }

    /** Says of a word that only the other ring version knows that it is so; nothing of others. */
    String otherRingHint(String word) {
        int equals = word.indexOf('=');
        String bare = equals < 0 ? word : word.substring(0, equals);
        if (five) {
            return GONE_IN_5.contains(bare)
                    ? "; Spread 5 does not know " + bare
                            + " any more: remove it, or use --ring 4 for a ring of Spread 4.4"
                    : "";
        }
        if (IPV6.matcher(word).matches()) {
            return "; this looks like an IPv6 address, and Spread 4.4 knows IPv4 only: use --ring 5 for a ring of Spread 5";
        }
        if (word.endsWith(";") || OPTIONS_OF_5.contains(bare) || bare.equals(VIRTUAL_ID)) {
            return "; this is the syntax of Spread 5, and Spread 4.4 does not know it: use --ring 5 for a ring of Spread 5";
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
