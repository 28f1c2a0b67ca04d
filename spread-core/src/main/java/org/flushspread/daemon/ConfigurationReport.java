package org.flushspread.daemon;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.flushspread.config.Configuration;
import org.flushspread.config.ConfigurationException;
import org.flushspread.config.ConfigurationReading;
import org.flushspread.config.Daemon;
import org.flushspread.config.HostResolver;
import org.flushspread.config.Interface;
import org.flushspread.config.Options;
import org.flushspread.config.RingVersion;
import org.flushspread.config.Segment;
import org.flushspread.config.Timers;
import org.jspecify.annotations.Nullable;

/** What {@code spread --check} says about a file: everything that is in force, and what other daemons would do with it (operations 8). */
final class ConfigurationReport {
    private static final String INDENT = "  ";
    /** Names have been looked up when the file was read the first time: the system answers from its cache. */
    private static final HostResolver HOSTS = ThisHost::resolve;

    private final Path file;
    private final String text;
    private final ConfigurationReading reading;
    private final Configuration configuration;
    private final Options options;
    private final List<String> lines = new ArrayList<>();

    private ConfigurationReport(Path file, String text, ConfigurationReading reading) {
        this.file = file;
        this.text = text;
        this.reading = reading;
        this.configuration = reading.configuration();
        this.options = configuration.options();
    }

    /**
     * The report.
     *
     * @param text of the file
     * @param me the daemon that would run here, or null
     */
    static List<String> of(Path file, String text, ConfigurationReading reading, @Nullable Daemon me) {
        ConfigurationReport report = new ConfigurationReport(file, text, reading);
        report.daemons(me);
        report.options();
        report.timers();
        report.hash();
        report.onlyC();
        report.otherRing();
        return report.lines;
    }

