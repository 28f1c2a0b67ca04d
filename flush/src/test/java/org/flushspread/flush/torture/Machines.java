package org.flushspread.flush.torture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.flushspread.JavaProgram;
import org.flushspread.Wait;
import org.flushspread.interop.Programs;
import org.flushspread.interop.RingInNamespaces;
import org.jspecify.annotations.Nullable;

/** Machines with a daemon, a member and a small disk each. Used by one thread, but for {@link #members}. */
final class Machines implements AutoCloseable {
    private static final String DISK = "size=80m";
    private static final String FILL = "fill";
    private static final String LOCK = "lock";

    private static final long PID = ProcessHandle.current().pid();
    private static final Pattern DIRECTORY = Pattern.compile("torture(\\d+)n\\d+");
    private static final Set<Machines> OPEN = ConcurrentHashMap.newKeySet();

    private final RingInNamespaces ring;
    private final Path directory;
    private final @Nullable Fault fault;
    /** Replaced as a whole, as clients read it. */
    private volatile List<Member> members = List.of();

    private final boolean[] mounted;
    private int lives;
    private boolean closed;

    /**
     * Starts everything, and waits until all members are primary.
     *
     * @throws org.opentest4j.TestAbortedException without root and the commands for namespaces
     */
    Machines(int count, @Nullable Fault fault) {
        this.fault = fault;
        this.ring = new RingInNamespaces(count);
        this.mounted = new boolean[count];
        boolean made = false;
        try {
            clearTheDead();
            directory = Files.createTempDirectory("torture" + PID + "n");
            for (int at = 0; at < count; at++) {
                Path disk = Files.createDirectories(disk(at));
                mounted[at] = Programs.succeeds("mount", "-t", "tmpfs", "-o", DISK, "tmpfs", disk.toString());
            }
            made = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!made) {
                ring.close();
            }
        }
        OPEN.add(this);
        try {
            ring.form();
            List<Member> all = new ArrayList<>();
            for (int at = 0; at < count; at++) {
                all.add(newMember(at));
                members = List.copyOf(all);
            }
            awaitPrimary();
        } catch (RuntimeException | AssertionError e) {
            close();
            throw e;
        }
    }

    int size() {
        return ring.size();
    }

    List<Member> members() {
        return members;
    }

    private Path disk(int at) {
        return directory.resolve("disk" + at);
    }

    private Path log(int at) {
        return directory.resolve("m" + at + ".log");
    }

    private synchronized Member newMember(int at) {
        requireOpen();
        List<String> command = new ArrayList<>(ring.prefix(at));
        command.addAll(JavaProgram.OF_TESTS.command(MemberProcess.class.getName(), "-Xmx96m"));
        command.addAll(List.of(
                ring.spreadName(at),
                "m" + at,
                Integer.toString(size()),
                disk(at).resolve("store").toString(),
                Fault.name(fault)));
        return new Member("m" + at + "." + ++lives, command, log(at));
    }

    void startMember(int at) {
        if (members.get(at).isGone()) {
            List<Member> all = new ArrayList<>(members);
            all.set(at, newMember(at));
            members = List.copyOf(all);
        }
    }

    void killMember(int at) {
        members.get(at).kill();
    }

    boolean isDaemonRunning(int at) {
        return ring.isRunning(at);
    }

    void killDaemon(int at) {
        ring.kill(at);
    }

    synchronized void startDaemon(int at) {
        requireOpen();
        if (!ring.isRunning(at)) {
            ring.start(at);
        }
    }

    void pauseDaemon(int at) {
        ring.pause(at);
    }

    void resumeDaemon(int at) {
        if (ring.isRunning(at)) {
            ring.resume(at);
        }
    }

    /** The network; see there. */
    RingInNamespaces network() {
        return ring;
    }

    // ---- disks

    /** Nothing more fits on the disk; false where it is not one of its own. */
    boolean fill(int at) {
        if (!mounted[at]) {
            return false;
        }
        try {
            FileStore device = Files.getFileStore(disk(at));
            Files.write(disk(at).resolve(FILL), new byte[(int) device.getUsableSpace()]);
            return true;
        } catch (IOException e) {
            return true; // it was full before
        }
    }

    void free(int at) {
        try {
            Files.deleteIfExists(disk(at).resolve(FILL));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One bit of what a member that does not run has kept is another; says which. */
    String flipBit(int at, Random random) {
        try (Stream<Path> files = Files.walk(disk(at))) {
            // Nothing is kept in the lock.
            List<Path> all = files.filter(Files::isRegularFile)
                    .filter(each ->
                            !List.of(FILL, LOCK).contains(each.getFileName().toString()))
                    .sorted()
                    .toList();
            if (all.isEmpty()) {
                return "nothing";
            }
            Path file = all.get(random.nextInt(all.size()));
            byte[] bytes = Files.readAllBytes(file);
            // What is behind the end of a log that was made long beforehand means nothing.
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] == 0) {
                end--;
            }
            if (end > 0) {
                bytes[random.nextInt(end)] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, bytes);
            }
            return file.getFileName().toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- the end of faults

    /** Everything runs and is whole. */
    void mend() {
        ring.heal();
        for (int at = 0; at < size(); at++) {
            free(at);
            startDaemon(at);
            ring.resume(at);
            members.get(at).resume();
            members.get(at).tell("clock 0");
            startMember(at);
        }
    }

    /** Waits until all are in a primary; members that ended with their disk, or their connection, are started again. */
    void awaitPrimary() {
        Wait.until(() -> "all members in a primary: " + members + "\n" + logs(), () -> {
            for (int at = 0; at < size(); at++) {
                startMember(at);
            }
            return members.stream().allMatch(Member::isPrimary);
        });
    }

    /** The last that members have printed. */
    String logs() {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < size(); at++) {
            try {
                String all = Files.exists(log(at)) ? Files.readString(log(at)) : "";
                text.append("---- m")
                        .append(at)
                        .append(' ')
                        .append(members.get(at).lastWords())
                        .append('\n');
                text.append(all.substring(Math.max(0, all.length() - 2000))).append('\n');
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return text.toString();
    }

    /** What runs that were killed left behind. */
    private static void clearTheDead() throws IOException {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            for (Path each : all.toList()) {
                Matcher name = DIRECTORY.matcher(each.getFileName().toString());
                if (name.matches()
                        && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
                    remove(each);
                }
            }
        }
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> disks = Files.list(directory)) {
            disks.filter(Files::isDirectory).forEach(each -> Programs.succeeds("umount", "-l", each.toString()));
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the machines are gone");
        }
    }

    /** For a program that is to end: whatever it has started and mounted goes. From any thread. */
    static void closeAll() {
        OPEN.forEach(Machines::close);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        OPEN.remove(this);
        members.forEach(Member::kill);
        ring.close();
        try {
            remove(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
