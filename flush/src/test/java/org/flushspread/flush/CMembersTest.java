package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.flushspread.client.Mailbox;
import org.flushspread.client.ReceivedMessage;
import org.flushspread.client.Service;
import org.flushspread.flush.kernel.Cause;
import org.flushspread.flush.kernel.Wrapping;
import org.flushspread.interop.DaemonKind;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Members with the flush library of either C toolkit and with this one in one group, at each daemon: every scenario that the C library survives.
 * It does not survive a membership of cause NETWORK (quirk Q1), so no daemon fails here, and its program ends at the first error.
 */
@Timeout(120)
@ParameterizedClass
@MethodSource(DaemonKind.WITH_EACH_C_SPREAD)
class CMembersTest extends MixedMembers {
    @Test
    void javaJoinsAGroupOfCMembers() {
        CFlushUser c = c("a");
        c.say("j " + group);
        assertThat(c.receive()).contains("with 1 members, where I am member 0", "Due to the JOIN");
        FlushConnection java = java("b");
        java.join(group);
        flush(c);
        View both = await(java, View.class);
        assertThat(both.members()).hasSize(2).contains(java.privateGroup());
        assertThat(both.changedMember()).isEqualTo(java.privateGroup());
        assertThat(both.transitional()).as("a joiner comes alone").containsExactly(java.privateGroup());
        assertThat(c.event()).contains("with 2 members", "Due to the JOIN of " + java.privateGroup());
    }

    @ParameterizedTest
    @EnumSource
    void eachServiceOfJavaComesToC(Wrapping wrapping) {
        meet(options -> options.withWrapping(wrapping));
        for (Service service : Service.values()) {
            joined.multicast(service, "by " + service);
            String event = c.receive();
            assertThat(event)
                    .contains("received " + service + " message from " + java.privateGroup(), "'by " + service + "'");
        }
        joined.multicast(
                ServiceType.AGREED_MESS | ServiceType.SELF_DISCARD, (short) -32765, ByteBuffer.wrap(new byte[] {'x'}));
        assertThat(c.receive()).contains("of type -32765", "(1 bytes): x");
        joined.multicast(ServiceType.SAFE_MESS, (short) 32767, ByteBuffer.allocate(0));
        assertThat(c.receive()).contains("of type 32767", "(0 bytes)");
    }

    @Test
    void safeMessagesAndBurstsOfCComeToJavaInOrder() {
        meet();
        c.say("s " + group, "hello", "b " + group, "300");
        DataMessage first = await(java, DataMessage.class);
        assertThat(first.text()).isEqualTo("hello\n");
        assertThat(first.service()).isEqualTo(Service.SAFE);
        assertThat(first.sender()).isEqualTo(name);
        assertThat(first.type()).isEqualTo((short) 1);
        for (int i = 0; i < 10; i++) {
            DataMessage next = await(java, DataMessage.class);
            assertThat(next.text()).startsWith("mess num " + (i + 2) + "\0");
            assertThat(next.length()).isEqualTo(300);
            assertThat(next.service()).isEqualTo(Service.FIFO);
            assertThat(next.type()).isEqualTo((short) 2);
        }
    }

    /** Between the request and the flush FIFO messages are wrapped, by both libraries, and both unwrap them. */
    @Test
    void messagesBetweenRequestAndFlushAreUnwrappedByTheOthers() {
        meet();
        Other third = new Other();
        FlushRequest request = await(java, FlushRequest.class);
        joined.multicast(ServiceType.FIFO_MESS, (short) 77, ByteBuffer.wrap("wrapped".getBytes()));
        joined.subgroupcast(ServiceType.FIFO_MESS, (short) 78, List.of(name), ByteBuffer.wrap("both".getBytes()));
        assertThat(java.counters().messagesWrapped).isGreaterThanOrEqualTo(2);
        c.receive("FLUSH_REQ");
        assertThat(c.receive()).contains("of type 77", "(7 bytes): wrapped");
        assertThat(c.receive()).contains("of type 78", "(4 bytes): both", "subgroupcast message to group " + group);
        c.say("b " + group, "40");
        DataMessage fromC = await(java, DataMessage.class);
        while (!fromC.sender().equals(name)) {
            fromC = await(java, DataMessage.class);
        }
        assertThat(fromC.length()).isEqualTo(40);
        assertThat(fromC.type()).isEqualTo((short) 2);
        request.flush();
        c.flush(group);
        assertThat(third.view().members()).hasSize(3);
        assertThat(await(java, View.class).members()).hasSize(3);
        c.receive("with 3 members");
    }

