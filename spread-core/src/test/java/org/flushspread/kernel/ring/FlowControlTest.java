package org.flushspread.kernel.ring;

import static org.assertj.core.api.Assertions.assertThat;

import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.flushspread.config.Options;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Windows (ring-protocol 9). */
class FlowControlTest {
    private final FlowControl flow = new FlowControl();

    @BeforeEach
    void defaults() {
        flow.configure(Options.DEFAULTS, false);
    }

    @Test
    void anIdleRingAllowsThePersonalWindow() {
        assertThat(flow.allowance(0, 0)).isEqualTo(20);
    }

    @Test
    void aFullWindowLeavesWhatThePersonalWindowForgives() {
        assertThat(flow.allowance(160, 0)).isEqualTo(20);
        assertThat(flow.allowance(170, 0)).isEqualTo(10);
        assertThat(flow.allowance(180, 0)).isZero();
        assertThat(flow.allowance(32767, 0)).isZero();
    }

    @Test
    void moreThan1600AheadOfTheSlowestNobodySends() {
        assertThat(flow.allowance(0, 1600)).isEqualTo(20);
        assertThat(flow.allowance(0, 1601)).isZero();
    }

    @Test
    void theTokenCountsOnlyTheLastRotation() {
        assertThat(flow.account(0, 7)).isEqualTo(7);
        assertThat(flow.account(7, 3)).isEqualTo(3);
        assertThat(flow.account(3, 0)).isZero();
    }

    @Test
    void theTokensFieldStaysWithin16Bits() {
        assertThat(flow.account(32767, 20)).isEqualTo(32767);
        assertThat(flow.account(0, 0)).isZero();
    }

    @Test
    void whoHadToSendAgainSendsHalfAndTakesTheOtherHalfBackSlowly() {
        flow.configure(Options.DEFAULTS, true);
        assertThat(flow.afterToken(20)).isEqualTo(15);
        flow.sentAgain(3);
        assertThat(flow.allowance(0, 0)).isEqualTo(10);
        assertThat(flow.afterToken(10)).isEqualTo(7);
        for (int back = 1; back <= 10; back++) {
            for (int visit = 1; visit < FlowControl.VISITS_TO_EASE; visit++) {
                flow.sentAgain(0);
            }
            assertThat(flow.allowance(0, 0)).isEqualTo(9 + back);
            flow.sentAgain(0);
            assertThat(flow.allowance(0, 0)).isEqualTo(10 + back);
        }
        flow.sentAgain(1);
        flow.sentAgain(1);
        assertThat(flow.allowance(0, 0)).isEqualTo(10);
        assertThat(flow.personalWindow()).isEqualTo(20);
    }

    @Test
    void restraintNeverStopsASender() {
        flow.set(-1, 1, -1);
        flow.sentAgain(5);
        assertThat(flow.allowance(0, 0)).isEqualTo(1);
        flow.set(-1, 40, -1);
        flow.sentAgain(5);
        flow.set(-1, 2, -1);
        assertThat(flow.allowance(0, 0)).isEqualTo(1);
    }

    @Test
    void aNewRingStartsFromNothing() {
        flow.account(0, 20);
        flow.reset();
        assertThat(flow.account(5, 1)).isEqualTo(6);
    }

    @Test
    void minusOneLeavesAValueAndNothingStopsTheRing() {
        flow.set(-1, 40, -1);
        assertThat(flow.window()).isEqualTo(160);
        assertThat(flow.personalWindow()).isEqualTo(40);
        assertThat(flow.acceleratedWindow()).isEqualTo(15);
        flow.set(0, -7, -3);
        assertThat(flow.allowance(0, 0)).isEqualTo(1);
        assertThat(flow.acceleratedWindow()).isZero();
    }

    @Test
    void absurdWindowsDoNotOverfillThePacketTable() {
        flow.set(32767, 32767, 15);
        assertThat(flow.allowance(0, 1600)).isLessThanOrEqualTo(PacketTable.SLOTS - 1600);
    }

    /** What one daemon knows to be stable may be behind what another one knows by all that was sent in between. */
    @Test
    void twoVisitsOfAnyWindowsFitIntoThePacketTable() {
        flow.set(32767, 32767, 32767);
        assertThat(2 * (FlowControl.MAX_GAP + flow.allowance(0, FlowControl.MAX_GAP)))
                .isLessThan(PacketTable.SLOTS);
    }

    @Test
    void windowsOfAFileBeyondAllReasonDoNotOverflow() {
        flow.configure(
                Configuration.parse(
                                "Window = 2000000000\nPersonalWindow = 2000000000\nAcceleratedWindow = 2000000000\n"
                                        + "Spread_Segment 239.1.1.1:4000 { a 10.0.0.1 }",
                                "spread.conf",
                                HostResolver.LOCALHOST_ONLY)
                        .options(),
                true);
        assertThat(flow.allowance(0, 0)).isEqualTo(FlowControl.MAX_ALLOWANCE);
        assertThat(flow.afterToken(100)).isEqualTo(100);
        assertThat(flow.reach()).isPositive();
    }

    @Test
    void onlyTheAcceleratedRingSendsBehindTheToken() {
        assertThat(flow.afterToken(20)).isZero();
        flow.configure(Options.DEFAULTS, true);
        assertThat(flow.afterToken(20)).isEqualTo(15);
        assertThat(flow.afterToken(4)).isEqualTo(4);
    }
}