    private void daemons(@Nullable Daemon me) {
        lines.add(file.toAbsolutePath() + ": can be used");
        reading.warnings().forEach(each -> lines.add(each.toString()));
        lines.add("");
        lines.add("a ring of Spread " + version(configuration.ring())
                + (configuration.ring() == RingVersion.SPREAD5
                        ? ", daemons known by numbers: " + ids(configuration)
                        : ""));
        reading.whyRing5().ifPresent(each -> lines.add(INDENT + each));
        lines.add(count(configuration.daemons().size(), "daemon") + " in "
                + count(configuration.segments().size(), "segment") + ":");
        for (Segment segment : configuration.segments()) {
            String addresses = segment.addresses().stream()
                    .map(each -> each.withPort(segment.port()))
                    .collect(Collectors.joining(" "));
            lines.add(INDENT + "segment " + addresses + " ("
                    + (segment.isMulticast() ? "multicast" : "broadcast") + "; data and clients "
                    + segment.port() + ", token " + (segment.port() + 1) + ")");
            segment.daemons().forEach(each -> lines.add(INDENT + INDENT + daemon(each, me)));
        }
        lines.add(
                me == null
                        ? "no daemon has an address of this host: it would not start here without -n"
                        : "here it would be " + me.name());
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String daemon(Daemon daemon, @Nullable Daemon me) {
        String at = daemon.bindsAny()
                ? "on all addresses of its host"
                : "on " + daemon.interfaces().stream().map(Interface::toString).collect(Collectors.joining(", "));
        return daemon.name() + " " + daemon.address() + " " + at
                + (me != null && me.equals(daemon) ? "   <- this host" : "");
    }

    private void options() {
        Options d = Options.DEFAULTS;
        lines.add("");
        lines.add("options in force:");
        option("Window", options.window(), d.window());
        option("PersonalWindow", options.personalWindow(), d.personalWindow());
        option(
                "AcceleratedRing",
                options.acceleratedRing().map(Object::toString).orElse("false, not set"),
                "false, not set");
        option("AcceleratedWindow", options.acceleratedWindow(), d.acceleratedWindow());
        option("MaxSessionMessages", options.maxSessionMessages(), d.maxSessionMessages());
        option("DangerousMonitor", options.dangerousMonitor(), d.dangerousMonitor());
        option("AllowedAuthMethods", options.allowedAuthMethods(), d.allowedAuthMethods());
        option("RequiredAuthMethods", options.requiredAuthMethods(), d.requiredAuthMethods());
        option("SocketPortReuse", options.socketPortReuse(), d.socketPortReuse());
        option("DebugFlags", hex(options.debugFlags()), hex(d.debugFlags()));
        option("EventPriority", options.eventPriority(), d.eventPriority());
        option("EventLogFile", or(options.eventLogFile(), "standard output"), "standard output");
        option("EventTimeStamp", or(options.eventTimeStamp(), "off"), "off");
        option("EventPreciseTimeStamp", options.eventPreciseTimeStamp(), d.eventPreciseTimeStamp());
        if (configuration.ring() == RingVersion.SPREAD5) {
            option("WideAreaNetwork", or(options.wideAreaNetwork().map(Object::toString), "not set"), "not set");
            option("ExcludeSegAddrsFromHash", options.excludeSegmentAddresses(), d.excludeSegmentAddresses());
            option("IgnoreMulticastJoinErrors", options.ignoreMulticastJoinErrors(), d.ignoreMulticastJoinErrors());
        } else {
            option("DebugInitialSequence", options.debugInitialSequence(), d.debugInitialSequence());
        }
        option("RuntimeDir", or(options.runtimeDir(), "not set"), "not set");
        option("DaemonUser", or(options.daemonUser(), "not set"), "not set");
        option("DaemonGroup", or(options.daemonGroup(), "not set"), "not set");
    }

    private static String hex(int bits) {
        return "0x" + Integer.toHexString(bits);
    }

    private static String or(Optional<String> value, String otherwise) {
        return value.orElse(otherwise);
    }

    private void option(String name, Object value, Object usual) {
        lines.add(String.format("%s%-22s %s%s", INDENT, name, value, value.equals(usual) ? "   (default)" : ""));
    }

    private void timers() {
        Timers t = configuration.timers();
        lines.add(INDENT + "membership timers, "
                + (options.timers().isPresent()
                        ? "as the file says"
                        : "the defaults of a " + (configuration.isWide() ? "wide" : "near") + " network")
                + ":");
        timer("TokenTimeout", t.token());
        timer("HurryTimeout", t.hurry());
        timer("AliveTimeout", t.alive());
        timer("JoinTimeout", t.join());
        timer("RepTimeout", t.rep());
        timer("SegTimeout", t.seg());
        timer("GatherTimeout", t.gather());
        timer("FormTimeout", t.form());
        timer("LookupTimeout", t.lookup());
    }

    private void timer(String name, Duration time) {
        lines.add(String.format("%s%s%-20s %d ms", INDENT, INDENT, name, time.toMillis()));
    }

    private void hash() {
        lines.add("");
        lines.add("Hash value for this configuration is: " + Integer.toUnsignedString(configuration.hash()));
    }

    private void onlyC() {
        List<String> said = new ArrayList<>();
        Configuration reloaded = configuration.asReloadOf(configuration);
        if (reloaded.hash() != configuration.hash()) {
            said.add("a C daemon that reloads this file switches AcceleratedRing on, and its hash is "
                    + Integer.toUnsignedString(reloaded.hash())
                    + " then: daemons that start later do not find it. Write AcceleratedRing (configuration 4.3)");
        }
        if (options.runtimeDir().isPresent()
                || options.daemonUser().isPresent()
                || options.daemonGroup().isPresent()) {
            said.add(
                    "started by root, a C daemon changes its root directory to RuntimeDir and becomes DaemonUser and"
                            + " DaemonGroup; a reload then reads the file inside that directory. Daemons of this project do none of it");
        } else {
            said.add("started by root, a C daemon needs the user and group 'spread' and its RuntimeDir, or it ends");
        }
        if (options.socketPortReuse() == Options.SocketPortReuse.AUTO
                && configuration.daemons().stream().anyMatch(Daemon::bindsAny)) {
            said.add(
                    "started again at once, a C daemon without interface lines can find its TCP port in use, and ends with"
                            + " status 0: SocketPortReuse = ON avoids it");
        }
        if (!options.dangerousMonitor()) {
            said.add("a C daemon obeys RELOAD of a monitor although DangerousMonitor is off");
        }
        said.add("a C daemon ends where a reloaded file cannot be used");
        lines.add("");
        lines.add("what only a C daemon (" + version(configuration.ring()) + ") does with this file:");
        said.forEach(each -> lines.add(INDENT + "- " + each));
    }

    private void otherRing() {
        RingVersion other = configuration.ring() == RingVersion.SPREAD4 ? RingVersion.SPREAD5 : RingVersion.SPREAD4;
        List<String> said = new ArrayList<>();
        try {
            Configuration there = ConfigurationReading.parse(text, file.toString(), HOSTS, Optional.of(other))
                    .configuration();
            said.add("its hash is " + Integer.toUnsignedString(there.hash()) + ", so it shares no ring with daemons of "
                    + version(configuration.ring()) + "; its daemons are known by "
                    + (other == RingVersion.SPREAD5 ? "numbers: " : "addresses: ") + ids(there));
            if (options.timers().isEmpty() && there.isWide() != configuration.isWide()) {
                said.add("it takes the timers of a " + (there.isWide() ? "wide" : "near") + " network: it goes by "
                        + (other == RingVersion.SPREAD5 ? "the number of segments" : "the addresses of the segments"));
            }
        } catch (ConfigurationException e) {
            said.add("it refuses the file: " + e.getMessage());
        }
        lines.add("");
        lines.add("what only a daemon of Spread " + version(other) + " does with this file:");
        said.forEach(each -> lines.add(INDENT + "- " + each));
    }

    private static String version(RingVersion ring) {
        return ring.major() + "." + ring.minor();
    }

    private static String ids(Configuration configuration) {
        return configuration.daemons().stream()
                .map(each -> each.name() + " " + configuration.ring().text(each.id()))
                .collect(Collectors.joining(", "));
    }
}
