package org.flushspread.daemon;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a unix domain socket at the path C clients expect (client-protocol 2.2). The socket is bound to a private name beside it
 * and then put in place, because Netty deletes the name it bound to when it closes, whoever owns that file by then. The public name is
 * removed only while it still is our socket.
 */
final class UnixSocketFile {
    private static final Logger LOG = LoggerFactory.getLogger(UnixSocketFile.class);
    /** The system's limit for the path of a socket. */
    private static final int LONGEST_PATH = 107;

    private static final int TYPE_MASK = 0170000;
    private static final int SOCKET_TYPE = 0140000;

    /** Every user may connect. */
    static final String FOR_ALL = "rw-rw-rw-";
    /** The user of the daemon, and root. */
    static final String FOR_ONE_USER = "rw-------";

    private final Path path;
    private final Path bound;
    private @Nullable Identity ours;

    /**
     * @param path the public name
     * @param unique distinguishes the private names of daemons that start at the same time
     */
    UnixSocketFile(Path path, String unique) {
        this.path = path.toAbsolutePath();
        this.bound = this.path.resolveSibling("." + this.path.getFileName() + "." + unique);
    }

    private record Identity(long device, long inode, int mode, int owner) {
        static @Nullable Identity of(Path file) throws IOException {
            try {
                Map<String, Object> found =
                        Files.readAttributes(file, "unix:dev,ino,mode,uid", LinkOption.NOFOLLOW_LINKS);
                return new Identity(
                        number(found.get("dev")).longValue(),
                        number(found.get("ino")).longValue(),
                        number(found.get("mode")).intValue(),
                        number(found.get("uid")).intValue());
            } catch (NoSuchFileException e) {
                return null;
            }
        }

        private static Number number(@Nullable Object attribute) {
            if (attribute instanceof Number number) {
                return number;
            }
            throw new IllegalStateException("the file system tells no device, inode, mode and owner");
        }

        boolean isSocket() {
            return (mode & TYPE_MASK) == SOCKET_TYPE;
        }

        boolean sameFile(Identity other) {
            return device == other.device && inode == other.inode;
        }
    }

    Path path() {
        return path;
    }

    /** The name to bind to. */
    Path bound() {
        return bound;
    }

    /** Fails if the path cannot hold a socket of ours; false if a running daemon already answers there. */
    boolean mayTake() {
        if (bound.toString().length() > LONGEST_PATH) {
            throw new DaemonStartException("the path of the unix domain socket, " + bound + ", is longer than "
                    + LONGEST_PATH + " bytes. Choose a shorter --socket-directory.");
        }
        if (!Files.isDirectory(path.resolveSibling("."))) {
            throw new DaemonStartException("the directory of the unix domain socket " + path
                    + " does not exist. Create it, or choose another with --socket-directory.");
        }
        try {
            Identity there = Identity.of(path);
            if (there == null) {
                return true;
            }
            if (!there.isSocket()) {
                throw new DaemonStartException(
                        path + " exists and is not a socket; it is left alone. Remove it, or choose"
                                + " another --socket-directory (none: no unix domain socket).");
            }
            if (answers()) {
                return false;
            }
            int me = owner();
            if (there.owner() != me) {
                throw new DaemonStartException("a socket that nobody listens to stands at " + path
                        + " and belongs to user id " + there.owner() + ", not " + me
                        + "; it is left alone. Remove it, or choose another --socket-directory.");
            }
            LOG.info("replacing {}, a socket that nobody listens to", path);
            return true;
        } catch (IOException e) {
            throw new DaemonStartException("cannot look at " + path + ": " + e.getMessage(), e);
        }
    }

    /** The user id that new files of this process get. */
    private int owner() throws IOException {
        Path probe = Files.createTempFile(path.getParent(), "." + path.getFileName() + ".", ".probe");
        try {
            Identity made = Identity.of(probe);
            if (made == null) {
                throw new NoSuchFileException(probe.toString());
            }
            return made.owner();
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    private boolean answers() {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (ConnectException nobody) {
            return false;
        } catch (IOException e) {
            // A full backlog means that somebody listens. It has no exception of its own, and its text follows the
            // language of the system: a path that may be written to and does not refuse leaves no other reason.
            return Files.isWritable(path);
        }
    }

    /**
     * Puts the bound socket at the public path.
     *
     * @param permissions as {@code ls} writes them
     */
    void publish(String permissions) {
        try {
            Files.setPosixFilePermissions(bound, PosixFilePermissions.fromString(permissions));
            ours = Identity.of(bound);
            try {
                Files.createLink(path, bound);
                Files.deleteIfExists(bound);
            } catch (FileAlreadyExistsException stale) {
                Files.move(bound, path, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new DaemonStartException("cannot put the unix domain socket at " + path + ": " + e.getMessage(), e);
        }
    }

    /** Removes what is still ours. */
    void remove() {
        Identity published = ours;
        if (published == null) {
            return;
        }
        ours = null;
        try {
            Identity there = Identity.of(path);
            if (there != null && there.sameFile(published)) {
                Files.deleteIfExists(path);
            } else if (there != null) {
                LOG.info("{} is not our socket any more; it is left alone", path);
            }
        } catch (IOException e) {
            LOG.warn("cannot remove {}: {}", path, e.getMessage());
        }
    }
}
