package org.flushspread.examples.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flushspread.Wait;
import org.flushspread.client.Service;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.flushspread.daemon.DaemonOptions;
import org.flushspread.daemon.SpreadDaemon;
import org.flushspread.daemon.TestPorts;
import org.flushspread.flush.FlushConnection;
import org.flushspread.flush.FlushGroup;
import org.flushspread.flush.FlushListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chat's server takes, refuses and gives back. */
@Timeout(120)
class ChatServerTest {
    private final int port = TestPorts.free();
    private final Configuration configuration = Configuration.parse(
            "Spread_Segment 127.0.1.255:" + port + " { d1 127.0.1.1 { 127.0.1.1 } }\n",
            "test",
            HostResolver.LOCALHOST_ONLY);
    private final String daemon = port + "@127.0.1.1";
    private SpreadDaemon running = daemon();
    private ChatServer server = server(ChatLimits.DEFAULTS);

    private SpreadDaemon daemon() {
        return SpreadDaemon.start(
                configuration,
                configuration.requireByName("d1"),
                DaemonOptions.DEFAULTS.withSocketDirectory(Optional.empty()));
    }

    private ChatServer server(ChatLimits limits) {
        return ChatServer.start("", 0, List.of(daemon), limits);
    }

    private void restart(ChatLimits limits) {
        server.close();
        server = server(limits);
    }

    @AfterEach
    void close() {
        server.close();
        running.close();
    }

    private Browser browser(String name) {
        return new Browser(server).open(name, daemon);
    }

    // ---- who may ask

    private String raw(String method, String path, String headers) throws IOException {
        URI at = URI.create(server.url());
        try (Socket socket = new Socket(at.getHost(), at.getPort())) {
            String request = method + " " + path + " HTTP/1.1\r\n" + headers.replace("PORT", "" + at.getPort())
                    + "Connection: close\r\n\r\n" + (headers.contains("Content-Length: 2") ? "{}" : "");
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: evil.example\r\n",
                "Host: evil.example:PORT\r\n",
                "Host: 127.0.0.1\r\n",
                "",
                "Host: 127.0.0.1:PORT\r\nOrigin: http://evil.example\r\n",
                "Host: 127.0.0.1:PORT\r\nOrigin: null\r\n",
                "Host: 127.0.0.1:PORT\r\nOrigin: https://127.0.0.1:PORT\r\n"
            })
    void aRequestForAnotherHostOrFromAnotherPageIsRefused(String headers) throws Exception {
        assertThat(raw("GET", "/", headers)).startsWith("HTTP/1.1 403 ");
        assertThat(raw("POST", "/open", headers + "Content-Type: application/json\r\nContent-Length: 2\r\n"))
                .startsWith("HTTP/1.1 403 ");
    }

    @Test
    void theOwnPageIsServedAndNothingElseMayRunInIt() throws Exception {
        String page = raw("GET", "/", "Host: localhost:PORT\r\nOrigin: http://localhost:PORT\r\n");
        assertThat(page).startsWith("HTTP/1.1 200 ").contains("default-src 'none'; script-src 'sha256-");
        assertThat(page).doesNotContain("unsafe-inline");
        assertThat(raw("GET", "/etc", "Host: localhost:PORT\r\n")).startsWith("HTTP/1.1 404 ");
        assertThat(raw("DELETE", "/", "Host: localhost:PORT\r\n")).startsWith("HTTP/1.1 405 ");
        // what a form of another page can send
        assertThat(raw("POST", "/open", "Host: localhost:PORT\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n"))
                .startsWith("HTTP/1.1 415 ");
    }

    @Test
    void onlyThisMachineIsServedUnlessAHostIsNamed() {
        assertThat(server.url()).startsWith("http://127.0.0.1:");
        assertThatThrownBy(() -> ChatServer.start("0.0.0.0", 0, List.of(daemon), ChatLimits.DEFAULTS))
                .hasMessageContaining("a name or address of this machine");
        assertThatThrownBy(() ->
                        ChatServer.start("", URI.create(server.url()).getPort(), List.of(daemon), ChatLimits.DEFAULTS))
                .hasMessageContaining("cannot serve pages at port");
    }

