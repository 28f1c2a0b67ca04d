package org.flushspread.bench.services;

import com.google.common.base.Splitter;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.flushspread.bench.services.ReplicatedService.Submitter;
import org.flushspread.daemon.LogSetup;

/**
 * A process of a service, started by {@link ServiceBench}: {@code CLASS PORT DIRECTORY DURABLE serve INDEX}, or {@code ... load WARMUP
 * SECONDS BYTES,... WINDOW,...}, which prints a line for each measurement. It ends with its standard input.
 */
public final class ServiceProcess {
    /** Before a line of a measurement; systems print what they like. */
    static final String RESULT = "result ";

    private ServiceProcess() {}

    public static void main(String[] args) throws Exception {
        LogSetup.quiet();
        Thread parent = new Thread(ServiceProcess::endWithParent, "parent");
        parent.setDaemon(true);
        parent.start();
        ReplicatedService service = ReplicatedService.of(args[0]);
        Place place = new Place(Integer.parseInt(args[1]), Path.of(args[2]), Boolean.parseBoolean(args[3]));
        if (args[4].equals("serve")) {
            service.serve(Integer.parseInt(args[5]), place);
            new CountDownLatch(1).await();
        }
        load(service, place, Double.parseDouble(args[5]), Double.parseDouble(args[6]), args[7], args[8]);
        System.exit(0);
    }

    private static void load(
            ReplicatedService service, Place place, double warmup, double seconds, String sizes, String windows)
            throws Exception {
        try (Submitter submitter = service.connect(place)) {
            for (int bytes : numbers(sizes)) {
                for (int window : numbers(windows)) {
                    System.out.println(RESULT + new ServiceLoad(submitter, bytes, window).run(warmup, seconds));
                }
            }
        }
    }

    private static int[] numbers(String list) {
        return Splitter.on(',').splitToStream(list).mapToInt(Integer::parseInt).toArray();
    }

    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                // Nobody writes.
            }
        } catch (java.io.IOException gone) {
            // As its end.
        }
        Runtime.getRuntime().halt(0);
    }
}
