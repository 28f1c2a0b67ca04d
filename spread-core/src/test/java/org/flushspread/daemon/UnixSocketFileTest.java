package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of the unix domain socket is put in place and taken away without touching what is not ours. */
class UnixSocketFileTest {
    @TempDir
    Path directory;

    private static ServerSocketChannel listen(Path path) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        return server;
    }

    @Test
    void theSocketStandsAtThePublicPathAloneAndForEverybody() throws IOException {
        UnixSocketFile file = new UnixSocketFile(directory.resolve("4803"), "a");
        assertThat(file.mayTake()).isTrue();
        try (ServerSocketChannel server = listen(file.bound())) {
            assertThat(server.isOpen()).isTrue();
            file.publish(UnixSocketFile.FOR_ALL);
            assertThat(directory.toFile().list()).containsExactly("4803");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("4803"))))
                    .isEqualTo("rw-rw-rw-");
            file.remove();
            assertThat(directory.toFile().list()).isEmpty();
        }
    }

    @Test
    void aFileThatIsNoSocketIsLeftAlone() throws IOException {
        Path path = Files.writeString(directory.resolve("4803"), "mine");
        UnixSocketFile file = new UnixSocketFile(path, "a");
        assertThatThrownBy(file::mayTake)
                .isInstanceOf(DaemonStartException.class)
                .hasMessageContaining("is not a socket");
        assertThat(path).hasContent("mine");
    }

    @Test
    void aSocketThatNobodyListensToIsReplaced() throws IOException {
        Path path = directory.resolve("4803");
        listen(path).close();
        assertThat(path).exists();
        UnixSocketFile file = new UnixSocketFile(path, "a");
        assertThat(file.mayTake()).isTrue();
        try (ServerSocketChannel server = listen(file.bound())) {
            assertThat(server.isOpen()).isTrue();
            file.publish(UnixSocketFile.FOR_ALL);
            assertThat(new UnixSocketFile(path, "b").mayTake())
                    .as("somebody listens there now")
                    .isFalse();
        }
    }

    @Test
    void aSocketOfARunningDaemonIsNotTaken() throws IOException {
        Path path = directory.resolve("4803");
        try (ServerSocketChannel other = listen(path)) {
            assertThat(other.isOpen()).isTrue();
            assertThat(new UnixSocketFile(path, "a").mayTake()).isFalse();
        }
    }

    @Test
    void aForeignFilePutInOurPlaceSurvivesTheEnd() throws IOException {
        Path path = directory.resolve("4803");
        UnixSocketFile file = new UnixSocketFile(path, "a");
        try (ServerSocketChannel server = listen(file.bound())) {
            assertThat(server.isOpen()).isTrue();
            file.publish(UnixSocketFile.FOR_ALL);
            Files.delete(path);
            Files.writeString(path, "foreign");
            file.remove();
            assertThat(path).hasContent("foreign");
        }
    }

    @Test
    void aMissingDirectoryIsNamed() {
        assertThatThrownBy(() -> new UnixSocketFile(directory.resolve("none/4803"), "a").mayTake())
                .hasMessageContaining("does not exist")
                .hasMessageContaining("--socket-directory");
    }

    @Test
    void aPathThatIsTooLongIsRefusedBeforeTheSystemDoes() {
        Path deep = directory.resolve("x".repeat(100)).resolve("4803");
        assertThatThrownBy(() -> new UnixSocketFile(deep, "a").mayTake()).hasMessageContaining("longer than");
    }
}
