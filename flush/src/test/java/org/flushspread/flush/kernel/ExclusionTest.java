package org.flushspread.flush.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.ServiceType;
import org.junit.jupiter.api.Test;

/** The rules of exclusion.md, one by one, at members on one order. */
class ExclusionTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long PATIENCE = 3 * SECOND;

    private final Map<String, Node> nodes = new TreeMap<>();
    private final List<String> members = new ArrayList<>();
    private final Deque<Runnable> order = new ArrayDeque<>();
    private long now = 100 * SECOND;
    private int index;
    /** The daemons deliver nothing. */
    private boolean ringStands;

    /** A member; a stopped one takes in nothing and looks at no clock. */
    private final class Node implements FlushOutput {
        final String name;
        final FlushDispatcher layer;
        final List<GroupEvent> events = new ArrayList<>();
        final List<Outgoing> controls = new ArrayList<>();
        final Deque<Runnable> inbox = new ArrayDeque<>();
        boolean stopped;
        /** The application does not flush. */
        boolean busy;
        /** A plain client. */
        boolean stranger;

        Node(String name, GroupRules rules) {
            this.name = name;
            this.layer = new FlushDispatcher(name, this, rules, Wrapping.ALWAYS);
            assertThat(layer.join("g").refusal()).isNull();
            nodes.put(name, this);
        }

        @Override
        public void event(GroupEvent event) {
            events.add(event);
        }

        @Override
        public void send(Outgoing message) {
            controls.add(message);
            if ((message.type() & ServiceType.LEAVE_MESS) != 0) {
                order.add(() -> gone(name, Cause.LEAVE));
            } else {
                multicast(name, message, message.trailer());
            }
        }

        void say(int service) {
            Outgoing message = layer.multicast(service, "g", (short) 1, 1, 1);
            assertThat(message.refusal()).isNull();
            ByteBuffer body = ByteBuffer.allocate(1 + message.trailer().remaining());
            body.position(1);
            body.put(message.trailer().duplicate()).flip();
            multicast(name, message, body);
        }

        void read() {
            while (!stopped && !inbox.isEmpty()) {
                inbox.poll().run();
                flush();
            }
        }

        void flush() {
            if (!busy && layer.viewState("g") == ViewState.AUTHORIZE) {
                layer.flush("g");
            }
        }

        GroupEvent.View view() {
            return last(GroupEvent.View.class);
        }

        <T extends GroupEvent> T last(Class<T> kind) {
            List<T> all = all(kind);
            assertThat(all).as(name + " has seen " + events).isNotEmpty();
            return all.get(all.size() - 1);
        }

        <T extends GroupEvent> List<T> all(Class<T> kind) {
            return events.stream().filter(kind::isInstance).map(kind::cast).toList();
        }

        long refused(FlushReason why) {
            return layer.counters().refused(why);
        }
    }

    private Node member(String name) {
        return new Node(name, GroupRules.excluding(FlushLimits.DEFAULT, PATIENCE));
    }

    private Node stranger(String name) {
        Node node = member(name);
        node.stranger = true;
        return node;
    }

    private void multicast(String from, Outgoing message, ByteBuffer body) {
        order.add(() -> nodes.values().forEach(node -> {
            if (members.contains(node.name)) {
                node.inbox.add(() -> node.layer.data(
                        message.type(), from, message.groups(), message.messType(), true, body.duplicate()));
            }
        }));
    }

    private void membership(Cause cause, List<String> set) {
        GroupId id = new GroupId(new MembershipId(1, 1), ++index);
        List<String> list = List.copyOf(members);
        for (Node node : nodes.values()) {
            if (list.contains(node.name)) {
                node.inbox.add(() -> node.layer.membership("g", cause, id, list, set, now));
            }
        }
    }

    private void join(Node... joining) {
        for (Node node : joining) {
            order.add(() -> {
                members.add(node.name);
                membership(Cause.JOIN, List.of(node.name));
            });
        }
    }

    private void gone(String who, Cause cause) {
        if (members.remove(who)) {
            Node node = nodes.get(who);
            if (node != null && cause == Cause.LEAVE) {
                node.inbox.add(() -> node.layer.selfLeave("g"));
            }
            membership(cause, List.of(who));
        }
    }

    private void deliver() {
        boolean more = true;
        while (more) {
            more = !ringStands && !order.isEmpty();
            if (more) {
                order.remove().run();
            }
            for (Node node : nodes.values()) {
                if (!node.stranger) {
                    node.read();
                    more |= !ringStands && !order.isEmpty();
                }
            }
        }
    }

    private void pass(double seconds) {
        for (long end = now + (long) (seconds * SECOND); now < end; now += SECOND / 20) {
            deliver();
            for (Node node : nodes.values()) {
                if (!node.stopped && !node.stranger) {
                    node.layer.tick(now);
                }
            }
        }
        deliver();
    }

    private void wake(Node node) {
        node.stopped = false;
        node.read();
    }

    // ---- E2 to E6

    @Test
    void theOthersGoOnWithoutAMemberThatIsStoppedWhileAnotherJoins() {
        Node a = member("#a");
        Node b = member("#b");
        Node x = member("#x");
        join(a, b, x);
        pass(0.1);
        x.stopped = true;
        Node d = member("#d");
        join(d);
        pass(2.8);
        assertThat(a.view().members()).containsExactly("#a", "#b", "#x");
        pass(0.6);
        for (Node each : List.of(a, b, d)) {
            assertThat(each.view().members()).as(each.name).containsExactly("#a", "#b", "#d");
            assertThat(each.view().excluded()).containsExactly("#x");
            assertThat(each.view().cause()).isEqualTo(Cause.NETWORK);
        }
        assertThat(a.view().transitional()).containsExactly("#a", "#b");
        assertThat(d.view().transitional()).containsExactly("#d");
        assertThat(a.all(GroupEvent.Transition.class)).hasSize(1);
        assertThat(a.events.indexOf(a.last(GroupEvent.Transition.class)))
                .isLessThan(a.events.indexOf(a.last(GroupEvent.View.class)));
    }

    @Test
    void whoWakesUpLearnsThatItIsOutAndLeaves() {
        Node a = member("#a");
        Node x = member("#x");
        join(a, x);
        pass(0.1);
        x.stopped = true;
        a.say(ServiceType.SAFE_MESS);
        join(member("#d"));
        pass(4);
        a.say(ServiceType.SAFE_MESS);
        pass(0.1);
        wake(x);
        pass(0.1);
        assertThat(x.all(GroupEvent.Data.class)).as("what was before the point").hasSize(1);
        assertThat(x.all(GroupEvent.View.class)).hasSize(1);
        assertThat(x.all(GroupEvent.Excluded.class)).hasSize(1);
        assertThat(x.events.get(x.events.size() - 1)).isInstanceOf(GroupEvent.SelfLeave.class);
        assertThat(x.refused(FlushReason.EXCLUDED_MYSELF)).isPositive();
        assertThat(a.view().members()).containsExactly("#a", "#d");
        assertThat(a.view().excluded()).as("it has left").isEmpty();

        assertThat(x.layer.join("g").refusal()).isNull();
        join(x);
        pass(0.2);
        assertThat(a.view().members()).containsExactly("#a", "#d", "#x");
        assertThat(x.view().members()).containsExactly("#a", "#d", "#x");
    }

    @Test
    void anApplicationThatDoesNotFlushIsExcludedThoughItSends() {
        Node a = member("#a");
        Node b = member("#b");
        Node x = member("#x");
        join(a, b, x);
        pass(0.1);
        x.busy = true;
        gone("#b", Cause.DISCONNECT);
        for (int i = 0; i < 10 && x.layer.viewState("g") != null; i++) {
            if (x.layer.membershipState("g") == MembershipState.JOINED) {
                x.say(ServiceType.FIFO_MESS);
            }
            pass(0.4);
        }
        assertThat(a.view().members()).containsExactly("#a");
        assertThat(x.all(GroupEvent.Excluded.class)).hasSize(1);
        assertThat(a.all(GroupEvent.Data.class).size())
                .isEqualTo(x.all(GroupEvent.Data.class).size())
                .isPositive();
    }

    @Test
    void aMemberThatHangsAfterItsConsentHoldsUpNobody() {
        Node a = member("#a");
        Node b = member("#b");
        Node x = member("#x");
        join(a, b, x);
        pass(0.1);
        x.stopped = true;
        join(member("#d"));
        pass(1);
        b.stopped = true;
        pass(3);
        assertThat(a.view().members()).containsExactly("#a", "#b", "#d");
    }

    // ---- E2, E3, E10: who names whom, and when

    @Test
    void whileTheRingStandsStillNobodyIsNamed() {
        Node a = member("#a");
        Node b = member("#b");
        join(a, b);
        pass(0.1);
        Node d = member("#d");
        b.stopped = true;
        join(d);
        pass(0.1);
        b.stopped = false;
        ringStands = true;
        pass(60);
        ringStands = false;
        pass(0.2);
        assertThat(a.layer.counters().membersExcluded).isZero();
        assertThat(a.view().members()).containsExactly("#a", "#b", "#d");
    }

    @Test
    void aProcessThatWasStoppedAndWakesUpNamesNobody() {
        Node a = member("#a");
        Node b = member("#b");
        Node x = member("#x");
        join(a, b, x);
        pass(0.1);
        x.busy = true;
        join(member("#d"));
        pass(2);
        a.stopped = true;
        pass(0.5);
        x.busy = false;
        x.flush();
        now += 60 * SECOND;
        // The clock comes before the sockets, in spite of E10.
        a.layer.tick(now);
        wake(a);
        a.layer.tick(now);
        pass(0.2);
        assertThat(a.view().members()).containsExactly("#a", "#b", "#x", "#d");
        assertThat(b.layer.counters().membersExcluded).isZero();
    }

    @Test
    void aNameIsVoidIfItsOwnerHasSpokenSinceTheSenderDid() {
        Node a = member("#a");
        Node x = member("#x");
        Node y = member("#y");
        join(a, x, y);
        pass(0.1);
        x.busy = true;
        y.busy = true;
        Node d = member("#d");
        join(d);
        pass(2.9);
        ringStands = true;
        x.busy = false;
        x.flush();
        pass(2);
        assertThat(x.controls.get(x.controls.size() - 1).messType()).isEqualTo(FlushService.FLUSH_OK);
        ringStands = false;
        pass(0.2);
        assertThat(a.refused(FlushReason.NAMED_IN_VAIN)).isEqualTo(1);
        assertThat(d.refused(FlushReason.NAMED_IN_VAIN)).isEqualTo(1);
        assertThat(a.view().members()).containsExactly("#a", "#x", "#d");
    }

    @Test
    void aJoinerDoesNotNameThoseWhoWorkOnOlderChanges() {
        Node a = member("#a");
        Node b = member("#b");
        Node x = member("#x");
        join(a, b, x);
        pass(0.1);
        x.stopped = true;
        for (int i = 0; i < 6; i++) {
            join(member("#d" + i));
            pass(0.7);
        }
        pass(4);
        assertThat(a.view().members()).hasSize(8).doesNotContain("#x");
        assertThat(nodes.values().stream().filter(each -> each.layer.counters().membersExcluded > 0))
                .as("nobody but x was ever excluded")
                .allMatch(each -> each.all(GroupEvent.Excluded.class).isEmpty());
    }

    @Test
    void aJoinerThatIsAloneWithStrangersWaitsTwiceAsLong() {
        join(stranger("#s"), stranger("#t"));
        deliver();
        Node a = member("#a");
        join(a);
        pass(5.9);
        assertThat(a.all(GroupEvent.View.class)).isEmpty();
        pass(0.5);
        assertThat(a.view().members()).containsExactly("#a");
        assertThat(a.view().excluded()).containsExactly("#s", "#t");
        assertThat(a.layer.membershipState("g")).isEqualTo(MembershipState.JOINED);
    }

    @Test
    void whoComesBackWithinAMinuteGetsTwiceTheTime() {
        Node a = member("#a");
        Node x = member("#x");
        join(a, x);
        pass(0.1);
        double[] waited = new double[4];
        for (int i = 0; i < waited.length; i++) {
            Node d = member("#d" + i);
            join(d);
            pass(0.1);
            long since = now;
            x.stopped = true;
            gone(d.name, Cause.DISCONNECT);
            nodes.remove(d.name);
            pass(0.1);
            int before = a.all(GroupEvent.View.class).size();
            while (a.all(GroupEvent.View.class).size() == before) {
                pass(0.1);
            }
            waited[i] = (now - since) / 1e9;
            wake(x);
            pass(i == 2 ? 70 : 0.2);
            assertThat(x.layer.join("g").refusal()).isNull();
            join(x);
            pass(0.2);
            assertThat(a.view().members()).containsExactly("#a", "#x");
        }
        assertThat(waited[0]).isBetween(3.0, 3.4);
        assertThat(waited[1]).isBetween(6.0, 6.6);
        assertThat(waited[2]).isBetween(12.0, 12.8);
        assertThat(waited[3]).as("it came back after a minute").isBetween(3.0, 3.4);
    }

    // ---- E5

    @Test
    void whatTheExcludedHadSentIsDroppedByAllInTheTransitionalPeriodToo() {
        Node a = member("#a");
        Node b = member("#b");
        Node x = member("#x");
        join(a, b, x);
        pass(0.1);
        x.busy = true;
        b.busy = true;
        join(member("#d"));
        pass(1);
        x.say(ServiceType.FIFO_MESS);
        GroupId view = a.layer.installedView("g");
        pass(0.1);
        named("#d", "#x");
        pass(0.1);
        assertThat(a.layer.viewState("g")).isEqualTo(ViewState.AGREE);
        assertThat(a.all(GroupEvent.Transition.class)).hasSize(1);
        for (int i = 0; i < 2; i++) {
            ByteBuffer body = ByteBuffer.allocate(1 + 2 + GroupId.LENGTH).position(3);
            body.put(gid(view)).flip();
            multicast("#x", Outgoing.of(ServiceType.FIFO_MESS, List.of("g"), FlushService.VULNERABLE, body), body);
            pass(0.1);
            a.layer.transition("g");
        }
        assertThat(a.all(GroupEvent.Data.class)).hasSize(1);
        assertThat(a.refused(FlushReason.SENDER_EXCLUDED)).isEqualTo(2);
        assertThat(x.all(GroupEvent.Data.class)).hasSize(1);
    }

    /** A consent to the latest change that names somebody. */
    private void named(String from, String who) {
        ByteBuffer body = ByteBuffer.allocate(32 + GroupId.LENGTH);
        body.put(0, who.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        body.position(32).put(gid(new GroupId(new MembershipId(1, 1), index))).flip();
        multicast(from, Outgoing.of(ServiceType.AGREED_MESS, List.of("g"), FlushService.FLUSH_OK, body), body);
    }

    private static ByteBuffer gid(GroupId id) {
        io.netty.buffer.ByteBuf out = Unpooled.buffer();
        id.write(out);
        return out.nioBuffer();
    }

    // ---- E8

    @Test
    void aStrangerIsExcludedFromEachLaterViewWithoutWaiting() {
        Node a = member("#a");
        Node b = member("#b");
        join(a, b);
        pass(0.1);
        join(stranger("#s"));
        pass(3.4);
        assertThat(a.view().excluded()).containsExactly("#s");
        Node d = member("#d");
        join(d);
        pass(0.1);
        assertThat(a.view().members()).containsExactly("#a", "#b", "#d");
        assertThat(d.view().excluded()).containsExactly("#s");
        gone("#s", Cause.LEAVE);
        pass(0.1);
        assertThat(d.view().excluded()).isEmpty();
    }

    // ---- E9

    @Test
    void aRollCallExcludesWhoHangsInASteadyView() {
        Node a = member("#a");
        Node b = member("#b");
        Node x = member("#x");
        join(a, b, x);
        pass(0.1);
        x.stopped = true;
        assertThat(a.layer.rollCall("g", List.of())).isNull();
        pass(3.4);
        assertThat(b.view().members()).containsExactly("#a", "#b");
        assertThat(b.view().excluded()).containsExactly("#x");
        assertThat(b.layer.counters().rollCalls).isEqualTo(1);
        wake(x);
        pass(0.1);
        assertThat(x.all(GroupEvent.Excluded.class)).hasSize(1);
        assertThat(b.view().members()).containsExactly("#a", "#b");
    }

    @Test
    void aRollCallThatNamesSomebodyExcludesItThoughItConsents() {
        Node a = member("#a");
        Node b = member("#b");
        Node x = member("#x");
        join(a, b, x);
        pass(0.1);
        assertThat(a.layer.rollCall("g", List.of("#x"))).isNull();
        pass(0.1);
        assertThat(b.view().members()).containsExactly("#a", "#b");
        assertThat(x.all(GroupEvent.Excluded.class)).hasSize(1);
    }

    @Test
    void aRollCallBehindAChangeIsNotNeeded() {
        Node a = member("#a");
        Node b = member("#b");
        join(a, b);
        pass(0.1);
        join(member("#d"));
        assertThat(a.layer.rollCall("g", List.of("#b"))).isNull();
        pass(0.1);
        assertThat(a.view().members()).containsExactly("#a", "#b", "#d");
        assertThat(a.layer.counters().rollCalls).isZero();
    }

    // ---- Wire, and who has not the option

    @Test
    void withoutTheOptionNothingIsRepeatedAndNamesAreNotLookedAt() {
        Map<String, Node> plain = new LinkedHashMap<>();
        for (String name : List.of("#a", "#b", "#x")) {
            plain.put(name, new Node(name, GroupRules.mixed(FlushLimits.DEFAULT)));
        }
        join(plain.values().toArray(new Node[0]));
        pass(0.1);
        plain.get("#x").stopped = true;
        join(new Node("#d", GroupRules.mixed(FlushLimits.DEFAULT)));
        pass(1);
        int said = plain.get("#a").controls.size();
        pass(100);
        Node a = plain.get("#a");
        assertThat(a.controls).hasSize(said);
        assertThat(a.controls).allMatch(each -> each.type() == ServiceType.FIFO_MESS);
        assertThat(a.view().members()).hasSize(3);
        named("#x", "#x");
        pass(0.1);
        assertThat(a.view().members()).as("it was a consent").hasSize(4);
    }

    @Test
    void anUnevenListOfNamesIsDropped() {
        Node a = member("#a");
        join(a);
        pass(0.1);
        ByteBuffer body = ByteBuffer.allocate(7 + GroupId.LENGTH);
        multicast("#b", Outgoing.of(ServiceType.FIFO_MESS, List.of("g"), FlushService.FLUSH_OK, body), body);
        pass(0.1);
        assertThat(a.refused(FlushReason.MALFORMED_TRAILER)).isEqualTo(1);
    }
}
