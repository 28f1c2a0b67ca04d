package org.flushspread.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.flushspread.config.Options;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.kernel.base.KernelFailure;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.Message;
import org.flushspread.kernel.base.Probe;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.Session;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where failures end (guarantees): at one client, or with the daemon. */
class FailuresTest {
    private static final int LARGE = 9_000;

    /** What memory may cost, whichever allocation fails: clients, or the daemon; never a half message or a buffer. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, Integer.MAX_VALUE})
    void anAllocationThatFailsClosesClientsOrEndsTheDaemon(int times) {
        int closed = 0;
        int ended = 0;
        boolean failed = true;
        for (int n = 1; failed; n++) {
            OneDaemon daemon = new OneDaemon();
            Session alice = daemon.client("alice", true);
            Session bob = daemon.client("bob", true);
            daemon.send(bob, message(ServiceType.JOIN_MESS, "#bob#d1", "g", 0));
            daemon.takeMessages(bob);
            List<Session> all = new ArrayList<>(List.of(alice, bob));
            daemon.allocator.failAt(n, times);
            try {
                sendAndChurn(daemon, alice, all);
            } catch (KernelFailure e) {
                assertThat(e).hasRootCauseInstanceOf(OutOfMemoryError.class);
                assertThat(e.dump()).contains("d1");
                ended++;
            }
            failed = daemon.allocator.recover();
            if (!daemon.kernel.hasFailed()) {
                for (Session each : all) {
                    Reason why = daemon.ports.client(each).closed();
                    assertThat(why).as("allocation %d", n).isIn(null, Reason.OUT_OF_MEMORY, Reason.TOO_MANY_HANDSHAKES);
                    closed += why == null ? 0 : 1;
                }
                othersGoOn(daemon, bob);
            }
            daemon.stop();
        }
        assertThat(closed).isPositive();
        assertThat(ended).isPositive();
    }

    private static void sendAndChurn(OneDaemon daemon, Session alice, List<Session> all) {
        byte[] large = message(ServiceType.SAFE_MESS, "#alice#d1", "g", LARGE);
        for (int at = 0; at < large.length && isOpen(daemon, alice); at += 2_500) {
            daemon.send(alice, Arrays.copyOfRange(large, at, Math.min(large.length, at + 2_500)));
        }
        if (isOpen(daemon, alice)) {
            daemon.send(alice, message(ServiceType.JOIN_MESS, "#alice#d1", "g", 0));
        }
        Session carol = daemon.connect();
        all.add(carol);
        if (isOpen(daemon, carol)) {
            daemon.send(carol, new byte[] {4, 4, 0, 1, 5, 'c', 'a', 'r', 'o', 'l'});
        }
        daemon.turn();
    }

    private static boolean isOpen(OneDaemon daemon, Session session) {
        return daemon.ports.client(session).closed() == null;
    }

    /** Every message that bob gets is whole, and whoever was closed is gone from the group. */
    private static void othersGoOn(OneDaemon daemon, Session bob) {
        daemon.turn();
        if (!isOpen(daemon, bob)) {
            return;
        }
        daemon.send(bob, message(ServiceType.AGREED_MESS, "#bob#d1", "#bob#d1", 7));
        List<String> got = daemon.takeMessages(bob);
        assertThat(got).isNotEmpty();
        assertThat(got.get(got.size() - 1)).hasSize(2 * (MessageHeader.LENGTH + Name.SLOT + 7));
        Session other = daemon.client("alice2", true);
        daemon.send(other, message(ServiceType.JOIN_MESS, "#alice2#d1", "g", 0));
        assertThat(daemon.takeMessages(bob)).hasSize(1);
    }