    /**
     * Exclusion is for groups of our members alone. Chosen by mistake, it costs the C member its place and nothing else: it takes consents that
     * name it for what they are to it, consents (exclusion, Wire).
     */
    @Test
    void consentsThatNameAMemberOfTheCLibraryDoItNoHarm() {
        UnaryOperator<FlushOptions> excluding =
                options -> options.withOursAlone(true).withSuspectAfter(Duration.ofMillis(500));
        meet(excluding);
        Other other = new Other(excluding);
        await(java, FlushRequest.class).flush();
        View without = await(java, View.class);
        assertThat(without.excluded()).as("the C member did not answer").containsExactly(name);
        assertThat(without.members()).containsExactlyInAnyOrder(java.privateGroup(), other.name());
        assertThat(other.view().members()).hasSize(2);
        joined.multicast(Service.AGREED, "without c");
        assertThat(other.message().text()).isEqualTo("without c");

        c.receive("FLUSH_REQ");
        c.flush(group);
        assertThat(c.event()).as("it counts all three consents").contains("with 3 members");
        assertThat(c.receive()).contains("received AGREED message from " + java.privateGroup(), "without c");
        c.say("s " + group, "of nobody");
        joined.multicast(Service.AGREED, "after it");
        assertThat(other.message().text())
                .as("what the excluded says does not count")
                .isEqualTo("after it");
        assertThat(c.receive("after it")).contains("(8 bytes): after it");

        c.say("j x" + group);
        assertThat(c.receive("x" + group)).contains("with 1 members, where I am member 0");
    }

    @Test
    void unicastAndSubgroupcastReachTheirReceiversAlone() {
        meet();
        Other other = new Other();
        await(java, FlushRequest.class).flush();
        flush(c);
        await(java, View.class);
        other.view();
        assertThat(c.event()).contains("with 3 members");

        joined.unicast(Service.AGREED, name, "for c");
        assertThat(c.receive()).contains("(5 bytes): for c", "subgroupcast message to group " + group, "\t" + name);
        joined.subgroupcast(Service.AGREED, List.of(other.name(), name, name), "for two".getBytes());
        assertThat(c.receive()).contains("for two", "\t" + other.name() + "\n\t" + name + "\n\t" + name);
        c.say("g " + group, "1", other.name(), "secret");
        DataMessage two = other.message();
        assertThat(two.text()).as("what was for c alone did not come").isEqualTo("for two");
        DataMessage secret = other.message();
        assertThat(secret.text()).isEqualTo("secret\n");
        assertThat(secret.receivers()).containsExactly(other.name());
        other.joined.multicast(Service.AGREED, "to all");
        assertThat(await(java, DataMessage.class).text()).as("nor to java").isEqualTo("to all");
        assertThat(c.receive()).contains("to all");
    }

    @Test
    void privateGroupsTakeMessagesInBothDirections() {
        meet();
        java.unicast(Service.RELIABLE, name, "private".getBytes());
        assertThat(c.receive()).contains("received RELIABLE message from " + java.privateGroup(), "private");
        c.say("s " + java.privateGroup(), "back");
        DataMessage back = await(java, DataMessage.class);
        assertThat(back.text()).isEqualTo("back\n");
        assertThat(back.group()).isEqualTo(java.privateGroup());
    }

    @Test
    void aCMemberLeavesAndComesBack() {
        meet();
        c.say("l " + group);
        assertThat(c.receive()).contains("that left group " + group);
        assertThat(java.receive(LONG)).isInstanceOf(FlushRequest.class);
        assertThat(java.receive(LONG)).as("request first, then the signal").isInstanceOf(Transition.class);
        joined.flush();
        View alone = await(java, View.class);
        assertThat(alone.members()).containsExactly(java.privateGroup());
        assertThat(alone.cause()).isEqualTo(Cause.LEAVE);
        assertThat(alone.changedMember()).isEqualTo(name);
        c.say("j " + group, "r");
        assertThat(flushAndAwaitView(java).members()).hasSize(2);
        assertThat(c.event()).contains("with 2 members");
    }

    @Test
    void aJavaMemberLeaves() {
        meet();
        joined.leave();
        flush(c);
        assertThat(c.event()).contains("TRANSITIONAL membership");
        assertThat(c.receive()).contains("with 1 members", "Due to the LEAVE of " + java.privateGroup());
        await(java, SelfLeave.class);
    }

    @Test
    void eitherSideDisconnects() {
        meet();
        c.say("q");
        c.awaitExit();
        View alone = flushAndAwaitView(java);
        assertThat(alone.members()).containsExactly(java.privateGroup());
        assertThat(alone.cause()).isEqualTo(Cause.DISCONNECT);
        assertThat(alone.changedMember()).isEqualTo(name);

        CFlushUser next = c("n");
        next.say("j " + group, "r");
        flushAndAwaitView(java);
        assertThat(next.event()).contains("with 2 members");
        java.close();
        flush(next);
        assertThat(next.event()).contains("TRANSITIONAL membership");
        assertThat(next.receive()).contains("with 1 members", "Due to the DISCONNECT of " + java.privateGroup());
    }

