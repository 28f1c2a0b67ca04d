package org.flushspread.tools.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** operations 2: an answer of the admin endpoint is whole and says 200, or a sentence says why there is none. */
@Timeout(60)
class AdminClientTest {
    @TempDir
    private Path directory;

    private int answers;

    /** Answers one request with this, in the pieces it is given in, and closes. */
    private AdminClient answering(String... pieces) throws IOException {
        Path socket = directory.resolve("admin" + ++answers);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread thread = new Thread(() -> {
            try (server;
                    SocketChannel client = server.accept()) {
                client.read(ByteBuffer.allocate(1000));
                for (String each : pieces) {
                    client.write(StandardCharsets.UTF_8.encode(each));
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return new AdminClient(socket);
    }

    @Test
    void theBodyOfA200IsTheAnswer() throws IOException {
        AdminClient client =
                answering("HTTP/1.1 200 OK\r\nContent-", "Length: 14\r\n\r\n", "{\"a\": \"\u00e9", "\u2013\"}");
        assertThat(client.object("/status")).isEqualTo(Map.of("a", "\u00e9\u2013"));
    }

    @Test
    void anyOtherStatusIsSaid() throws IOException {
        AdminClient client = answering("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
        assertThatThrownBy(() -> client.text("/metrics"))
                .isInstanceOf(IOException.class)
                .hasMessage("the answer to /metrics is: HTTP/1.1 503 Service Unavailable");
    }

    @Test
    void halfAnAnswerIsNone() throws IOException {
        AdminClient client = answering("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf");
        assertThatThrownBy(() -> client.text("/metrics"))
                .isInstanceOf(IOException.class)
                .hasMessage("the answer ends after 4 of 10 bytes");
    }

    @Test
    void whatIsNoHttpOrNoObjectIsSaid() throws IOException {
        assertThatThrownBy(() -> answering("SSH-2.0\r\n").text("/status")).hasMessage("what came is no HTTP answer");
        assertThatThrownBy(() -> answering("HTTP/1.1 200 OK\r\n\r\n[1]").object("/status"))
                .hasMessage("the answer to /status is no JSON object");
    }
}
