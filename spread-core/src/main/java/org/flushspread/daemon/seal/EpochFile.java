package org.flushspread.daemon.seal;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file in which a daemon keeps its latest epoch and those that it heard of (security 2.4). Its own is on the disk before anything is
 * sealed with it; that of another is written soon after it was heard, by a thread of this file. What is lost in between lets datagrams of
 * an earlier start of that daemon through after a restart of this one, for as long as that daemon is not heard.
 */
public final class EpochFile implements Epochs, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EpochFile.class);
    private static final Splitter WORDS = Splitter.on(' ').trimResults();
    private static final String MINE = "mine";
    private static final int MOST = 1024;
    private static final long PATIENCE_SECONDS = 5;

    private final Path file;
    private final Map<Integer, Long> known;
    private final long mine;
    private final ExecutorService writer;

    private EpochFile(Path file, Map<Integer, Long> known, long mine, String thread) {
        this.file = file;
        this.known = known;
        this.mine = mine;
        writer = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, thread);
            made.setDaemon(true);
            return made;
        });
    }

    /**
     * Begins the next epoch of a daemon: the time, or what follows its last one if the clock stands before that.
     *
     * @param nowMillis since 1970
     * @throws SealException if the file cannot be read or written; nothing may be sealed then
     */
    public static EpochFile begin(Path directory, String daemon, long nowMillis) {
        Path file = directory.resolve(daemon + ".epochs");
        try {
            Map<Integer, Long> known = new TreeMap<>();
            long last = Files.exists(file) ? read(file, known) : Long.MIN_VALUE;
            long mine = last >= nowMillis ? last + 1 : nowMillis;
            if (last >= nowMillis) {
                LOG.warn(
                        "the clock of this machine stands {} ms before the last start of {}: was it set back?",
                        last - nowMillis,
                        daemon);
            }
            write(file, known, mine);
            return new EpochFile(file, known, mine, "spread-" + daemon + "-epochs");
        } catch (IOException e) {
            throw new SealException(
                    file + ": a sealed daemon has to note each of its starts here and cannot: " + e
                            + ". Name a directory of its own with --seal-state.",
                    e);
        }
    }

    /** The epoch of this start. */
    public long mine() {
        return mine;
    }

    @Override
    public synchronized long latest(int sender) {
        return known.getOrDefault(sender, Long.MIN_VALUE);
    }

    @Override
    public synchronized void heard(int sender, long epoch) {
        if (known.size() >= MOST && !known.containsKey(sender)) {
            return;
        }
        known.put(sender, epoch);
        if (!writer.isShutdown()) {
            writer.execute(this::save);
        }
    }

    private void save() {
        Map<Integer, Long> copy;
        synchronized (this) {
            copy = new TreeMap<>(known);
        }
        try {
            write(file, copy, mine);
        } catch (IOException e) {
            LOG.warn(
                    "{} cannot be written, so later starts of this daemon do not know of this: {}", file, e.toString());
        }
    }

    private static long read(Path file, Map<Integer, Long> known) throws IOException {
        long mine = Long.MIN_VALUE;
        List<String> lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
        for (int i = 0; i < lines.size(); i++) {
            List<String> words = WORDS.splitToList(lines.get(i));
            try {
                if (words.size() != 2) {
                    throw new NumberFormatException("two words");
                } else if (words.get(0).equals(MINE)) {
                    mine = Long.parseLong(words.get(1));
                } else {
                    known.put(Integer.parseUnsignedInt(words.get(0)), Long.parseLong(words.get(1)));
                }
            } catch (NumberFormatException e) {
                throw new SealException(
                        file + ":" + (i + 1) + ": is damaged, so it cannot be told which start of this daemon this is."
                                + " If no other daemon has run under its name with a clock ahead of this one's, remove it.",
                        e);
            }
        }
        if (mine == Long.MIN_VALUE) {
            throw new SealException(
                    file + ": is damaged: it has no line 'mine'. If no other daemon has run under its name with a clock"
                            + " ahead of this one's, remove it.");
        }
        return mine;
    }

    /** All or nothing, and on the disk. */
    private static void write(Path file, Map<Integer, Long> known, long mine) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(MINE + " " + mine);
        known.forEach((sender, epoch) -> lines.add(Integer.toUnsignedString(sender) + " " + epoch));
        byte[] text = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.US_ASCII);
        Path directory = file.toAbsolutePath().getParent();
        Path fresh = Files.createTempFile(directory, file.getFileName().toString(), ".new");
        try {
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
        try (FileChannel entry = FileChannel.open(directory, StandardOpenOption.READ)) {
            entry.force(true);
        }
    }

    /** Waits until what was heard is written. */
    @Override
    public void close() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("{} is not written yet", file);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