    /** The change that waits for the dead is given up; the consent of the others carries over, and the cause becomes NETWORK. */
    @Test
    void aCMemberDiesBeforeItFlushes() {
        meet();
        CFlushUser survivor = c;
        CFlushUser dead = c("d");
        dead.say("j " + group, "r");
        await(java, FlushRequest.class).flush();
        flush(survivor);
        dead.event();
        await(java, View.class);
        assertThat(survivor.event()).contains("with 3 members");

        Other fourth = new Other();
        await(java, FlushRequest.class).flush();
        flush(survivor);
        dead.kill();
        View view = await(java, View.class);
        assertThat(view.members()).hasSize(3).contains(fourth.name());
        assertThat(view.cause()).isEqualTo(Cause.NETWORK);
        assertThat(view.transitional()).hasSize(2).doesNotContain(fourth.name());
        assertThat(fourth.view().id()).isEqualTo(view.id());
        assertThat(survivor.event()).contains("TRANSITIONAL membership");
        assertThat(survivor.receive()).contains("with 3 members", "Due to NETWORK change", "VS set has 2 members");
        joined.multicast(Service.SAFE, "still here");
        assertThat(survivor.receive()).contains("still here");
    }

    /** It had promised not to send any more, so the view with it is installed, and the next one without it follows. */
    @Test
    void aCMemberDiesAfterItFlushed() {
        meet();
        Other third = new Other();
        FlushRequest request = await(java, FlushRequest.class);
        flush(c);
        awaitMissing(joined, List.of(java.privateGroup()), java);
        c.kill();
        request.flush();
        View with = await(java, View.class);
        assertThat(with.members()).hasSize(3).contains(name);
        View without = flushAndAwaitView(java);
        while (without.members().contains(name)) {
            without = flushAndAwaitView(java);
        }
        assertThat(without.members()).containsExactlyInAnyOrder(java.privateGroup(), third.name());
        View last = third.view();
        while (last.members().contains(name)) {
            last = third.view();
        }
        assertThat(last.id()).isEqualTo(without.id());
    }

    @Test
    void aCMemberFlushesLateAndIsNamedMeanwhile() {
        meet();
        Other third = new Other();
        await(java, FlushRequest.class).flush();
        awaitMissing(joined, List.of(name), java);
        assertThatThrownBy(() -> joined.multicast(Service.FIFO, "too late"))
                .isInstanceOf(IllegalStateFlushException.class);
        assertThat(third.views).isEmpty();
        flush(c);
        assertThat(third.view().members()).hasSize(3);
        assertThat(await(java, View.class).members()).hasSize(3);
        assertThat(c.event()).contains("with 3 members");
    }

    /** Three join during one flush: three views, one after the other, the same at all. */
    @Test
    void severalJoinAtOnce() {
        meet();
        Other late = new Other();
        FlushRequest request = await(java, FlushRequest.class);
        CFlushUser one = c("j");
        CFlushUser two = c("j");
        one.say("j " + group, "r");
        two.say("j " + group, "r");
        awaitPending(joined, java, pending -> pending.queued() == 3);
        request.flush();
        flush(c);
        View three = await(java, View.class);
        assertThat(three.members()).hasSize(3);
        assertThat(late.view().id()).isEqualTo(three.id());
        assertThat(c.event()).contains("with 3 members");

        await(java, FlushRequest.class).flush();
        flush(c);
        View four = await(java, View.class);
        assertThat(four.members()).hasSize(4);
        assertThat(late.view().id()).isEqualTo(four.id());
        assertThat(c.event()).contains("with 4 members");
        // Which of the two joins came first is the daemon's choice.
        boolean oneIsFirst = one.name().equals(four.changedMember());
        CFlushUser inFour = oneIsFirst ? one : two;
        CFlushUser inFive = oneIsFirst ? two : one;
        assertThat(inFour.event())
                .contains(
                        "with 4 members",
                        "grp id is " + four.id().membershipId().procId() + " "
                                + four.id().membershipId().time() + " "
                                + four.id().index());

        await(java, FlushRequest.class).flush();
        flush(c);
        flush(inFour);
        assertThat(await(java, View.class).members()).hasSize(5);
        assertThat(late.view().members()).hasSize(5);
        for (CFlushUser each : List.of(c, inFour, inFive)) {
            assertThat(each.event()).contains("with 5 members", "Due to the JOIN of " + inFive.name());
        }
    }

