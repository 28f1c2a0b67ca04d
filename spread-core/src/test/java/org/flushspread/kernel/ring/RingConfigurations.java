package org.flushspread.kernel.ring;

import com.google.common.base.Splitter;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;

/** Configurations for ring tests: daemons alpha, beta, gamma ... with the addresses of the recorded traffic. */
final class RingConfigurations {
    private static final String[] NAMES = {"alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"};

    /** The recorded configuration of three daemons in one multicast segment. */
    static final Configuration MC3 = of("", 3);

    private RingConfigurations() {}

    /**
     * Segments of so many daemons each; daemon i of segment s is 10.99.(s+1).(1 + its position in the whole file).
     *
     * @param options lines of spread.conf
     */
    static Configuration of(String options, int... sizes) {
        return of(options, "10.99", sizes);
    }

    /** As {@link #of(String, int...)}, with the second segment in another network. */
    static Configuration wide(int... sizes) {
        return of("", "10.98", sizes);
    }

    private static Configuration of(String options, String networkOfOthers, int... sizes) {
        StringBuilder text = new StringBuilder(options).append('\n');
        int position = 0;
        for (int s = 0; s < sizes.length; s++) {
            String network = (s == 0 ? "10.99" : networkOfOthers) + "." + (s + 1) + ".";
            text.append("Spread_Segment 239.99.")
                    .append(s + 1)
                    .append(".1:")
                    .append(14900 + 10 * s)
                    .append(" {\n");
            for (int i = 0; i < sizes[s]; i++, position++) {
                text.append(NAMES[position])
                        .append(' ')
                        .append(network)
                        .append(position + 1)
                        .append('\n');
            }
            text.append("}\n");
        }
        return Configuration.parse(text.toString(), "spread.conf", HostResolver.LOCALHOST_ONLY);
    }

    /** The number of a dotted address. */
    static int address(String text) {
        int address = 0;
        for (String octet : Splitter.on('.').split(text)) {
            address = address << 8 | Integer.parseInt(octet);
        }
        return address;
    }

    static String windows(int window, int personalWindow) {
        return "Window = " + window + "\nPersonalWindow = " + personalWindow + "\n";
    }

    static String accelerated(int acceleratedWindow) {
        return "AcceleratedRing = yes\nAcceleratedWindow = " + acceleratedWindow + "\n";
    }
}
