package org.flushspread.tools;

import java.util.List;

/** Where the daemons of a benchmark stand, and how they and their members are reached. */
interface BenchNetwork extends AutoCloseable {
    /** For the lines a script reads. */
    String name();

    /** The segments of spread.conf; daemons are called d1, d2 ... */
    List<String> segments(int port);

    /** Spread name of the daemon {@code index}, from 0, for its members. */
    String spreadName(int index, int port);

    /** What stands before the command of the daemon {@code index} or of one of its members. */
    List<String> prefix(int index);

    @Override
    void close();

    /** One segment for each daemon, on 127.0.1.1, 127.0.2.1 ... */
    record Loopback(int daemons, boolean unix) implements BenchNetwork {
        @Override
        public String name() {
            return unix ? "unix" : "loopback";
        }

        @Override
        public List<String> segments(int port) {
            return java.util.stream.IntStream.rangeClosed(1, daemons)
                    .mapToObj(i -> "Spread_Segment 127.0." + i + ".255:" + port + " {\n\td" + i + " 127.0." + i
                            + ".1 { 127.0." + i + ".1 }\n}")
                    .toList();
        }

        @Override
        public String spreadName(int index, int port) {
            return unix ? Integer.toString(port) : port + "@127.0." + (index + 1) + ".1";
        }

        @Override
        public List<String> prefix(int index) {
            return List.of();
        }

        @Override
        public void close() {}
    }
}
