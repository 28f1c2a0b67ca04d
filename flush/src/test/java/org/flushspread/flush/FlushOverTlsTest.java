package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.flushspread.TestCertificates;
import org.flushspread.TestCertificates.Issued;
import org.flushspread.Wait;
import org.flushspread.client.ClientTls;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.Mailbox;
import org.flushspread.client.ReceivedMessage;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.flushspread.daemon.DaemonOptions;
import org.flushspread.daemon.SpreadDaemon;
import org.flushspread.daemon.TestPorts;
import org.flushspread.daemon.TlsOptions;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A view-synchronous group whose members speak TLS to their daemon, one by configuration alone and one by its options. */
@Timeout(120)
class FlushOverTlsTest {
    private static final String HOST = "127.0.1.1";

    @TempDir
    private static Path files;

    private final int port = TestPorts.free();
    private final int tlsPort = TestPorts.free();

    private SpreadDaemon start(Issued own) {
        Configuration one = Configuration.parse(
                "Spread_Segment 127.0.1.255:" + port + " { d1 127.0.1.1 { 127.0.1.1 } }",
                "test",
                HostResolver.LOCALHOST_ONLY);
        return SpreadDaemon.start(
                one,
                one.requireByName("d1"),
                DaemonOptions.DEFAULTS
                        .withSocketDirectory(Optional.empty())
                        .withTls(TlsOptions.of(tlsPort, own.certificate(), own.key())));
    }

    private static FlushEvent await(FlushConnection at, Class<?> kind) {
        FlushEvent event = at.receive(Wait.LONGEST);
        while (event != null) {
            if (event instanceof FlushRequest request && !request.isAnswered()) {
                request.flush();
            }
            if (kind.isInstance(event)) {
                break;
            }
            event = at.receive(Wait.LONGEST);
        }
        assertThat(event).as("a " + kind.getSimpleName()).isNotNull();
        return event;
    }

    private static int awaitView(Mailbox at) {
        ReceivedMessage m = new ReceivedMessage(10);
        ByteBuffer body = ByteBuffer.allocate(1000);
        while ((m.service_type & ServiceType.REG_MEMB_MESS) == 0) {
            m.service_type = 0;
            assertThat(Fl.FL_receive(at, m, body.clear())).isNotNegative();
        }
        return m.num_groups;
    }

    @Test
    void viewsFlushesAndMessagesPassOverTls() {
        TestCertificates authority = new TestCertificates(files, "authority");
        Issued own = authority.issue("d1", HOST);
        ClientTls tls = ClientTls.trusting(authority.authority());
        System.setProperty(
                ClientTls.PIN,
                com.google.common.hash.Hashing.sha256().hashBytes(own.der()).toString());
        try (SpreadDaemon daemon = start(own);
                FlushConnection bob = FlushConnection.connect(
                        ConnectOptions.of(tlsPort + "@" + HOST, "bob").withTls(tls))) {
            assertThat(daemon.isRunning()).isTrue();
            bob.join("room");
            await(bob, View.class);
            Mailbox alice = new Mailbox();
            assertThat(Fl.FL_connect("tls://" + HOST + ":" + tlsPort, "alice", 0, alice))
                    .isEqualTo(SpreadCode.ACCEPT_SESSION.code());
            assertThat(Fl.FL_join(alice, "room")).isZero();
            // Both have to be in a call for the view to come.
            CompletableFuture<Integer> inView = CompletableFuture.supplyAsync(() -> awaitView(alice));
            assertThat(((View) await(bob, View.class)).members()).hasSize(2);
            assertThat(inView.orTimeout(Wait.LONGEST.toSeconds(), TimeUnit.SECONDS)
                            .join())
                    .isEqualTo(2);
            ByteBuffer hello = ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII));
            assertThat(Fl.FL_multicast(alice, ServiceType.SAFE_MESS, "room", (short) 0, hello))
                    .isEqualTo(5);
            assertThat(((DataMessage) await(bob, DataMessage.class)).text()).isEqualTo("hello");
            assertThat(Fl.FL_disconnect(alice)).isZero();
        } finally {
            System.clearProperty(ClientTls.PIN);
        }
    }
}
