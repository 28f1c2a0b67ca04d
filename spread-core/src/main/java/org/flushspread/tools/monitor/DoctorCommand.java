package org.flushspread.tools.monitor;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flushspread.config.Configuration;
import org.flushspread.config.ConfigurationException;
import org.flushspread.config.ConfigurationReading;
import org.flushspread.config.Daemon;
import org.flushspread.daemon.ThisHost;
import org.flushspread.daemon.seal.SealKeys;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Finds out why daemons do not come together, and says how to mend it. */
@Command(
        name = "doctor",
        description = {
            "Finds out why daemons do not come together or clients are refused, and says how to mend it. Works before the"
                    + " daemon of this host is started (then it also tests the ways to its ports) and while it runs, as any"
                    + " user; as root it sees which process has a port.",
            "Changes nothing. Daemons of this project pass test packets on, so that the ways between all of them are tested;"
                    + " of C daemons it tests the ways to and from this host."
        },
        footer = "Exit status: 0 if nothing is wrong, else 1; 2 if the configuration cannot be used.")
public final class DoctorCommand extends MonitorCommand {
    private static final int MOST = 16;

    @Option(
            names = "--all-pairs",
            description = "Test every pair of daemons also where there are more than " + MOST + ".")
    private boolean allPairs;

    @Option(
            names = "--socket-directory",
            paramLabel = "DIR",
            description = "Where the daemon puts its unix domain socket (default: ${DEFAULT-VALUE}).")
    private Path socketDirectory = Path.of("/tmp");

    @Override
    public Integer call() {
        Map<String, IpAddress> resolved = new LinkedHashMap<>();
        ConfigurationReading reading = program.reading((name, ipv6) -> {
            Optional<IpAddress> address = ThisHost.resolve(name, ipv6);
            address.ifPresent(each -> resolved.put(name, each));
            return address;
        });
        Configuration configuration = reading.configuration();
        Daemon self = self(configuration);
        Facts facts = new Facts(configuration, self);
        facts.resolved.putAll(resolved);
        Optional<SealKeys> keys = program.keys();
        keys.ifPresent(each -> facts.keys.addAll(each.ids()));
        boolean people = format == Table.Format.table;
        int port = self == null ? configuration.segments().get(0).port() : self.port();
        new Gathering(
                        facts,
                        patience(),
                        socketDirectory.resolve(Integer.toString(port)),
                        allPairs ? Integer.MAX_VALUE : MOST,
                        (daemon, number) -> new MonitorPort(configuration, daemon, number, keys),
                        each -> {
                            if (people) {
                                err().println("doctor: " + each + " ...");
                            }
                        })
                .gather();
        List<Finding> found = Diagnosis.of(facts);
        if (people) {
            reading.warnings().forEach(each -> err().println(each));
            tell(facts, found);
        } else {
            Table table = new Table("cause", "finding", "mend");
            found.forEach(each -> table.row(each.cause(), each.sentence(), each.mend()));
            table.print(format, out());
        }
        return found.isEmpty() ? 0 : SpMonitor.WRONG;
    }

    private @Nullable Daemon self(Configuration configuration) {
        if (program.name() != null) {
            return program.self(configuration);
        }
        try {
            return program.self(configuration);
        } catch (ConfigurationException noneIsHere) {
            return null;
        }
    }

    private void tell(Facts facts, List<Finding> found) {
        int number = 1;
        for (Finding each : found) {
            out().println(number++ + ". " + each.cause() + ": " + each.sentence() + ".");
            out().println("   Mend: " + each.mend() + ".");
        }
        if (found.isEmpty()) {
            out().println("Nothing is wrong: " + facts.answers.size() + " of "
                    + facts.configuration.daemons().size() + " daemons answer"
                    + (facts.isRunning() || facts.self == null ? "" : ", " + facts.self.name() + " can be started here")
                    + ", " + facts.passedToData.size() + " ways between them were tested.");
        }
        out().flush();
    }
}