    @Test
    void oneCMemberInTwoGroups() {
        meet();
        String first = group;
        FlushGroup one = joined;
        newGroup();
        FlushGroup two = java.join(group);
        assertThat(two.awaitView(1, LONG).members()).hasSize(1);
        c.say("j " + group, "r");
        flushAndAwaitView(java);
        assertThat(c.event()).contains("membership for group " + group + " with 2 members");
        one.multicast(Service.SAFE, "to the first");
        two.multicast(Service.SAFE, "to the second");
        assertThat(c.receive()).contains("to the first");
        assertThat(c.receive()).contains("to the second");
        c.say("l " + first, "s " + group, "only here");
        assertThat(c.receive()).contains("that left group " + first);
        assertThat(await(java, FlushRequest.class).group()).isEqualTo(first);
        DataMessage message = await(java, DataMessage.class);
        assertThat(message.group()).isEqualTo(group);
        assertThat(message.text()).isEqualTo("only here\n");
    }

    @Test
    void eightMembersOfBothKindsSeeTheSameViews() {
        FlushConnection java = java("a");
        FlushGroup joined = java.join(group);
        assertThat(joined.awaitView(1, LONG).members()).hasSize(1);
        List<CFlushUser> users = new ArrayList<>();
        List<Other> others = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            CFlushUser joiner = i % 2 == 0 ? c("c") : null;
            if (joiner == null) {
                others.add(new Other());
            } else {
                joiner.say("j " + group, "r");
            }
            await(java, FlushRequest.class).flush();
            users.forEach(this::flush);
            if (joiner != null) {
                users.add(joiner);
            }
            String size = "with " + (i + 2) + " members";
            users.forEach(each -> assertThat(each.event()).contains(size));
            View view = await(java, View.class);
            assertThat(view.members()).hasSize(i + 2);
            for (Other each : others) {
                View theirs = each.view();
                assertThat(theirs.id()).isEqualTo(view.id());
                assertThat(theirs.members()).isEqualTo(view.members());
            }
        }
        users.get(0).say("s " + group, "to eight");
        for (CFlushUser each : users) {
            assertThat(each.receive()).contains("to eight");
        }
        for (Other each : others) {
            assertThat(each.message().text()).isEqualTo("to eight\n");
        }
        assertThat(await(java, DataMessage.class).text()).isEqualTo("to eight\n");
    }

    /** The same through the FL_ procedures of this library. */
    @Test
    void anFlProgramAndACProgram() {
        Mailbox mbox = new Mailbox();
        assertThat(Fl.FL_connect(daemon.name(), "f" + names++, 0, mbox)).isEqualTo(SpreadCode.ACCEPT_SESSION.code());
        open.add(() -> Fl.FL_disconnect(mbox));
        ReceivedMessage m = new ReceivedMessage(100);
        assertThat(Fl.FL_join(mbox, group)).isZero();
        receive(mbox, m, ServiceType.REG_MEMB_MESS);
        CFlushUser c = c("b");
        c.say("j " + group, "r");
        receive(mbox, m, Fl.FLUSH_REQ_MESS);
        assertThat(Fl.FL_flush(mbox, group)).isZero();
        receive(mbox, m, ServiceType.REG_MEMB_MESS | ServiceType.CAUSED_BY_JOIN);
        assertThat(List.of(m.groups).subList(0, m.num_groups)).containsExactlyInAnyOrder(mbox.private_group, c.name());
        assertThat(c.event()).contains("with 2 members");
        assertThat(Fl.FL_unicast(
                        mbox, ServiceType.CAUSAL_MESS, group, c.name(), (short) 5, ByteBuffer.wrap(new byte[] {'u'})))
                .isEqualTo(1);
        assertThat(c.receive()).contains("received CAUSAL message", "of type 5", "(1 bytes): u");
        c.say("s " + group, "answer");
        receive(mbox, m, ServiceType.SAFE_MESS);
        assertThat(m.sender).isEqualTo(c.name());
        assertThat(Fl.FL_leave(mbox, group)).isZero();
        flush(c);
        receive(mbox, m, ServiceType.CAUSED_BY_LEAVE);
        assertThat(Fl.Is_self_leave(m.service_type)).isTrue();
        assertThat(c.event()).contains("TRANSITIONAL");
        assertThat(c.receive()).contains("Due to the LEAVE of " + mbox.private_group);
    }

    /** Receives until an event has one of these bits. */
    private static void receive(Mailbox mbox, ReceivedMessage m, int bits) {
        do {
            m.service_type = 0;
            assertThat(Fl.FL_receive(mbox, m, ByteBuffer.allocate(10_000))).isGreaterThanOrEqualTo(0);
        } while ((m.service_type & bits) == 0);
    }
}
