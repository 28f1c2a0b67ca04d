package org.flushspread.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.flushspread.Wait;
import org.flushspread.wire.SpreadCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What follows a header is what it announces, whatever the program does with its buffers (client-protocol 3). */
@Timeout(120)
class OutgoingBodyTest {
    private FakeDaemon daemon;
    private GatedLink link;
    private SpreadConnection spread;

    @BeforeEach
    void connect() throws Exception {
        daemon = FakeDaemon.listen();
        CompletableFuture<Void> accepting = daemon.acceptAs("me");
        ConnectOptions options = ConnectOptions.of(daemon.name(), "me");
        link = new GatedLink(SocketLink.connect(
                DaemonAddress.parse(options.daemon()), options.socketDirectory(), Deadline.in(Wait.LONGEST)));
        spread = SpreadConnection.connect(options.withLink(link));
        accepting.get(60, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() {
        daemon.close();
        spread.close();
    }

    /** Reads one message of the client; its body. */
    private byte[] readMessage() {
        ByteBuffer header = ByteBuffer.wrap(daemon.receive(48)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(header.getInt(0) & 0x80000080).isEqualTo(0x80000080);
        daemon.receive(32 * header.getInt(36));
        return daemon.receive(header.getInt(44));
    }

    private static ByteBuffer random(Random random, int length) {
        byte[] bytes = new byte[length + 4];
        random.nextBytes(bytes);
        ByteBuffer buffer = random.nextBoolean()
                ? ByteBuffer.wrap(bytes)
                : ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        return buffer.limit(length + 2).position(2);
    }

    @Test
    void aBufferMayStandInAScatterManyTimes() {
        Random random = new Random(22);
        for (int round = 0; round < 60; round++) {
            List<ByteBuffer> own = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                own.add(random(random, random.nextInt(round % 5 == 0 ? 60_000 : 100)));
            }
            ByteBuffer[] scatter = new ByteBuffer[1 + random.nextInt(6)];
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            for (int i = 0; i < scatter.length; i++) {
                scatter[i] = own.get(random.nextInt(own.size()));
                byte[] bytes = new byte[scatter[i].remaining()];
                scatter[i].duplicate().get(bytes);
                expected.writeBytes(bytes);
            }
            CompletableFuture<byte[]> body = CompletableFuture.supplyAsync(this::readMessage, FakeDaemon.THREADS);
            spread.multicast(Service.AGREED, "g", scatter);
            assertThat(body.join()).as("round " + round).isEqualTo(expected.toByteArray());
            assertThat(Arrays.stream(scatter).allMatch(each -> !each.hasRemaining()))
                    .isTrue();
        }
    }

    @Test
    void aBufferThatTheProgramMovesWhileASendWaitsChangesNothing() throws Exception {
        byte[] bytes = new byte[5_000_000];
        new Random(1).nextBytes(bytes);
        ByteBuffer large = ByteBuffer.wrap(bytes);
        ByteBuffer small = ByteBuffer.wrap(new byte[] {1, 2, 3});
        CompletableFuture<Void> sending = CompletableFuture.runAsync(
                () -> spread.multicast(Service.AGREED, "g", large, small), FakeDaemon.THREADS);
        byte[] head = daemon.receive(48);
        assertThat(ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt(44))
                .isEqualTo(5_000_003);
        large.clear().limit(17).position(5);
        small.position(2);
        daemon.receive(32);
        assertThat(daemon.receive(5_000_000)).isEqualTo(bytes);
        assertThat(daemon.receive(3)).containsExactly(1, 2, 3);
        sending.get(60, TimeUnit.SECONDS);
        assertThat(large.hasRemaining()).isFalse();
        spread.multicast(Service.AGREED, "g", new byte[] {9});
        assertThat(readMessage()).containsExactly(9);
    }

    @Test
    void aSendThatIsRefusedLeavesTheBuffersAlone() {
        link.full = true;
        ByteBuffer body = ByteBuffer.wrap(new byte[10]).position(3);
        assertThat(spread.trySend(Multicast.to("g"), body, body)).isFalse();
        assertThat(body.position()).isEqualTo(3);
        link.full = false;
        assertThat(spread.trySend(Multicast.to("g"), body, body)).isTrue();
        assertThat(readMessage()).hasSize(14);
    }

    @Test
    void memoryThatRunsOutInTheMiddleOfAMessageEndsTheConnectionWithAReason() {
        link.bytesUntilMemoryRunsOut = 100;
        assertThatThrownBy(() -> spread.multicast(Service.AGREED, "g", new byte[1000]))
                .isInstanceOf(OutOfMemoryError.class);
        link.bytesUntilMemoryRunsOut = Integer.MAX_VALUE;
        assertThatThrownBy(() -> spread.multicast(Service.AGREED, "g", new byte[1]))
                .isInstanceOfSatisfying(
                        SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.CONNECTION_CLOSED))
                .hasMessageContaining("in the middle of a message")
                .hasMessageContaining("OutOfMemoryError");
        daemon.receive(100);
        assertThat(daemon.clientCloses()).isTrue();
    }

    @Test
    void memoryThatRunsOutBeforeAMessageCostsThatMessageOnly() {
        link.bytesUntilMemoryRunsOut = 0;
        assertThatThrownBy(() -> spread.multicast(Service.AGREED, "g", new byte[1000]))
                .isInstanceOf(OutOfMemoryError.class);
        link.bytesUntilMemoryRunsOut = Integer.MAX_VALUE;
        spread.multicast(Service.AGREED, "g", new byte[] {1});
        assertThat(readMessage()).containsExactly(1);
    }
}
