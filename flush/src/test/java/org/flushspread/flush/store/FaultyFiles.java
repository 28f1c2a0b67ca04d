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
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A file system in memory that stops or fails at the n-th change, and that knows which changes were never forced: when the power goes, any
 * of these may be lost, each by itself, and a write may have come in part.
 */
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
    }

    /** A change that was not forced yet. */
    private sealed interface Effect {}

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Written(Node node, int at, byte[] bytes) implements Effect {}

    private record Sized(Node node, int size) implements Effect {}

    /** @param node null if the name is gone */
    private record Named(String name, @Nullable Node node) implements Effect {}

    private record Renamed(String from, String to, Node node) implements Effect {}

    private final Map<String, Node> names = new TreeMap<>();
    private final Map<String, Node> forcedNames = new TreeMap<>();
    private final List<Effect> pending = new ArrayList<>();
    /** Changes until it stops; negative: it does not. */
    int stopIn = -1;
    /** Changes until one fails; negative: none does. */
    int failIn = -1;
    /** The change it stops at is done to its end; else a write is done to the half. */
    boolean stopsBehind;
    /** True if it says that it has forced what it has not. */
    boolean lies;

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

    // ---- what is left

    /** As the next process finds it: all that was written, and what of it is not forced is as before. */
    FaultyFiles afterKill() {
        FaultyFiles next = new FaultyFiles();
        Map<Node, Node> copies = new IdentityHashMap<>();
        UnaryOperator<Node> copy = node -> copies.computeIfAbsent(node, FaultyFiles::copy);
        names.forEach((name, node) -> next.names.put(name, copy.apply(node)));
        forcedNames.forEach((name, node) -> next.forcedNames.put(name, copy.apply(node)));
        for (Effect effect : pending) {
            next.pending.add(of(effect, copy));
        }
        next.lies = lies;
        return next;
    }

    private static Node copy(Node node) {
        Node copy = new Node();
        copy.bytes = node.bytes.clone();
        copy.forced = node.forced.clone();
        return copy;
    }

    private static Effect of(Effect effect, UnaryOperator<Node> copy) {
        if (effect instanceof Written written) {
            return new Written(copy.apply(written.node), written.at, written.bytes);
        } else if (effect instanceof Sized sized) {
            return new Sized(copy.apply(sized.node), sized.size);
        } else if (effect instanceof Renamed renamed) {
            return new Renamed(renamed.from, renamed.to, copy.apply(renamed.node));
        }
        Named named = (Named) effect;
        return new Named(named.name, named.node == null ? null : copy.apply(named.node));
    }

    /** Changes that may be lost. */
    int pending() {
        return pending.size();
    }

    /** As it is after a loss of power, if of the changes that were not forced these have reached the device. */
    FaultyFiles afterPowerLoss(IntPredicate kept) {
        List<Effect> effects = new ArrayList<>();
        for (int i = 0; i < pending.size(); i++) {
            if (kept.test(i)) {
                effects.add(pending.get(i));
            }
        }
        return after(effects);
    }

    FaultyFiles afterPowerLoss(Kept kept, Random random) {
        return switch (kept) {
            case NOTHING -> afterPowerLoss(which -> false);
            case EVERYTHING -> afterPowerLoss(which -> true);
            case ANYTHING -> after(pieces(random));
        };
    }

    /** Writes reach the device page by page; some do not. */
    private List<Effect> pieces(Random random) {
        List<Effect> pieces = new ArrayList<>();
        for (Effect effect : pending) {
            if (!(effect instanceof Written written)) {
                if (random.nextBoolean()) {
                    pieces.add(effect);
                }
                continue;
            }
            int length = written.bytes.length;
            if (effect == pending.get(pending.size() - 1) && random.nextBoolean()) {
                length = random.nextInt(length + 1); // the one that is being written is torn anywhere
            }
            for (int from = 0; from < length; ) {
                int to = Math.min(length, from + PAGE - (written.at + from) % PAGE);
                if (random.nextInt(3) != 0) {
                    pieces.add(
                            new Written(written.node, written.at + from, Arrays.copyOfRange(written.bytes, from, to)));
                }
                from = to;
            }
        }
        return pieces;
    }

    private FaultyFiles after(List<Effect> effects) {
        FaultyFiles next = new FaultyFiles();
        Map<Node, byte[]> contents = new IdentityHashMap<>();
        Map<String, Node> found = new TreeMap<>(forcedNames);
        for (Effect effect : effects) {
            if (effect instanceof Written written) {
                contents.put(written.node, written(content(contents, written.node), written.at, written.bytes));
            } else if (effect instanceof Sized sized) {
                contents.put(sized.node, Arrays.copyOf(content(contents, sized.node), sized.size));
            } else if (effect instanceof Renamed renamed) {
                found.remove(renamed.from);
                found.put(renamed.to, renamed.node);
            } else if (effect instanceof Named named) {
                if (named.node == null) {
                    found.remove(named.name);
                } else {
                    found.put(named.name, named.node);
                }
            }
        }
        found.forEach((name, node) -> next.put(name, content(contents, node)));
        next.lies = lies;
        return next;
    }

    private static byte[] content(Map<Node, byte[]> contents, Node node) {
        return contents.getOrDefault(node, node.forced);
    }

    private static byte[] written(byte[] into, int at, byte[] bytes) {
        byte[] next = Arrays.copyOf(into, Math.max(into.length, at + bytes.length));
        System.arraycopy(bytes, 0, next, at, bytes.length);
        return next;
    }

    // ---- what a test does to it

    void put(String name, byte[] bytes) {
        Node node = new Node();
        node.bytes = bytes.clone();
        node.forced = node.bytes;
        names.put(name, node);
        forcedNames.put(name, node);
    }

    byte[] get(String name) {
        Node node = names.get(name);
        if (node == null) {
            throw new IllegalArgumentException("no file " + name);
        }
        return node.bytes.clone();
    }

    void remove(String name) {
        names.remove(name);
        forcedNames.remove(name);
    }

    /** Those in directories inside of it too. */
    List<String> all() {
        return List.copyOf(names.keySet());
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
        Node node = names.get(name);
        if (node == null) {
            node = new Node();
            names.put(name, node);
            pending.add(new Named(name, node));
        } else {
            node.bytes = new byte[0]; // the old bytes stay on the device
            pending.add(new Sized(node, 0));
        }
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
        pending.add(new Renamed(from, to, node));
    }

    @Override
    public void delete(String name) throws IOException {
        change();
        names.remove(name);
        pending.add(new Named(name, null));
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
        if (!lies) {
            forcedNames.clear();
            forcedNames.putAll(names);
            pending.removeIf(effect -> effect instanceof Named || effect instanceof Renamed);
        }
    }

    @Override
    public String toString() {
        return "in memory";
    }

    private final class Opened implements StoreFile {
        private final Node node;
        private boolean closed;

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
            byte[] bytes = new byte[stops && !stopsBehind ? from.remaining() / 2 : from.remaining()];
            from.get(bytes);
            node.bytes = written(node.bytes, (int) at, bytes);
            pending.add(new Written(node, (int) at, bytes));
            if (stops) {
                throw new Stop();
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            change();
            node.bytes = Arrays.copyOf(node.bytes, (int) size);
            pending.add(new Sized(node, (int) size));
        }

        /** A force that fails has thrown away what it should have written, as Linux does; the next one would succeed. */
        @Override
        public void force() throws IOException {
            try {
                change();
            } catch (IOException e) {
                node.bytes = node.forced.clone();
                pending.removeIf(this::concerns);
                throw e;
            }
            if (!lies) {
                node.forced = node.bytes.clone();
                pending.removeIf(this::concerns);
            }
        }

        private boolean concerns(Effect effect) {
            return effect instanceof Written written && written.node == node
                    || effect instanceof Sized sized && sized.node == node;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                open--;
            }
        }
    }
}
