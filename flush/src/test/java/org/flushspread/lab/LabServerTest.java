package org.flushspread.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server of the lab answers this machine alone, and within bounds. */
@Timeout(60)
class LabServerTest {
    private LabServer server;

    @BeforeEach
    void start() throws IOException {
        server = new LabServer(new Stage(Scenario.of(3)), 0);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int port() {
        return URI.create(server.address()).getPort();
    }

    private String ask(String line, String body, String... headers) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port())) {
            StringBuilder text = new StringBuilder(line).append(" HTTP/1.1\r\nConnection: close\r\n");
            for (String each : headers) {
                text.append(each).append("\r\n");
            }
            text.append("Content-Length: ")
                    .append(body.length())
                    .append("\r\n\r\n")
                    .append(body);
            socket.getOutputStream().write(text.toString().getBytes(StandardCharsets.UTF_8));
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            socket.getInputStream().transferTo(all);
            return all.toString(StandardCharsets.UTF_8);
        }
    }

    private String host() {
        return "Host: 127.0.0.1:" + port();
    }

    @Test
    void aPageElsewhereCannotDriveIt() throws IOException {
        assertThat(ask("POST /do", "crash d1", "Host: lab.example:" + port())).startsWith("HTTP/1.1 403");
        assertThat(ask("POST /do", "crash d1", host(), "Origin: http://elsewhere.example"))
                .startsWith("HTTP/1.1 403");
        assertThat(ask("GET /", "", "Host: lab.example:" + port())).startsWith("HTTP/1.1 403");
        assertThat(ask("GET /scenario", "", host())).startsWith("HTTP/1.1 200").doesNotContain("crash");
        assertThat(ask("POST /do", "crash d1", host(), "Origin: http://localhost:" + port()))
                .startsWith("HTTP/1.1 200");
        assertThat(ask("GET /scenario", "", host())).contains("crash d1");
    }

    @Test
    void thePageNeedsNothingElse() throws IOException {
        String page = ask("GET /", "", host());

        assertThat(page)
                .startsWith("HTTP/1.1 200")
                .containsIgnoringCase("Content-Security-Policy: default-src 'none'")
                .contains("class SpaceTime")
                .contains("Total order")
                .doesNotContain("/*DIAGRAM")
                .doesNotContainPattern("(src|href)=.?https?:");
    }

    @Test
    void whatCannotBeDoneSaysWhy() throws IOException {
        assertThat(ask("POST /do", "crash d7", host()))
                .startsWith("HTTP/1.1 400")
                .contains("there is no daemon 'd7'; there are d1 to d3");
        assertThat(ask("POST /control", "fly", host()))
                .startsWith("HTTP/1.1 400")
                .contains("there is no 'fly'");
        assertThat(ask("POST /load", "daemons 3\nnonsense", host()))
                .startsWith("HTTP/1.1 400")
                .contains("line 2: ");
        assertThat(ask("GET /nothing", "", host())).startsWith("HTTP/1.1 404");
        assertThat(ask("POST /load", "x".repeat((1 << 20) + 100), host())).startsWith("HTTP/1.1 413");
    }

    @Test
    void onlySoManyLook() throws IOException {
        List<Socket> viewers = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                Socket socket = new Socket("127.0.0.1", port());
                viewers.add(socket);
                socket.getOutputStream()
                        .write(("GET /events HTTP/1.1\r\n" + host() + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
                assertThat(socket.getInputStream().read()).isEqualTo('H');
            }
            assertThat(ask("GET /events", "", host())).startsWith("HTTP/1.1 503");
        } finally {
            for (Socket each : viewers) {
                each.close();
            }
        }
    }
}
