package org.flushspread.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;

/** What a client makes of bytes that say they come from a daemon. */
public final class ClientFuzz {
    private ClientFuzz() {}

    /** Behind the handshake. The first byte says how many of the others each read brings. */
    public static void fromDaemon(byte[] input) {
        if (input.length < 1) {
            return;
        }
        int atOnce = 1 + (input[0] & 0xff);
        MessageReader reader =
                new MessageReader(new BytesLink(Arrays.copyOfRange(input, 1, input.length)).readAtOnce(atOnce * 8));
        reader.begin("#me#d1");
        try {
            while (true) {
                while (!reader.hasMessage()) {
                    if (!reader.hasRoom() || reader.fill() < 0) {
                        assertThat(reader.capacity()).isLessThanOrEqualTo(MessageReader.CAPACITY + 2 * input.length);
                        return;
                    }
                }
                look(reader.message());
                reader.consume();
            }
        } catch (SpreadException e) {
            assertThat(e).hasMessageContaining(" ");
        } catch (IOException e) {
            throw new AssertionError("a link in memory does not fail", e);
        }
    }

    private static void look(IncomingMessage message) {
        SpreadEvent event = message.event();
        if (event instanceof DataMessage data) {
            assertThat(data.body().remaining()).isEqualTo(message.bodyLength());
            assertThat(data.groups()).hasSize(message.numGroups());
        } else if (event instanceof View view) {
            assertThat(view.members()).hasSize(message.numGroups());
        }
    }

    public static void answersToHandshake(byte[] input) {
        ConnectOptions options = ConnectOptions.of("4803", "me");
        BytesLink link = new BytesLink(input);
        MessageReader reader = new MessageReader(link);
        ByteBuffer request = Handshake.request(options);
        try {
            new Handshake(options, link, reader, Deadline.in(Duration.ofMinutes(1))).run(request);
        } catch (SpreadException e) {
            assertThat(e).hasMessageContaining(" ");
        }
    }
}
