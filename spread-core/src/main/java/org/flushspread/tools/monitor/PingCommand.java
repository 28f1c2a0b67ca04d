package org.flushspread.tools.monitor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.DataMessage;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.SpreadEvent;
import org.flushspread.client.SpreadException;
import org.flushspread.config.Configuration;
import org.flushspread.config.ConfigurationException;
import org.flushspread.config.Daemon;
import org.flushspread.config.Interface;
import org.flushspread.wire.IpAddress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How long a message takes through each daemon, as its clients see it. */
@Command(
        name = "ping",
        description =
                "Measures how long an ordered (AGREED) and a SAFE message takes through each daemon, from a client"
                        + " and back to it.",
        footer = "Exit status: 0 if all messages came back, else 1.")
final class PingCommand extends MonitorCommand {
    private static final double NANOS_PER_MICRO = 1000.0;
    private static final double TENTH = 10.0;
    private static final double P90 = 90;
    private static final double P99 = 99;
    private static final double P50 = 50;
    private static final int MAX_BYTES = 100_000;
    private static final long LONGEST = Duration.ofHours(1).toNanos();

    @Parameters(paramLabel = "DAEMON", arity = "0..*", description = "Only these daemons.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--count", paramLabel = "N", description = "Messages of each kind (default: ${DEFAULT-VALUE}).")
    private int count = 200;

    @Option(names = "--bytes", paramLabel = "N", description = "Bytes of a message (default: ${DEFAULT-VALUE}).")
    private int bytes = 100;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            description = "Longest time for one message and for connecting (default: ${DEFAULT-VALUE}).")
    private int wait = 10;

    @Override
    public Integer call() {
        if (count < 1 || wait < 1 || bytes < 0 || bytes > MAX_BYTES) {
            throw new ConfigurationException(
                    "--count and --wait take numbers above 0, --bytes a number from 0 to " + MAX_BYTES);
        }
        Configuration configuration = program.configuration();
        Table table = new Table(
                "daemon", "service", "messages", "min_us", "p50_us", "p90_us", "p99_us", "max_us", "+mean_us");
        boolean all = true;
        for (Daemon each : daemons(configuration, names)) {
            all &= ping(each, table);
        }
        table.print(format, out());
        return all ? 0 : SpMonitor.WRONG;
    }

    private boolean ping(Daemon daemon, Table table) {
        String address = daemon.port() + "@" + clientAddress(daemon);
        ConnectOptions options =
                ConnectOptions.of(address, "").withMembership(false).withTimeout(Duration.ofSeconds(wait));
        try (SpreadConnection connection = SpreadConnection.connect(options)) {
            for (Service service : List.of(Service.AGREED, Service.SAFE)) {
                Histogram times = measure(connection, service);
                table.row(
                        daemon.name(),
                        service.name(),
                        times.getTotalCount(),
                        micros(times.getMinValue()),
                        micros(times.getValueAtPercentile(P50)),
                        micros(times.getValueAtPercentile(P90)),
                        micros(times.getValueAtPercentile(P99)),
                        micros(times.getMaxValue()),
                        micros((long) times.getMean()));
                if (times.getTotalCount() < count) {
                    err().println("spmonitor: a " + service + " message through " + daemon
                            + " did not come back within " + wait
                            + " s: a membership change, or a token that does not move");
                    return false;
                }
            }
            return true;
        } catch (SpreadException e) {
            err().println("spmonitor: " + daemon + ": " + e.getMessage());
            return false;
        }
    }

    /** One message at a time, to my own private group. */
    private Histogram measure(SpreadConnection connection, Service service) {
        Histogram times = new Histogram(LONGEST, 3);
        byte[] body = new byte[bytes];
        for (int i = 0; i < count; i++) {
            long sent = System.nanoTime();
            connection.multicast(service, connection.privateGroup(), body);
            SpreadEvent event;
            do {
                event = connection.receive(Duration.ofSeconds(wait));
            } while (event != null && !(event instanceof DataMessage));
            if (event == null) {
                return times;
            }
            times.recordValue(Math.min(LONGEST, System.nanoTime() - sent));
        }
        return times;
    }

    private static IpAddress clientAddress(Daemon daemon) {
        return daemon.interfaces().stream()
                .filter(each -> each.client() && !each.address().isAny())
                .map(Interface::address)
                .findFirst()
                .orElse(daemon.address());
    }

    private static double micros(long nanos) {
        return Math.round(nanos / NANOS_PER_MICRO * TENTH) / TENTH;
    }
}
