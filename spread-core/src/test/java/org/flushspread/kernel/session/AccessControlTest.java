package org.flushspread.kernel.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.flushspread.config.AccessRules;
import org.flushspread.kernel.OneDaemon;
import org.flushspread.kernel.TestConfigurations;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.Session;
import org.flushspread.wire.Name;
import org.flushspread.wire.PasswordBlock;
import org.flushspread.wire.ServiceType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the access file lets clients do (security 4.3 and 4.4). */
class AccessControlTest {
    private static final byte[] NOTHING = {};
    private static final int REJECT = 0x80400080;

    private SessionBench bench =
            new SessionBench(TestConfigurations.options(List.of("NULL", "PWORD"), List.of(), 1000));

    @AfterEach
    void stop() {
        bench.stop();
    }

    private static AccessRules rules(String... lines) {
        return AccessRules.parse(String.join("\n", lines), "access");
    }

    private void send(Session from, int type, String... groups) {
        String me = ((ClientSession) from).privateGroup().toString();
        bench.send(from, SessionBench.message(type, me, List.of(groups), new byte[] {7}));
    }

    private int submitted() {
        int count = 0;
        while (bench.ring.next() != null) {
            count++;
        }
        return count;
    }

    private boolean isReturned(Session to, int oldType) {
        bench.sessions.turnEnded();
        ByteBuf answer = Unpooled.wrappedBuffer(bench.ports.client(to).take());
        if (!answer.isReadable()) {
            return false;
        }
        assertThat(answer.getIntLE(0)).isEqualTo(REJECT);
        assertThat(answer.getIntLE(48) & 0x7fffff7f).isEqualTo(oldType);
        return true;
    }

    private long refused(Reason why) {
        return bench.context.counters().refused(why);
    }

    @Test
    void whatIsDeniedIsReturnedCountedAndNamedWithItsLine() {
        bench.sessions.access(
                rules("deny join,leave,send group secret", "deny join,leave group quiet", "default allow"));
        Session a = bench.client("a");
        send(a, ServiceType.JOIN_MESS, "secret");
        assertThat(isReturned(a, ServiceType.CAUSED_BY_JOIN)).isTrue();
        send(a, ServiceType.LEAVE_MESS, "quiet");
        assertThat(isReturned(a, ServiceType.CAUSED_BY_LEAVE)).isTrue();
        send(a, ServiceType.AGREED_MESS, "secret");
        assertThat(isReturned(a, ServiceType.AGREED_MESS)).isTrue();
        assertThat(submitted()).isZero();
        send(a, ServiceType.AGREED_MESS, "quiet");
        send(a, ServiceType.JOIN_MESS, "other");
        send(a, ServiceType.LEAVE_MESS, "other");
        assertThat(submitted()).isEqualTo(3);
        assertThat(List.of(refused(Reason.JOIN_DENIED), refused(Reason.LEAVE_DENIED), refused(Reason.SEND_DENIED)))
                .containsExactly(1L, 1L, 1L);
        assertThat(bench.ports.events(Event.Refused.class))
                .extracting(Event.Refused::detail)
                .anySatisfy(
                        each -> assertThat(each).contains("#a#d1", "group 'secret'", "by line 1 of the access file"));
    }

    @Test
    void whatAClientCallsAGroupBeginsNoLineOfTheLog() {
        bench.sessions.access(rules("deny send group secret*", "default allow"));
        Session a = bench.client("a");
        send(a, ServiceType.AGREED_MESS, "secret\n\u001bstopping");
        assertThat(bench.ports.events(Event.Refused.class))
                .extracting(Event.Refused::detail)
                .singleElement()
                .asString()
                .contains("group 'secret??stopping'");
    }

    /** Part of it would be another message. */
    @Test
    void oneDestinationThatIsDeniedDeniesTheMessage() {
        bench.sessions.access(rules("deny send group secret", "default allow"));
        Session a = bench.client("a");
        send(a, ServiceType.SAFE_MESS, "open", "secret", "free");
        assertThat(isReturned(a, ServiceType.SAFE_MESS)).isTrue();
        send(a, ServiceType.SAFE_MESS, "open", "free");
        send(a, ServiceType.SAFE_MESS);
        assertThat(submitted()).isEqualTo(2);
        send(a, ServiceType.FIFO_MESS | ServiceType.SELF_DISCARD, "secret");
        assertThat(isReturned(a, ServiceType.FIFO_MESS)).isFalse();
        assertThat(refused(Reason.SEND_DENIED)).isEqualTo(2);
    }

    @Test
    void aPrivateGroupIsADestinationAsAnyOther() {
        bench.sessions.access(rules("allow connect,join", "allow send group #bob#*", "default deny"));
        Session a = bench.client("a");
        send(a, ServiceType.AGREED_MESS, "#bob#d2");
        send(a, ServiceType.AGREED_MESS, "#bob#d1", "#bob#d2");
        assertThat(submitted()).isEqualTo(2);
        send(a, ServiceType.AGREED_MESS, "#eve#d2");
        assertThat(isReturned(a, ServiceType.AGREED_MESS)).isTrue();
    }

    @Test
    void whoMayNotConnectHearsRejectAuth() {
        bench.sessions.access(rules("allow connect name good*", "default deny"));
        Session eve = bench.connect();
        bench.send(eve, SessionBench.request("eve", true));
        bench.send(eve, SessionBench.choice("NULL"));
        assertThat(bench.takeHex(eve)).endsWith("f7");
        assertThat(bench.closed(eve)).isEqualTo(Reason.CONNECT_DENIED);
        assertThat(refused(Reason.CONNECT_DENIED)).isEqualTo(1);
        assertThat(bench.client("goodbob")).isNotNull();
    }

