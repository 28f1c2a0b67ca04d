package org.flushspread.examples.redis;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.flushspread.examples.persistent.PersistentMap;

/** What a key has. Values never change. */
sealed interface Value {
    /** What an entry of a map costs in memory, about, beside its bytes. */
    long OVERHEAD = 100;

    /** Bytes of memory, about; 0 for what has no elements, and is in no keyspace. */
    long cost();

    /** What TYPE says. */
    String type();

    void save(DataOutput out) throws IOException;

    static Value load(DataInput in) throws IOException {
        String type = in.readUTF();
        return switch (type) {
            case "string" -> new Text(read(in));
            case "hash" -> {
                Hash hash = Hash.EMPTY;
                for (int left = in.readInt(); left > 0; left--) {
                    hash = hash.with(Key.of(read(in)), read(in));
                }
                yield hash;
            }
            case "list" -> {
                Sequence list = new Sequence(in.readLong(), PersistentMap.empty(), 0);
                for (int left = in.readInt(); left > 0; left--) {
                    list = list.with(false, read(in));
                }
                yield list;
            }
            default -> throw new IOException("a value of unknown type '" + type + "' in the state");
        };
    }

    static void write(DataOutput out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static byte[] read(DataInput in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return bytes;
    }

    @SuppressWarnings("ArrayRecordComponent") // never changed
    record Text(byte[] bytes) implements Value {
        @Override
        public long cost() {
            return OVERHEAD + bytes.length;
        }

        @Override
        public String type() {
            return "string";
        }

        @Override
        public void save(DataOutput out) throws IOException {
            write(out, bytes);
        }
    }

    /** Values by fields. */
    record Hash(PersistentMap<Key, byte[]> fields, long cost) implements Value {
        static final Hash EMPTY = new Hash(PersistentMap.empty(), 0);

        Hash with(Key field, byte[] value) {
            long more = OVERHEAD + field.bytes().length + value.length;
            return new Hash(fields.with(field, value), without(field).cost + more);
        }

        Hash without(Key field) {
            byte[] before = fields.get(field);
            return before == null
                    ? this
                    : new Hash(fields.without(field), cost - OVERHEAD - field.bytes().length - before.length);
        }

        @Override
        public String type() {
            return "hash";
        }

        @Override
        public void save(DataOutput out) throws IOException {
            out.writeInt(fields.size());
            for (PersistentMap.Entry<Key, byte[]> each : fields) {
                write(out, each.key().bytes());
                write(out, each.value());
            }
        }
    }

    /** Values by numbers that follow each other, from {@code first} on, which may be negative. */
    record Sequence(long first, PersistentMap<Long, byte[]> elements, long cost) implements Value {
        static final Sequence EMPTY = new Sequence(0, PersistentMap.empty(), 0);

        int size() {
            return elements.size();
        }

        Sequence with(boolean inFront, byte[] value) {
            long number = inFront ? first - 1 : first + size();
            return new Sequence(inFront ? number : first, elements.with(number, value), cost + OVERHEAD + value.length);
        }

        /** @param value which stands there */
        Sequence without(boolean inFront, byte[] value) {
            long number = inFront ? first : first + size() - 1;
            return new Sequence(inFront ? first + 1 : first, elements.without(number), cost - OVERHEAD - value.length);
        }

        @Override
        public String type() {
            return "list";
        }

        @Override
        public void save(DataOutput out) throws IOException {
            out.writeLong(first);
            out.writeInt(size());
            for (PersistentMap.Entry<Long, byte[]> each : elements) {
                write(out, each.value());
            }
        }
    }
}