    @Test
    void whatIsNoRequestOfThePageIsRefusedWithAReason() {
        Browser ann = browser("ann");
        assertThat(ann.post("/join", Map.of()).why()).isEqualTo("Not understood: no room");
        assertThat(ann.say("room", "1", "CAUSAL", "x").why()).contains("FIFO, AGREED or SAFE");
        assertThat(ann.say("room", "1", "SAFE", "x").why()).isEqualTo("You are not in 'room'.");
        assertThat(ann.join("#x").status()).isEqualTo(502);
        assertThat(ann.post("/else", Map.of()).status()).isEqualTo(404);
        assertThat(ann.post("/open", Map.of("name", "x", "daemon", "4803@elsewhere"))
                        .why())
                .contains("does not serve that daemon");
        assertThat(ann.post("/open", Map.of("name", "a#b", "daemon", daemon)).status())
                .isIn(400, 502);
        assertThat(ann.post("/say", Map.of("text", "x".repeat(70_000))).status())
                .isEqualTo(413);
        ann.session = "0".repeat(32);
        assertThat(ann.join("room").status()).isEqualTo(410);
        assertThat(ann.get("/events?session=" + ann.session).status()).isEqualTo(410);
        ann.close();
    }

    // ---- limits

    @Test
    void sessionsRoomsSizeAndRateAreBounded() {
        restart(ChatLimits.DEFAULTS.withSessions(2));
        Browser ann = browser("ann");
        Browser bob = browser("bob");
        assertThat(new Browser(server)
                        .post("/open", Map.of("name", "carol", "daemon", daemon))
                        .status())
                .isEqualTo(429);
        bob.post("/close", Map.of());
        Wait.until("the place of bob", () -> server.sessions() == 1);
        browser("carol").close();
        for (int i = 0; i < ChatLimits.DEFAULTS.rooms(); i++) {
            assertThat(ann.join("room" + i).status()).isEqualTo(200);
        }
        assertThat(ann.join("more").status()).isEqualTo(429);
        assertThat(ann.join("room0").why()).isEqualTo("You are in 'room0' already.");
        assertThat(ann.say("room0", "long", "SAFE", "é".repeat(2_001)).why())
                .isEqualTo("The message has 4002 bytes; it may have 4000.");
        int taken = 0;
        while (ann.say("room0", "m" + taken, "FIFO", "fast").status() == 200) {
            taken++;
        }
        assertThat(taken).isBetween(ChatLimits.DEFAULTS.burst(), 100);
        ann.close();
        bob.close();
    }

    @Test
    void aSessionWithoutAPageEndsAndItsMemberLeaves() {
        restart(ChatLimits.DEFAULTS.withIdle(Duration.ofMillis(300)));
        Browser ann = browser("ann");
        Browser bob = browser("bob");
        ann.join("room");
        bob.join("room");
        ann.seesMembers(2);
        bob.lookAway();
        ann.sees("view", each -> Browser.list(each, "left").equals(List.of("#bob#d1")));
        assertThat(server.sessions()).isEqualTo(1);
        ann.close();
    }

    @Test
    void aPageThatComesBackSeesWhatIsKeptAndHowMuchIsNot() {
        restart(ChatLimits.DEFAULTS.withEvents(8));
        Browser ann = browser("ann");
        ann.join("room");
        for (int i = 0; i < 8; i++) {
            ann.say("room", "m" + i, "AGREED", "message " + i);
            ann.seesMessage("message " + i);
        }
        ann.look();
        JsonObject picture = ann.sees("picture", each -> true);
        assertThat(Browser.text(ann.events.get(0), "t")).isEqualTo("missed");
        long kept = ann.events.indexOf(picture) - 1;
        assertThat(ann.events.get(0).get("count").getAsLong() + kept)
                .isEqualTo(picture.get("last").getAsLong());
        assertThat(kept).isEqualTo(8);
        assertThat(ann.events.stream().map(each -> Browser.text(each, "text")))
                .contains("message 7")
                .doesNotContain("message 3");
        ann.close();
    }

    @Test
    void longAndBinaryMessagesOfOtherProgramsAreShownCut() {
        Browser ann = browser("ann");
        ann.join("room");
        try (FlushConnection other = FlushConnection.connect(daemon, "other")) {
            FlushGroup group = other.join("room");
            group.listen(new FlushListener() {});
            group.awaitView(2, Wait.LONGEST);
            byte[] body = new byte[100_000];
            body[0] = (byte) 0xff;
            group.multicast(Service.SAFE, body);
            JsonObject seen = ann.sees("message", each -> each.get("cut").getAsInt() == 96_000);
            assertThat(Browser.text(seen, "text")).hasSize(4_000).startsWith("\ufffd");
            other.unicast(Service.FIFO, "#ann#d1", "psst".getBytes(StandardCharsets.UTF_8));
            ann.sees("private", each -> Browser.text(each, "text").equals("psst"));
        }
        ann.close();
    }

    // ---- what becomes of what was said