    @Test
    void aUserIsWhoeverProvedIt() {
        bench.sessions.access(rules("allow connect,send user alice", "default deny"));
        Session alice = proven("x", "alice");
        assertThat(bench.closed(alice)).isNull();
        send(alice, ServiceType.AGREED_MESS, "g");
        assertThat(submitted()).isEqualTo(1);
        assertThat(bench.closed(proven("y", "bob"))).isEqualTo(Reason.CONNECT_DENIED);
        Session nobody = bench.connect();
        bench.send(nobody, SessionBench.request("alice", true));
        bench.send(nobody, SessionBench.choice("NULL"));
        assertThat(bench.closed(nobody)).isEqualTo(Reason.CONNECT_DENIED);
    }

    private Session proven(String name, String user) {
        Session session = bench.connect();
        bench.send(session, SessionBench.request(name, true));
        bench.send(session, SessionBench.choice("PWORD"));
        bench.send(session, SessionBench.bytes(new PasswordBlock(user, "x")::write));
        bench.sessions.authenticated(session, "PWORD", true);
        bench.sessions.turnEnded();
        bench.ports.client(session).take();
        return session;
    }

    @Test
    void anotherFileDecidesAnewWhatWasDecided() {
        bench.sessions.access(rules("default allow"));
        Session a = bench.client("a");
        send(a, ServiceType.AGREED_MESS, "g");
        assertThat(submitted()).isEqualTo(1);
        bench.sessions.access(rules("deny send group g", "default allow"));
        send(a, ServiceType.AGREED_MESS, "g");
        assertThat(isReturned(a, ServiceType.AGREED_MESS)).isTrue();
        bench.sessions.access(null);
        send(a, ServiceType.AGREED_MESS, "g");
        assertThat(submitted()).isEqualTo(1);
    }

    @Test
    void aSessionThatMayNotBeAnyMoreEnds() {
        Session a = bench.client("a");
        Session b = bench.client("b");
        bench.sessions.access(rules("deny connect name a", "default allow"));
        bench.sessions.turnEnded();
        assertThat(bench.closed(a)).isEqualTo(Reason.ACCESS_WITHDRAWN);
        assertThat(bench.closed(b)).isNull();
        assertThat(refused(Reason.ACCESS_WITHDRAWN)).isEqualTo(1);
        assertThat(submitted()).as("its KILL").isEqualTo(1);
    }

    @Test
    void aMemberOfAGroupThatItMayNotJoinAnyMoreEnds() {
        OneDaemon daemon = new OneDaemon();
        Session a = daemon.client("a", true);
        Session b = daemon.client("b", true);
        daemon.send(a, SessionBench.message(ServiceType.JOIN_MESS, "#a#d1", List.of("secret"), NOTHING));
        daemon.send(b, SessionBench.message(ServiceType.JOIN_MESS, "#b#d1", List.of("open"), NOTHING));
        daemon.kernel.access(rules("deny join group secret", "default allow"));
        daemon.turn();
        assertThat(daemon.ports.client(a).closed()).isEqualTo(Reason.ACCESS_WITHDRAWN);
        assertThat(daemon.ports.client(b).closed()).isNull();
        daemon.stop();
    }

    /** Its join was allowed when it was read, and is ordered after the reload. */
    @Test
    void aJoinOnItsWayDoesNotOutliveTheFileThatAllowedIt() {
        OneDaemon daemon = new OneDaemon();
        Session a = daemon.client("a", true);
        daemon.kernel.bytes(
                a,
                Unpooled.wrappedBuffer(
                        SessionBench.message(ServiceType.JOIN_MESS, "#a#d1", List.of("secret"), NOTHING)));
        assertThat(daemon.kernel.waitingMessages()).isEqualTo(1);
        daemon.kernel.access(rules("deny join group secret", "default allow"));
        daemon.turn();
        daemon.turn();
        assertThat(daemon.ports.client(a).closed()).isEqualTo(Reason.ACCESS_WITHDRAWN);
        daemon.stop();
    }

    @Test
    void aDecisionThatWasMadeCostsNoObject() {
        AccessControl control = new AccessControl(bench.context);
        control.rules(rules("deny send group x*", "allow send group g*,#*", "default deny"));
        ClientSession session = (ClientSession) bench.client("a");
        List<String> groups = new ArrayList<>(Collections.nCopies(3, "g"));
        groups.set(1, "#b#d1");
        ByteBuf message =
                Unpooled.wrappedBuffer(SessionBench.message(ServiceType.AGREED_MESS, "#a#d1", groups, NOTHING));
        Name me = session.privateGroup();
        for (int i = 0; i < 20_000; i++) {
            assertThat(control.maySend(session, me, message, 48, 3)).isTrue();
        }
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        boolean all = true;
        for (int i = 0; i < 100_000; i++) {
            all &= control.maySend(session, me, message, 48, 3);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(all).isTrue();
        assertThat(allocated).as("bytes for 100,000 messages").isLessThan(50_000);
    }

    /** A client that names other groups all the time has no more than so many remembered, and each decided rightly. */
    @Test
    void moreDestinationsThanAreRememberedAreDecidedAllTheSame() {
        AccessControl control = new AccessControl(bench.context);
        control.rules(rules("allow send group *0", "default deny"));
        ClientSession session = (ClientSession) bench.client("a");
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 10 * AccessDecisions.ENTRIES; i++) {
                ByteBuf message = Unpooled.wrappedBuffer(
                        SessionBench.message(ServiceType.AGREED_MESS, "#a#d1", List.of("g" + i), NOTHING));
                assertThat(control.maySend(session, session.privateGroup(), message, 48, 1))
                        .isEqualTo(i % 10 == 0);
            }
        }
    }
}
