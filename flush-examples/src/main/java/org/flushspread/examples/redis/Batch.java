package org.flushspread.examples.redis;

import com.google.common.io.ByteArrayDataOutput;
import com.google.common.io.ByteStreams;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.flushspread.flush.Codec;

/**
 * What a connection has asked for since its last batch: one command of the log.
 *
 * @param steps each has one reply
 */
record Batch(List<Step> steps) {
    static final Codec<Batch> CODEC = Codec.of(Batch::encode, Batch::decode);

    /** Bytes of the largest; the library takes commands of 90,000. */
    static final int LARGEST = 80_000;

    /**
     * A command, or all from MULTI to EXEC.
     *
     * @param isTransaction true if the replies are elements of one
     * @param watched versions of keys: if one is another now, nothing is done
     */
    record Step(boolean isTransaction, Map<Key, Long> watched, List<Request> requests) {
        static Step of(Request request) {
            return new Step(false, Map.of(), List.of(request));
        }

        byte[] run(Turn turn) {
            if (!isTransaction) {
                return turn.run(requests.get(0));
            }
            for (Map.Entry<Key, Long> each : watched.entrySet()) {
                if (turn.keyspace().version(each.getKey()) != each.getValue()) {
                    return Resp.NULL_ARRAY;
                }
            }
            return Resp.array(requests.stream().map(turn::run).toList());
        }

        /** Bytes in the log, at the most. */
        int cost() {
            int bytes = 0;
            for (Key each : watched.keySet()) {
                bytes += Integer.BYTES + each.bytes().length + Long.BYTES;
            }
            return bytes + requests.stream().mapToInt(Request::cost).sum();
        }
    }

    private byte[] encode() {
        ByteArrayDataOutput out = ByteStreams.newDataOutput();
        for (Step step : steps) {
            out.writeBoolean(step.isTransaction);
            out.writeInt(step.watched.size());
            step.watched.forEach((key, version) -> {
                write(out, key.bytes());
                out.writeLong(version);
            });
            out.writeInt(step.requests.size());
            for (Request request : step.requests) {
                out.writeInt(request.size());
                request.words().forEach(word -> write(out, word));
            }
        }
        return out.toByteArray();
    }

    private static Batch decode(ByteBuffer in) {
        List<Step> steps = new ArrayList<>();
        while (in.hasRemaining()) {
            boolean isTransaction = in.get() != 0;
            Map<Key, Long> watched = new TreeMap<>();
            for (int left = in.getInt(); left > 0; left--) {
                watched.put(Key.of(read(in)), in.getLong());
            }
            List<Request> requests = new ArrayList<>();
            for (int left = in.getInt(); left > 0; left--) {
                List<byte[]> words = new ArrayList<>();
                for (int word = in.getInt(); word > 0; word--) {
                    words.add(read(in));
                }
                requests.add(new Request(words));
            }
            steps.add(new Step(isTransaction, watched, requests));
        }
        return new Batch(steps);
    }

    static void write(ByteArrayDataOutput out, byte[] bytes) {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static byte[] read(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return bytes;
    }
}