    @Test
    void whatIsSaidWhileTheMembersChangeGoesOutInTheNewView() {
        Browser ann = browser("ann");
        Browser bob = browser("bob");
        ann.join("room");
        ann.say("room", "first", "AGREED", "before any view");
        ann.seesMessage("before any view");
        bob.join("room");
        ann.seesMembers(2);
        ann.post("/manual", Map.of("room", "room", "on", "true"));
        Browser carol = browser("carol");
        carol.join("room");
        ann.sees("state", each -> Browser.text(each, "state").equals("ASKED"));
        bob.sees("missing", each -> Browser.list(each, "missing").equals(List.of("#ann#d1")));
        bob.say("room", "early", "SAFE", "early");
        bob.say("room", "early", "SAFE", "early"); // a page that got no answer
        bob.seesFate("early", "waits");
        ann.say("room", "old", "FIFO", "in the old view");
        bob.seesMessage("in the old view");
        ann.post("/flush", Map.of("room", "room"));
        JsonObject view = ann.seesMembers(3);
        JsonObject early = ann.seesMessage("early");
        assertThat(ann.events.indexOf(early)).isGreaterThan(ann.events.indexOf(view));
        carol.seesMessage("early");
        bob.seesMessage("early");
        assertThat(bob.events.stream()
                        .filter(each -> Browser.text(each, "t").equals("message")
                                && Browser.text(each, "id").equals("early")))
                .hasSize(1);
        assertThat(carol.events.stream().map(each -> Browser.text(each, "text")))
                .doesNotContain("in the old view");
        ann.close();
        bob.close();
        carol.close();
    }

    /** Carol joins the room of ann and bob, and ann keeps back her consent. */
    private static void annHoldsUpTheView(Browser ann, Browser bob, Browser carol) {
        ann.join("room");
        bob.join("room");
        bob.seesMembers(2);
        ann.post("/manual", Map.of("room", "room", "on", "true"));
        ann.sees("manual", each -> true);
        carol.join("room");
    }

    @Test
    void aPageThatIsGoneDoesNotHoldUpTheOthers() {
        restart(ChatLimits.DEFAULTS.withUnwatched(Duration.ofMillis(200)));
        Browser ann = browser("ann");
        Browser bob = browser("bob");
        Browser carol = browser("carol");
        annHoldsUpTheView(ann, bob, carol);
        ann.sees("state", each -> Browser.text(each, "state").equals("ASKED"));
        ann.lookAway();
        bob.seesMembers(3);
        bob.close();
        carol.close();
    }

    @Test
    void whatWaitsIsGivenBackWhenTheRoomIsLeft() {
        Browser ann = browser("ann");
        Browser bob = browser("bob");
        Browser carol = browser("carol");
        annHoldsUpTheView(ann, bob, carol);
        bob.sees("missing", each -> Browser.list(each, "missing").equals(List.of("#ann#d1")));
        bob.say("room", "early", "AGREED", "early");
        bob.seesFate("early", "waits");
        bob.post("/leave", Map.of("room", "room"));
        assertThat(Browser.text(bob.seesFate("early", "back"), "why")).isEqualTo("you are leaving the room");
        ann.post("/flush", Map.of("room", "room"));
        bob.sees("gone", each -> true);
        ann.close();
        bob.close();
        carol.close();
    }

    @Test
    void whenTheDaemonDiesWhatWaitsIsGivenBackAndTheMemberComesBackWithIt() {
        Browser ann = browser("ann");
        Browser bob = browser("bob");
        Browser carol = browser("carol");
        annHoldsUpTheView(ann, bob, carol);
        bob.sees("missing", each -> Browser.list(each, "missing").equals(List.of("#ann#d1")));
        bob.say("room", "early", "AGREED", "early");
        bob.seesFate("early", "waits");
        running.close();
        assertThat(Browser.text(bob.seesFate("early", "back"), "why")).contains("connection to the daemon has ended");
        bob.sees("connection", each -> !each.get("up").getAsBoolean());
        bob.say("room", "late", "AGREED", "late");
        assertThat(Browser.text(bob.seesFate("late", "back"), "why")).contains("does not answer");
        assertThat(bob.join("other").why()).contains("The daemon does not answer");
        ann.post("/manual", Map.of("room", "room", "on", "false"));
        bob.events.clear();
        running = daemon();
        bob.sees("connection", each -> each.get("up").getAsBoolean());
        bob.seesMembers(3);
        bob.say("room", "again", "AGREED", "again");
        ann.seesMessage("again");
        assertThat(ann.events.stream().map(each -> Browser.text(each, "text"))).doesNotContain("early", "late");
        ann.close();
        bob.close();
        carol.close();
    }
}
