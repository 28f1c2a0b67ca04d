package org.flushspread.config;

import java.nio.charset.StandardCharsets;
import org.flushspread.wire.Addresses;

/** What a daemon of Spread 5.0.1 computes from a spread.conf that 4.4 can read, too (monitor-protocol 9). */
public final class Spread5 {
    private Spread5() {}

    /** The virtual id of a daemon. */
    public static int id(String name) {
        byte[] bytes = (name + '\0').getBytes(StandardCharsets.ISO_8859_1);
        int id = ConfigurationHash.mix(bytes.length, bytes);
        return id == 0 || id == -1 ? bytes.length << 16 : id;
    }

    /** The configuration hash at the start of a daemon. */
    public static int hash(Configuration configuration) {
        StringBuilder text = new StringBuilder();
        for (Segment segment : configuration.segments()) {
            text.append("Segment: port = ").append(segment.port()).append("; [");
            text.append(Addresses.text(segment.address())).append("]\n");
            for (Daemon each : segment.daemons()) {
                text.append("\t'").append(each.name()).append("' [");
                text.append(Addresses.text(each.id())).append("] [");
                text.append(Integer.toUnsignedString(id(each.name()))).append("]\n");
            }
            text.append('\n');
        }
        boolean accelerated = configuration.options().acceleratedRing().orElse(false);
        text.append("Version: 5\nProtocol: ").append(accelerated ? "Accelerated" : "Original");
        byte[] said = text.append(" Ring\n\0").toString().getBytes(StandardCharsets.ISO_8859_1);
        return ConfigurationHash.mix(said.length, said);
    }
}
