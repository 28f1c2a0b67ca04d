package org.flushspread.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.flushspread.config.Configuration;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.Session;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The order of a turn and what counts as time (ring-protocol 15). */
class TurnTest implements Inputs {
    private static final long WORK = Duration.ofSeconds(9).toNanos();

    private final Configuration configuration = LoneKernel.configuration(LoneKernel.ABC);
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final FakePorts ports = new FakePorts();
    private final Kernel kernel = new Kernel(
            configuration, configuration.daemons().get(0), KernelSettings.DEFAULTS, ports, allocator, 1, 0, 1000);
    private final Turn turn = new Turn(kernel, this);
    private final Deque<Runnable> dataWork = new ArrayDeque<>();
    private Runnable clientWork = () -> {};
    private long now;
    private int clientReads;
    private int tokenReads;
    private int tokens;

    @AfterEach
    void everyBufferIsGivenBack() {
        kernel.stop();
        ports.release();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    /** Else a merge that takes longer than the token timeout breaks the ring it has just formed. */
    @Test
    void whatIsArmedByLongWorkCountsFromItsEnd() {
        kernel.start();
        kernel.turnEnded();
        Duration first = Duration.ofNanos(kernel.nextDeadline());
        dataWork.add(() -> {
            kernel.start();
            now += WORK;
        });
        turn.run();
        assertThat(kernel.nextDeadline()).isEqualTo(WORK + first.toNanos());
    }

    @Test
    void aDeadlineThatPassedDuringTheWorkWaitsUntilTheSocketsWereLookedAtAgain() {
        kernel.start();
        kernel.turnEnded();
        int sent = ports.takeSent().size();
        assertThat(sent).isPositive();
        dataWork.add(() -> now += WORK);
        turn.run();
        assertThat(ports.takeSent()).isEmpty();
        turn.run();
        assertThat(ports.takeSent()).isNotEmpty();
    }

    @Test
    void aTurnThatIsOverLeavesDeadlinesAlone() {
        kernel.start();
        turn.run();
        long at = kernel.nextDeadline();
        now += 1000;
        turn.run();
        assertThat(kernel.nextDeadline()).isEqualTo(at);
    }

    @Test
    void aFloodOfTokensStarvesNeitherClientsNorDeadlines() {
        tokens = Integer.MAX_VALUE;
        kernel.start();
        ports.takeSent();
        now = Duration.ofHours(1).toNanos();
        for (int i = 0; i < 16; i++) {
            assertThat(turn.run()).as("more waits").isTrue();
        }
        assertThat(clientReads).isEqualTo(16);
        assertThat(tokenReads).isLessThanOrEqualTo(16 * 64);
        assertThat(ports.takeSent()).as("what deadlines made the daemon send").isNotEmpty();
        tokens = 0;
        assertThat(turn.run()).isFalse();
    }

    @Test
    void aTurnEndsAlsoWhereReadingAClientFails() {
        Session client = kernel.opened(0, this);
        kernel.bytes(client, io.netty.buffer.Unpooled.wrappedBuffer(new byte[] {4, 4, 0, 1, 1, 'x'}));
        clientWork = () -> {
            throw new OutOfMemoryError("in the shell");
        };
        assertThatThrownBy(turn::run).isInstanceOf(OutOfMemoryError.class);
        assertThat(ports.client(client).size())
                .as("bytes written at the end of the turn")
                .isPositive();
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public int epochSeconds() {
        return 1000;
    }

    @Override
    public void data(Kernel to) {
        Runnable work = dataWork.poll();
        if (work != null) {
            work.run();
        }
    }

    @Override
    public boolean token(Kernel to) {
        if (tokens == 0) {
            return false;
        }
        tokens--;
        tokenReads++;
        return true;
    }

    @Override
    public void clients(Kernel to) {
        clientReads++;
        clientWork.run();
    }
}
