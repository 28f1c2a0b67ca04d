package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.flushspread.client.CDaemon;
import org.flushspread.client.Service;
import org.flushspread.daemon.TestPorts;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The C library's flush_user and this library in one group on the C daemon; no network changes, which the C library does not survive. */
@Timeout(90)
class CMembersTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final int PORT = TestPorts.free();

    /** A flush_user, told what to do line by line. */
    private static final class CUser implements AutoCloseable {
        private final Process process;
        private final List<String> said = new CopyOnWriteArrayList<>();
        private int heard;

        CUser(CDaemon daemon, String name) {
            try {
                process = new ProcessBuilder(
                                "stdbuf",
                                "-oL",
                                CDaemon.home().resolve("bin/flush_user").toString(),
                                "-u",
                                name,
                                "-s",
                                daemon.name())
                        .redirectErrorStream(true)
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Thread reader = new Thread(this::read);
            reader.setDaemon(true);
            reader.start();
            await("connected to");
        }

        private void read() {
            try (BufferedReader in =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.ISO_8859_1))) {
                for (String line; (line = in.readLine()) != null; ) {
                    said.add(line);
                }
            } catch (IOException e) {
                said.add(e.toString());
            }
        }

        void say(String... lines) {
            try {
                for (String line : lines) {
                    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
                }
                process.getOutputStream().flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Waits for a line with this text and forgets everything up to it. */
        void await(String text) {
            long end = System.nanoTime() + LONG.toNanos();
            while (System.nanoTime() < end) {
                for (int i = heard; i < said.size(); i++) {
                    if (said.get(i).contains(text)) {
                        heard = i + 1;
                        return;
                    }
                }
                Thread.onSpinWait();
            }
            throw new AssertionError("flush_user never said '" + text + "' but " + said);
        }

        @Override
        public void close() {
            kill();
        }

        void kill() {
            process.destroy();
            try {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static <T extends FlushEvent> T await(FlushConnection connection, Class<T> type) {
        while (true) {
            @Nullable FlushEvent event = connection.receive(LONG);
            assertThat(event).as("waiting for " + type.getSimpleName()).isNotNull();
            if (type.isInstance(event)) {
                return type.cast(event);
            }
        }
    }

    @Test
    void cAndJavaMembersJoinTalkLeaveAndCrashTogether() {
        try (CDaemon daemon = CDaemon.start(PORT);
                FlushConnection java = FlushConnection.connect(daemon.name(), "java");
                CUser c = new CUser(daemon, "cuser")) {
            FlushGroup group = java.join("g");
            assertThat(group.awaitView(1, LONG).me()).isEqualTo("#java#d1");

            // A C member joins: our consent, its own, one view.
            c.say("j g", "r");
            await(java, FlushRequest.class).flush();
            View both = await(java, View.class);
            assertThat(both.members()).containsExactly("#cuser#d1", "#java#d1");
            assertThat(both.cause()).isEqualTo(View.Cause.JOIN);
            assertThat(both.changedMember()).isEqualTo("#cuser#d1");
            c.await("#java#d1");

            // Messages both ways.
            group.multicast(Service.AGREED, "from java");
            c.say("r");
            c.await("from java");
            group.unicast(Service.FIFO, "#cuser#d1", "only for you");
            c.say("r");
            c.await("only for you");
            c.say("s g", "from c");
            DataMessage message = await(java, DataMessage.class);
            while (!message.text().startsWith("from c")) {
                message = await(java, DataMessage.class);
            }
            assertThat(message.sender()).isEqualTo("#cuser#d1");
            c.say("r");
            c.await("from c");

            // A third member, Java: the C member is asked and consents.
            try (FlushConnection third = FlushConnection.connect(daemon.name(), "third")) {
                third.join("g");
                c.say("r");
                await(java, FlushRequest.class).flush();
                c.await("FLUSH");
                c.say("f g", "r");
                View three = await(third, View.class);
                assertThat(three.members()).containsExactly("#cuser#d1", "#java#d1", "#third#d1");
                assertThat(await(java, View.class).id()).isEqualTo(three.id());
            }

            // It goes; the C member dies before it consents; the change is collapsed and we go on alone.
            await(java, FlushRequest.class).flush();
            c.kill();
            View alone = await(java, View.class);
            while (alone.members().size() > 1) {
                alone = await(java, View.class);
            }
            assertThat(alone.members()).containsExactly("#java#d1");
            assertThat(alone.cause()).isEqualTo(View.Cause.NETWORK);
            group.multicast(Service.SAFE, "still here");
            assertThat(await(java, DataMessage.class).text()).isEqualTo("still here");
        }
    }
}
