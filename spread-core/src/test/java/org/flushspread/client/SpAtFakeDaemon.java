package org.flushspread.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A session of the SP_ procedures at a daemon that says what a test wants. */
@Timeout(120)
abstract class SpAtFakeDaemon {
    static final int AGREED = 0x10;
    static final int ILLEGAL_SESSION = -11;
    static final int ILLEGAL_SERVICE = -12;
    static final int ILLEGAL_MESSAGE = -13;
    static final int ILLEGAL_GROUP = -14;
    static final int BUFFER_TOO_SHORT = -15;
    static final int GROUPS_TOO_SHORT = -16;
    static final int MESSAGE_TOO_LONG = -17;
    static final int NET_ERROR_ON_SESSION = -18;
    static final int CONNECTION_CLOSED = -8;

    final MessageBytes from = MessageBytes.little();
    final ReceivedMessage m = new ReceivedMessage(10);
    final Mailbox mbox = new Mailbox();
    FakeDaemon daemon;

    @BeforeEach
    void connect() throws Exception {
        daemon = FakeDaemon.listen();
        CompletableFuture<Void> accepting = daemon.acceptAs("a");
        assertThat(Sp.SP_connect(daemon.name(), "a", 0, true, mbox)).isEqualTo(1);
        accepting.get(60, TimeUnit.SECONDS);
        assertThat(mbox.private_group).isEqualTo("#a#d1");
    }

    @AfterEach
    void close() {
        daemon.close();
        Sp.SP_kill(mbox);
        Sp.SP_set_auth_method("NULL", (fd, data) -> 1, null);
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    static String text(ByteBuffer buffer) {
        return UTF_8.decode(buffer.flip()).toString();
    }
}