    @Test
    void aFailureInTheMiddleOfDeliveryLeavesNothingHalfDone() {
        OneDaemon daemon = new OneDaemon();
        Session bob = daemon.client("bob", true);
        daemon.send(bob, message(ServiceType.JOIN_MESS, "#bob#d1", "g", 0));
        daemon.takeMessages(bob);
        daemon.kernel.probe(new Probe() {
            @Override
            public void delivered(
                    MembershipId ring, int sequence, int service, boolean wholeInOnePacket, Message message) {
                throw new IllegalStateException("a bug");
            }
        });

        KernelFailure failure = catchThrowableOfType(
                KernelFailure.class, () -> daemon.send(bob, message(ServiceType.JOIN_MESS, "#bob#d1", "h", 0)));

        assertThat(failure).hasMessageContaining("ended a turn").hasMessageContaining("a bug");
        assertThat(failure.dump()).contains("daemon d1", "highest");
        assertThat(daemon.kernel.hasFailed()).isTrue();
        daemon.kernel.probe(Probe.NONE);
        assertThatThrownBy(daemon.kernel::turnEnded).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> daemon.kernel.data(Unpooled.EMPTY_BUFFER, 0, 0))
                .isInstanceOf(IllegalStateException.class);
        assertThat(daemon.takeMessages(bob)).isEmpty();
        daemon.stop();
        assertThat(daemon.ports.client(bob).closed()).isEqualTo(Reason.DAEMON_FAILED);
        assertThat(daemon.takeMessages(bob)).isEmpty();
    }

    @Test
    void aFailureInTheInputOfAClientEndsOnlyThatClient() {
        OneDaemon daemon = new OneDaemon();
        Session alice = daemon.client("alice", true);
        Session bob = daemon.client("bob", true);
        ByteBuf broken = Unpooled.buffer(10).writeZero(10);
        broken.release();

        daemon.kernel.bytes(alice, broken);
        daemon.turn();

        assertThat(daemon.ports.client(alice).closed()).isEqualTo(Reason.INPUT_FAILED);
        assertThat(daemon.ports.events(Event.SessionFailed.class)).hasSize(1);
        daemon.send(bob, message(ServiceType.AGREED_MESS, "#bob#d1", "#bob#d1", 7));
        assertThat(daemon.takeMessages(bob)).hasSize(1);
        daemon.client("alice", true);
        daemon.stop();
    }

    /** What it contradicts is not this client's alone, so it is not the end of this client alone. */
    @Test
    void aBrokenInvariantEndsTheDaemonEvenInTheInputOfAClient() {
        OneDaemon daemon = new OneDaemon();
        Session alice = daemon.client("alice", true);
        daemon.ports.onReport(event -> {
            if (event instanceof Event.SessionOpened) {
                throw new InvariantViolation("a rule", "what contradicts it");
            }
        });

        KernelFailure failure = catchThrowableOfType(KernelFailure.class, () -> daemon.client("bob", true));

        assertThat(failure)
                .hasMessageContaining("read a client")
                .hasMessageContaining("a rule")
                .hasMessageContaining("what contradicts it")
                .cause()
                .isInstanceOf(InvariantViolation.class);
        assertThat(failure.dump()).contains("daemon d1", "highest");
        assertThat(daemon.kernel.hasFailed()).isTrue();
        daemon.kernel.stop();
        assertThat(daemon.ports.client(alice).closed()).isEqualTo(Reason.DAEMON_FAILED);
    }

    /** The queue is bounded in memory, not only in messages (client-protocol 6.3). */
    @Test
    void messagesThatWaitForTheRingTakeNoMoreMemoryThanIsSet() {
        KernelSettings settings = KernelSettings.DEFAULTS
                .withMaxSessionBytes(1 << 20)
                .withMaxClientBytes(1 << 20)
                .withMaxWaitingBytes(400_000, 100_000);
        OneDaemon daemon = new OneDaemon(settings, Options.DEFAULTS);
        Session bulk = daemon.client("bulk", false);
        byte[] message = message(ServiceType.AGREED_MESS, "#bulk#d1", "nobody", 40_000);
        int sent = 0;
        while (daemon.ports.client(bulk).reading() && sent < 100) {
            daemon.kernel.bytes(bulk, Unpooled.wrappedBuffer(message));
            sent++;
        }
        assertThat(sent).isLessThan(6);
        daemon.turn();
        assertThat(daemon.ports.client(bulk).reading()).isTrue();
        assertThat(daemon.kernel.waitingMessages()).isZero();
        daemon.stop();
    }

    private static byte[] message(int type, String from, String to, int body) {
        ByteBuf out = Unpooled.buffer();
        MessageHeader.write(out, type, Name.of(from), 1, MessageHeader.hint((short) 0), body);
        Name.of(to).write(out);
        out.writeZero(body);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }
}
