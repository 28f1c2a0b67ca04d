package org.flushspread.examples;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.flushspread.flush.ApplyContext;
import org.flushspread.flush.Codec;
import org.flushspread.flush.Snapshotter;
import org.flushspread.flush.StateMachine;
import org.jspecify.annotations.Nullable;

/** The state that {@code replicated-kv} replicates: texts by their names. The result of a command is the value before it. */
public final class KeyValueStore implements StateMachine<KeyValueStore.Command, Optional<String>> {
    /** Puts a value, or deletes the key if there is none. */
    public record Command(String key, @Nullable String value) {
        /** The length of the key, the key, and the value with a 1 before it or a 0. */
        public static final Codec<Command> CODEC = Codec.of(Command::encode, Command::decode);

        private byte[] encode() {
            byte[] k = key.getBytes(StandardCharsets.UTF_8);
            byte[] v = value == null ? new byte[0] : value.getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(5 + k.length + v.length)
                    .putInt(k.length)
                    .put(k)
                    .put((byte) (value == null ? 0 : 1))
                    .put(v)
                    .array();
        }

        private static Command decode(ByteBuffer bytes) {
            byte[] key = new byte[bytes.getInt()];
            bytes.get(key);
            boolean put = bytes.get() == 1;
            byte[] value = new byte[bytes.remaining()];
            bytes.get(value);
            return new Command(
                    new String(key, StandardCharsets.UTF_8), put ? new String(value, StandardCharsets.UTF_8) : null);
        }
    }

    /** A 1 and the value, or a 0. */
    static final Codec<Optional<String>> ANSWERS = Codec.of(KeyValueStore::encode, KeyValueStore::decode);

    private Pages values = new Pages();

    private static byte[] encode(Optional<String> answer) {
        byte[] value = answer.orElse("").getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + value.length)
                .put((byte) (answer.isPresent() ? 1 : 0))
                .put(value)
                .array();
    }

    private static Optional<String> decode(ByteBuffer bytes) {
        boolean present = bytes.get() == 1;
        String value = StandardCharsets.UTF_8.decode(bytes).toString();
        return present ? Optional.of(value) : Optional.empty();
    }

    @Override
    public Codec<Optional<String>> answers() {
        return ANSWERS;
    }

    /** What a client asks for: the value of the key of a command. */
    @Override
    public Optional<String> query(Command question) {
        return get(question.key());
    }

    @Override
    public Optional<String> apply(Command command, ApplyContext context) {
        return Optional.ofNullable(values.put(command.key(), command.value(), context.index()));
    }

    /** The value of a key. */
    public Optional<String> get(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** How many keys there are. */
    public int size() {
        return values.size();
    }

    /** A hash of everything: equal digests are equal states. */
    public String digest() {
        Hasher hasher = Hashing.sha256().newHasher();
        try {
            values.forEach((key, value) -> {
                hasher.putInt(key.length()).putUnencodedChars(key);
                hasher.putInt(value.length()).putUnencodedChars(value);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return hasher.hash().toString().substring(0, 16);
    }

    @Override
    public void save(DataOutput out) throws IOException {
        new Frozen(values).write(out);
    }

    /** Snapshots are written by another thread while commands go on, and only the pages that have changed. */
    @Override
    public Snapshotter snapshotter() {
        return this::freeze;
    }

    /** The state as it is now. */
    public Snapshotter.InParts freeze() {
        return new Frozen(values.copy());
    }

    /** The number of keys, and then the pages. */
    private record Frozen(Pages values) implements Snapshotter.InParts {
        @Override
        public int parts() {
            return 1 + Pages.COUNT;
        }

        @Override
        public long changed(int part) {
            return part == 0 ? Long.MAX_VALUE : values.changed(part - 1);
        }

        @Override
        public void write(int part, DataOutput out) throws IOException {
            if (part == 0) {
                out.writeInt(values.size());
            } else {
                values.forEach(part - 1, (key, value) -> {
                    KeyValueStore.write(out, key);
                    KeyValueStore.write(out, value);
                });
            }
        }
    }

    @Override
    public void load(DataInput in) throws IOException {
        Pages loaded = new Pages();
        for (int left = in.readInt(); left > 0; left--) {
            String key = read(in);
            loaded.put(key, read(in), 0);
        }
        values = loaded;
    }

    private static void write(DataOutput out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String read(DataInput in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
