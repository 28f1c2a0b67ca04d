package org.flushspread.tools;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * What one member measured.
 *
 * @param index of the member
 * @param received messages of all members it received while measuring
 * @param nanos from its first measured message sent to the last one received
 * @param latency nanoseconds from sending (in an open loop: from when it should have been sent) to the own delivery
 */
record BenchResult(int index, long sent, long received, long nanos, Histogram latency) {
    static final long HIGHEST = 60_000_000_000L;

    double seconds() {
        return nanos / 1e9;
    }

    /** Own messages a second. */
    double rate() {
        return sent / seconds();
    }

    /** Messages of all members delivered here a second. */
    double delivered() {
        return received / seconds();
    }

    String fields() {
        return String.format(
                Locale.ROOT,
                "sent=%d received=%d seconds=%.3f rate=%.0f delivered=%.0f %s",
                sent,
                received,
                seconds(),
                rate(),
                delivered(),
                latencies(latency));
    }

    static String latencies(Histogram latency) {
        return String.format(
                Locale.ROOT,
                "p50_us=%.1f p90_us=%.1f p99_us=%.1f p999_us=%.1f max_us=%.1f",
                latency.getValueAtPercentile(50) / 1e3,
                latency.getValueAtPercentile(90) / 1e3,
                latency.getValueAtPercentile(99) / 1e3,
                latency.getValueAtPercentile(99.9) / 1e3,
                latency.getMaxValue() / 1e3);
    }

    /** One line for the process that started this member. */
    String encode() {
        ByteBuffer bytes = ByteBuffer.allocate(latency.getNeededByteBufferCapacity());
        int length = latency.encodeIntoCompressedByteBuffer(bytes);
        byte[] encoded = Arrays.copyOf(bytes.array(), length);
        return index + " " + sent + " " + received + " " + nanos + " "
                + Base64.getEncoder().encodeToString(encoded);
    }

    static BenchResult decode(String line) {
        String[] parts = line.split(" ", -1);
        try {
            return new BenchResult(
                    Integer.parseInt(parts[0]),
                    Long.parseLong(parts[1]),
                    Long.parseLong(parts[2]),
                    Long.parseLong(parts[3]),
                    Histogram.decodeFromCompressedByteBuffer(
                            ByteBuffer.wrap(Base64.getDecoder().decode(parts[4])), 0));
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("not a histogram: " + line, e);
        }
    }
}
