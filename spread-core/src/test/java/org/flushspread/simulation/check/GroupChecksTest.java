package org.flushspread.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.flushspread.kernel.groups.Recording;
import org.flushspread.simulation.trace.ClientEvent;
import org.flushspread.simulation.trace.ClientEvent.Cause;
import org.flushspread.simulation.trace.ClientEvent.Delivered;
import org.flushspread.simulation.trace.ClientEvent.JoinCalled;
import org.flushspread.simulation.trace.ClientEvent.LeaveCalled;
import org.flushspread.simulation.trace.ClientEvent.SelfLeave;
import org.flushspread.simulation.trace.ClientEvent.Transition;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The properties see what is wrong, and find nothing in what C daemons were recorded doing. */
class GroupChecksTest {
    private static final Name A = Name.of("#a#d1");
    private static final Name B = Name.of("#b#d2");
    private static final Name C = Name.of("#c#d3");
    private static final Name G = Name.of("g");

    private final List<String> found = new ArrayList<>();
    private final GroupChecks checks = GroupChecks.all(
            daemon -> daemon.charAt(1) - '0',
            id -> id.time() == 99,
            (property, detail) -> found.add(property + ": " + detail));

    static List<String> recordings() {
        return Recording.FILES.stream().filter(Recording::isWhole).toList();
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void nothingIsFoundInRecordedTraces(String file) {
        List<String> names = new ArrayList<>();
        Set<Name> groups = new TreeSet<>();
        new Recording(file).clients().forEach((name, images) -> {
            names.add(name);
            images.forEach(image -> {
                if (received(image) instanceof View view) {
                    groups.add(view.group());
                }
            });
        });
        for (int client = 0; client < names.size(); client++) {
            checks.observe(client, new ClientEvent.Connected(Name.of(names.get(client)), true));
            // What clients asked for is not in the recordings: let it be more than they can have got.
            for (Name group : groups) {
                for (int i = 0; i < 3; i++) {
                    checks.observe(client, new JoinCalled(group));
                    checks.observe(client, new LeaveCalled(group));
                }
            }
        }
        new Recording(file).clients().forEach((name, images) -> {
            for (byte[] image : images) {
                checks.observe(names.indexOf(name), received(image));
            }
        });
        for (int client = 0; client < names.size(); client++) {
            checks.observe(client, new ClientEvent.Disconnected());
        }
        checks.finished(false);

        assertThat(found).isEmpty();
    }

    private static ClientEvent received(byte[] image) {
        return Objects.requireNonNull(ClientEvent.received(Unpooled.wrappedBuffer(image), 0, Arrays.hashCode(image)));
    }

    @Test
    void nothingIsFoundInALegalTrace() {
        both();
        deliver(1, 7, ServiceType.SAFE_MESS);
        deliver(2, 7, ServiceType.SAFE_MESS);
        transition(1, 1, 2);
        transition(2, 1, 2);
        view(1, Cause.NETWORK, 2, 1, List.of(A), List.of(List.of(A)));
        view(2, Cause.NETWORK, 3, 1, List.of(B), List.of(List.of(B)));
        expect();
    }

    @Test
    void aViewWithoutItsReceiver() {
        both();
        view(1, Cause.NETWORK, 2, 1, List.of(B), List.of(List.of(B)));
        expect("group 1 ", "group 10 ", "group 11 ");
    }

    @Test
    void aFirstViewThatShowsSomebodyElseComing() {
        connect(1, A);
        connect(2, B);
        checks.observe(1, new JoinCalled(G));
        checks.observe(2, new JoinCalled(G));
        view(1, Cause.JOIN, 1, 2, List.of(A, B), List.of(List.of(B)));
        expect("group 2 ");
    }

    @Test
    void aViewThatNobodyAskedFor() {
        connect(1, A);
        view(1, Cause.JOIN, 1, 1, List.of(A), List.of(List.of(A)));
        expect("group 2 ", "group 16 ");
    }

    @Test
    void aMessageBeforeTheFirstView() {
        connect(1, A);
        checks.observe(1, new JoinCalled(G));
        deliver(1, 7, ServiceType.FIFO_MESS);
        expect("group 2 ");
    }

    @Test
    void aTransitionOfAGroupLeft() {
        both();
        checks.observe(1, new LeaveCalled(G));
        checks.observe(1, new SelfLeave(G));
        transition(1, 1, 2);
        expect("group 2 ");
    }

    @Test
    void twoClientsThatSeeDifferentMembersUnderOneId() {
        both();
        connect(3, C);
        checks.observe(3, new JoinCalled(G));
        view(1, Cause.JOIN, 1, 3, List.of(A, B, C), List.of(List.of(C)));
        view(3, Cause.JOIN, 1, 3, List.of(A, C), List.of(List.of(C)));
        expect("group 3 ");
    }

    @Test
    void membersThatDifferBecauseAGroupWasMadeAgainAreNoDisagreement() {
        both();
        connect(3, C);
        checks.observe(1, new LeaveCalled(G));
        checks.observe(2, new LeaveCalled(G));
        checks.observe(1, new SelfLeave(G));
        view(2, Cause.LEAVE, 1, 3, List.of(B), List.of(List.of(A)));
        checks.observe(2, new SelfLeave(G));
        checks.observe(3, new JoinCalled(G));
        view(3, Cause.JOIN, 1, 1, List.of(C), List.of(List.of(C)));
        checks.observe(1, new JoinCalled(G));
        view(3, Cause.JOIN, 1, 2, List.of(A, C), List.of(List.of(A)));
        view(1, Cause.JOIN, 1, 2, List.of(A, C), List.of(List.of(A)));
        expect();
    }

    @Test
    void anIdThatComesTwice() {
        both();
        transition(1, 1, 2);
        view(1, Cause.NETWORK, 2, 1, List.of(A), List.of(List.of(A)));
        transition(1, 2, 1);
        view(1, Cause.NETWORK, 2, 1, List.of(A), List.of(List.of(A)));
        expect("group 4 ", "group 7 ", "group 17 ", "group 18 ");
    }

    @Test
    void viewsInDifferentOrders() {
        both();
        view(1, Cause.NETWORK, 2, 1, List.of(A, B), List.of(List.of(A, B)));
        view(1, Cause.NETWORK, 3, 1, List.of(A, B), List.of(List.of(A, B)));
        view(2, Cause.NETWORK, 3, 1, List.of(A, B), List.of(List.of(A, B)));
        view(2, Cause.NETWORK, 2, 1, List.of(A, B), List.of(List.of(A, B)));
        expect("group 5 ", "group 17 ");
    }

    @Test
    void anIndexThatJumps() {
        both();
        connect(3, C);
        checks.observe(3, new JoinCalled(G));
        view(1, Cause.JOIN, 1, 4, List.of(A, B, C), List.of(List.of(C)));
        expect("group 6 ");
    }

    @Test
    void aJoinOfOneWhoIsIn() {
        both();
        view(1, Cause.JOIN, 1, 3, List.of(A, B), List.of(List.of(B)));
        expect("group 6 ");
    }

    @Test
    void aLeaverWhoIsStillThere() {
        both();
        checks.observe(2, new LeaveCalled(G));
        view(1, Cause.LEAVE, 1, 3, List.of(A, B), List.of(List.of(B)));
        expect("group 6 ", "group 19 ");
    }

    @Test
    void aNetworkViewOfTheSameMembership() {
        both();
        view(1, Cause.NETWORK, 1, 1, List.of(A, B), List.of(List.of(A, B)));
        expect("group 4 ", "group 7 ");
    }

    @Test
    void membersInOrderOfArrival() {
        both();
        view(1, Cause.NETWORK, 2, 1, List.of(B, A), List.of(List.of(A, B)));
        expect("group 8 ");
    }

    @Test
    void aTransitionWithAnotherId() {
        both();
        transition(1, 1, 1);
        expect("group 9 ");
    }

    @Test
    void aJoinThatIsLightweightInATransitionalPeriod() {
        both();
        connect(3, C);
        checks.observe(3, new JoinCalled(G));
        transition(1, 1, 2);
        view(1, Cause.JOIN, 1, 3, List.of(A, B, C), List.of(List.of(C)));
        expect("group 9 ");
    }

    @Test
    void aTransitionalViewWithoutATransition() {
        both();
        transition(1, 1, 2);
        view(1, Cause.NETWORK, 2, 2, List.of(A, B), List.of(List.of(A), List.of(B)));
        view(1, Cause.NETWORK, 3, 1, List.of(A), List.of(List.of(A)));
        expect("group 9 ");
    }

    @Test
    void aTransitionThatNothingFollows() {
        both();
        transition(1, 1, 2);
        checks.finished(true);
        assertThat(found).anyMatch(each -> each.startsWith("group 9 "));
    }

    @Test
    void aLossWithoutATransition() {
        both();
        view(1, Cause.NETWORK, 2, 1, List.of(A), List.of(List.of(A)));
        expect("group 10 ");
    }

    @Test
    void aLossInACascadeIsExcused() {
        both();
        checks.observe(1, new ClientEvent.Cascade());
        view(1, Cause.NETWORK, 2, 1, List.of(A), List.of(List.of(A)));
        expect();
    }

    @Test
    void setsThatOverlap() {
        both();
        view(1, Cause.NETWORK, 2, 1, List.of(A, B), List.of(List.of(A, B), List.of(B)));
        expect("group 11 ");
    }

    @Test
    void aReceiverInAnotherSet() {
        both();
        checks.observe(1, new View(G, id(2, 1), Cause.NETWORK, List.of(A, B), List.of(List.of(A), List.of(B)), 1));
        expect("group 11 ");
    }

    @Test
    void membersOfOneSetThatSawDifferentMessages() {
        both();
        deliver(1, 7, ServiceType.AGREED_MESS);
        view(1, Cause.NETWORK, 2, 1, List.of(A, B), List.of(List.of(A, B)));
        view(2, Cause.NETWORK, 2, 1, List.of(A, B), List.of(List.of(A, B)));
        expect("group 12 ");
    }

    @Test
    void membersThatAreToldDifferentSets() {
        both();
        view(1, Cause.NETWORK, 2, 1, List.of(A, B), List.of(List.of(A, B)));
        view(2, Cause.NETWORK, 2, 1, List.of(A, B), List.of(List.of(B), List.of(A)));
        expect("group 12 ");
    }

    @Test
    void differentMessagesBeforeTheTransition() {
        both();
        deliver(1, 7, ServiceType.AGREED_MESS);
        deliver(2, 8, ServiceType.AGREED_MESS);
        transition(1, 1, 2);
        transition(2, 1, 2);
        view(1, Cause.NETWORK, 2, 1, List.of(A), List.of(List.of(A)));
        view(2, Cause.NETWORK, 3, 1, List.of(B), List.of(List.of(B)));
        expect("group 12 ");
    }

    @Test
    void aHoleThatAnUntoldChangeLeavesIsNoDifference() {
        both();
        deliver(1, 8, ServiceType.AGREED_MESS);
        deliver(2, 7, ServiceType.FIFO_MESS);
        transition(1, 1, 2);
        transition(2, 1, 2);
        deliver(2, 8, ServiceType.AGREED_MESS);
        checks.observe(1, new ClientEvent.UntoldChange(G));
        view(1, Cause.NETWORK, 2, 1, List.of(A), List.of(List.of(A)));
        view(2, Cause.NETWORK, 3, 1, List.of(B), List.of(List.of(B)));
        expect();
    }

    @Test
    void aMessageThatBothGetComesAtOnePlaceBehindAnUntoldChangeToo() {
        both();
        deliver(1, 8, ServiceType.FIFO_MESS);
        deliver(1, 7, ServiceType.FIFO_MESS);
        deliver(2, 7, ServiceType.FIFO_MESS);
        transition(1, 1, 2);
        transition(2, 1, 2);
        deliver(2, 8, ServiceType.FIFO_MESS);
        checks.observe(1, new ClientEvent.UntoldChange(G));
        view(1, Cause.NETWORK, 2, 1, List.of(A), List.of(List.of(A)));
        view(2, Cause.NETWORK, 3, 1, List.of(B), List.of(List.of(B)));
        expect("group 12 ", "group 17 ");
    }

    @Test
    void severalSetsWhereNobodyCame() {
        both();
        view(1, Cause.NETWORK, 99, 1, List.of(A, B), List.of(List.of(A), List.of(B)));
        expect("group 13 ");
    }

    @Test
    void aSelfLeaveThatNobodyAskedFor() {
        both();
        checks.observe(1, new SelfLeave(G));
        expect("group 14 ");
    }

    @Test
    void aLeaveThatIsNeverAnswered() {
        both();
        checks.observe(1, new LeaveCalled(G));
        checks.finished(true);
        assertThat(found).anyMatch(each -> each.startsWith("group 14 "));
    }

    @Test
    void aDisconnectOfOneWhoIsAlive() {
        both();
        view(1, Cause.DISCONNECT, 1, 3, List.of(A), List.of(List.of(B)));
        expect("group 16 ");
    }

    @Test
    void oneWhoIsGoneAndStaysInTheView() {
        both();
        checks.observe(2, new ClientEvent.Crashed());
        checks.finished(true);
        assertThat(found).anyMatch(each -> each.startsWith("group 16 "));
    }

    @Test
    void messagesInDifferentOrders() {
        both();
        deliver(1, 7, ServiceType.AGREED_MESS);
        deliver(1, 8, ServiceType.SAFE_MESS);
        deliver(2, 8, ServiceType.SAFE_MESS);
        deliver(2, 7, ServiceType.AGREED_MESS);
        expect("group 17 ");
    }

    @Test
    void reliableMessagesMayOvertake() {
        both();
        deliver(1, 7, ServiceType.RELIABLE_MESS);
        deliver(1, 8, ServiceType.SAFE_MESS);
        deliver(2, 8, ServiceType.SAFE_MESS);
        deliver(2, 7, ServiceType.RELIABLE_MESS);
        expect();
    }

    @Test
    void transitionsAgainstTheOrderOfNames() {
        both();
        checks.observe(1, new JoinCalled(Name.of("h")));
        checks.observe(
                1,
                new View(Name.of("h"), new GroupId(membership(1), 1), Cause.JOIN, List.of(A), List.of(List.of(A)), 0));
        checks.observe(1, new Transition(Name.of("h"), new GroupId(membership(1), 1)));
        transition(1, 1, 2);
        expect("group 18 ");
    }

    @Test
    void viewsAgainstTheOrderOfNames() {
        both();
        checks.observe(1, new JoinCalled(Name.of("h")));
        Name h = Name.of("h");
        checks.observe(1, new View(h, id(1, 1), Cause.JOIN, List.of(A), List.of(List.of(A)), 0));
        checks.observe(1, new View(h, id(2, 1), Cause.NETWORK, List.of(A), List.of(List.of(A)), 0));
        view(1, Cause.NETWORK, 2, 1, List.of(A, B), List.of(List.of(A, B)));
        expect("group 18 ");
    }

    @Test
    void aSafeMessageThatOneMemberNeverGets() {
        both();
        deliver(1, 7, ServiceType.SAFE_MESS);
        transition(1, 1, 2);
        transition(2, 1, 2);
        view(1, Cause.NETWORK, 2, 1, List.of(A), List.of(List.of(A)));
        view(2, Cause.NETWORK, 3, 1, List.of(B), List.of(List.of(B)));
        expect("group 20 ");
    }

    @Test
    void aSafeMessageBehindAViewThatAnUntoldChangeHidIsNotMissing() {
        both();
        deliver(1, 7, ServiceType.SAFE_MESS);
        transition(1, 1, 2);
        checks.observe(1, new ClientEvent.UntoldChange(G));
        transition(2, 1, 2);
        view(1, Cause.NETWORK, 2, 1, List.of(A), List.of(List.of(A)));
        view(2, Cause.NETWORK, 3, 1, List.of(B), List.of(List.of(B)));
        deliver(2, 7, ServiceType.SAFE_MESS);
        expect();
    }

    @Test
    void behindAnUntoldChangeTooEverybodyGetsASafeMessageInTheEnd() {
        both();
        deliver(1, 7, ServiceType.SAFE_MESS);
        transition(1, 1, 2);
        checks.observe(1, new ClientEvent.UntoldChange(G));
        transition(2, 1, 2);
        view(1, Cause.NETWORK, 2, 1, List.of(A), List.of(List.of(A)));
        view(2, Cause.NETWORK, 3, 1, List.of(B), List.of(List.of(B)));
        expect("group 20 ");
    }

    /** The properties of which violations are found are exactly these. */
    private void expect(String... properties) {
        checks.finished(false);
        assertThat(new TreeSet<>(found.stream()
                        .map(each -> each.substring(0, each.indexOf(' ', 6) + 1))
                        .toList()))
                .as("%s", found)
                .containsExactlyInAnyOrder(properties);
    }

    /** a at d1 and b at d2 are in the group, in view 1/2. */
    private void both() {
        connect(1, A);
        connect(2, B);
        checks.observe(1, new JoinCalled(G));
        view(1, Cause.JOIN, 1, 1, List.of(A), List.of(List.of(A)));
        checks.observe(2, new JoinCalled(G));
        view(1, Cause.JOIN, 1, 2, List.of(A, B), List.of(List.of(B)));
        view(2, Cause.JOIN, 1, 2, List.of(A, B), List.of(List.of(B)));
    }

    private void connect(int client, Name name) {
        checks.observe(client, new ClientEvent.Connected(name, true));
    }

    private void view(int client, Cause cause, int time, int index, List<Name> members, List<List<Name>> sets) {
        Name me = client == 1 ? A : client == 2 ? B : C;
        int local = 0;
        for (int i = 0; i < sets.size() && cause == Cause.NETWORK; i++) {
            if (sets.get(i).contains(me)) {
                local = i;
                break;
            }
        }
        checks.observe(client, new View(G, id(time, index), cause, members, sets, local));
    }

    private void transition(int client, int time, int index) {
        checks.observe(client, new Transition(G, id(time, index)));
    }

    private void deliver(int client, long message, int service) {
        checks.observe(client, new Delivered(message, A, service, List.of(G)));
    }

    private static GroupId id(int time, int index) {
        return new GroupId(membership(time), index);
    }

    private static MembershipId membership(int time) {
        return new MembershipId(0x0a090101, time);
    }
}
