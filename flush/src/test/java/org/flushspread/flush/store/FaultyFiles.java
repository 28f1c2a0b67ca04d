package org.flushspread.flush.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A file system in memory that knows what has reached the device, and that stops or fails at the n-th change. */
final class FaultyFiles implements StoreFiles {
    /** The process is killed, or the power goes. */
    static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Stop() {
            super("stop", null, false, false);
        }
    }

    /** What of the things that were never forced is on the device when the power is gone. */
    enum Kept {
        NOTHING,
        EVERYTHING,
        ANYTHING
    }

    /** Parts of a file that reach the device by themselves. */
    private static final int PAGE = 64;

    private static final class Node {
        byte[] bytes = {};
        byte[] forced = {};

        Node copy() {
            Node copy = new Node();
            copy.bytes = bytes.clone();
            copy.forced = forced.clone();
            return copy;
        }
    }

    final Map<String, Node> names = new TreeMap<>();
    private final Map<String, Node> forcedNames = new TreeMap<>();
    /** Changes until it stops; negative: it does not. */
    int stopIn = -1;
    /** Changes until one fails; negative: none does. */
    int failIn = -1;

    int changes;
    boolean taken;
    int open;
    int largestRead;

    /** True if half of the work is to be done before the stop. */
    private boolean change() throws IOException {
        changes++;
        if (stopIn == 0) {
            throw new Stop();
        }
        if (failIn == 0) {
            failIn--;
            throw new IOException("No space left on device");
        }
        failIn = Math.max(-1, failIn - 1);
        stopIn = Math.max(-1, stopIn - 1);
        return stopIn == 0;
    }

    /** As the next process finds it: all that was written, and what of it is on the device is as before. */
    FaultyFiles afterKill() {
        FaultyFiles next = new FaultyFiles();
        Map<Node, Node> copies = new IdentityHashMap<>();
        names.forEach((name, node) -> next.names.put(name, copies.computeIfAbsent(node, Node::copy)));
        forcedNames.forEach((name, node) -> next.forcedNames.put(name, copies.computeIfAbsent(node, Node::copy)));
        return next;
    }

    FaultyFiles afterPowerLoss(Kept kept, Random random) {
        FaultyFiles next = new FaultyFiles();
        TreeSet<String> all = new TreeSet<>(names.keySet());
        all.addAll(forcedNames.keySet());
        for (String name : all) {
            boolean named = kept == Kept.EVERYTHING || (kept == Kept.ANYTHING && random.nextBoolean());
            Node node = named ? names.get(name) : forcedNames.get(name);
            if (node != null) {
                next.put(
                        name,
                        switch (kept) {
                            case NOTHING -> node.forced;
                            case EVERYTHING -> node.bytes;
                            case ANYTHING -> mixed(node, random);
                        });
            }
        }
        return next;
    }

    private static byte[] mixed(Node node, Random random) {
        int size = random.nextBoolean() ? node.bytes.length : node.forced.length;
        if (random.nextBoolean() && node.bytes.length > node.forced.length) {
            size = node.forced.length + random.nextInt(node.bytes.length - node.forced.length + 1);
        }
        byte[] mixed = new byte[size];
        for (int page = 0; page < size; page += PAGE) {
            byte[] from = random.nextBoolean() ? node.bytes : node.forced;
            if (page < from.length) {
                System.arraycopy(from, page, mixed, page, Math.min(PAGE, Math.min(size, from.length) - page));
            }
        }
        return mixed;
    }

    void put(String name, byte[] bytes) {
        Node node = new Node();
        node.bytes = bytes.clone();
        node.forced = bytes.clone();
        names.put(name, node);
        forcedNames.put(name, node);
    }

    byte[] get(String name) {
        return names.get(name).bytes.clone();
    }

    void remove(String name) {
        names.remove(name);
        forcedNames.remove(name);
    }

    // ---- what a store asks for

    @Override
    public void take() {
        if (taken) {
            throw new StoreException("in use by another member");
        }
        taken = true;
    }

    @Override
    public void release() {
        taken = false;
    }

    @Override
    public List<String> names() {
        return names.keySet().stream().filter(name -> !name.contains("/")).toList();
    }

    @Override
    public StoreFile open(String name) throws IOException {
        Node node = names.get(name);
        if (node == null) {
            throw new NoSuchFileException(name);
        }
        return new Opened(node);
    }

    @Override
    public StoreFile create(String name) throws IOException {
        change();
        Node node = names.computeIfAbsent(name, any -> new Node());
        node.bytes = new byte[0]; // of a file that was there the old bytes stay on the device
        return new Opened(node);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        change();
        Node node = names.remove(from);
        if (node == null) {
            throw new NoSuchFileException(from);
        }
        names.put(to, node);
    }

    @Override
    public void delete(String name) throws IOException {
        change();
        names.remove(name);
    }

    @Override
    public String setAside(List<String> which) throws IOException {
        int number = 1;
        while (hasDirectory("damaged-" + number)) {
            number++;
        }
        for (String name : new ArrayList<>(which)) {
            rename(name, "damaged-" + number + "/" + name);
        }
        force();
        return "damaged-" + number;
    }

    private boolean hasDirectory(String name) {
        return names.keySet().stream().anyMatch(each -> each.startsWith(name + "/"));
    }

    @Override
    public void force() throws IOException {
        change();
        forcedNames.clear();
        forcedNames.putAll(names);
    }

    @Override
    public String toString() {
        return "in memory";
    }

    private final class Opened implements StoreFile {
        private final Node node;
        private @Nullable Object closed;

        Opened(Node node) {
            this.node = node;
            open++;
        }

        @Override
        public long size() {
            return node.bytes.length;
        }

        @Override
        public void read(ByteBuffer to, long at) throws IOException {
            if (at + to.remaining() > node.bytes.length) {
                throw new EOFException("the file ends");
            }
            largestRead = Math.max(largestRead, to.remaining());
            to.put(node.bytes, (int) at, to.remaining());
        }

        @Override
        public void write(ByteBuffer from, long at) throws IOException {
            boolean stops = change();
            int length = stops ? from.remaining() / 2 : from.remaining();
            byte[] bytes = new byte[length];
            from.get(bytes);
            node.bytes = Arrays.copyOf(node.bytes, (int) Math.max(node.bytes.length, at + length));
            System.arraycopy(bytes, 0, node.bytes, (int) at, length);
            if (stops) {
                throw new Stop();
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            change();
            node.bytes = Arrays.copyOf(node.bytes, (int) size);
        }

        /** A force that fails has thrown away what it should have written, as Linux does; the next one would succeed. */
        @Override
        public void force() throws IOException {
            try {
                change();
            } catch (IOException e) {
                node.bytes = node.forced.clone();
                throw e;
            }
            node.forced = node.bytes.clone();
        }

        @Override
        public void close() {
            if (closed == null) {
                closed = this;
                open--;
            }
        }
    }
}
