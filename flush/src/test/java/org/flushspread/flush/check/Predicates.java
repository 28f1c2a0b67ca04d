package org.flushspread.flush.check;

import java.util.List;

/** The whole set. */
public final class Predicates {
    private Predicates() {}

    /** New checkers for one trace. */
    public static List<Predicate> all() {
        return List.of(
                new ViewPredicates.P1_SelfInclusion(),
                new ViewPredicates.P2_ViewAgreement(),
                new ViewPredicates.P3_LocalMonotonicity(),
                new ViewPredicates.P4_Consent(),
                new ViewPredicates.P5_OneRequest(),
                new MessagePredicates.P6a_SendingViewDelivery(),
                new MessagePredicates.P6b_NoSendWhenFlushed(),
                new MessagePredicates.P7_ClosedGroup(),
                new ViewPredicates.P8_FlushAgreement(),
                new MessagePredicates.P9_VirtualSynchrony(),
                new ViewPredicates.P10_TransitionalSet(),
                new MessagePredicates.P11_SelfDelivery(),
                new MessagePredicates.P12_Fifo(),
                new MessagePredicates.P13_Causal(),
                new OrderPredicates.P14_AgreedOrder(),
                new OrderPredicates.P15_NoHoles(),
                new OrderPredicates.P16_Safe(),
                new ViewPredicates.P17_TransitionSignal(),
                new MessagePredicates.P18_Integrity(),
                new MessagePredicates.P19_SubgroupAddressing(),
                new ViewPredicates.P20_CleanLeave(),
                new ViewPredicates.P21_Progress(),
                new ViewPredicates.P22_NoInventedMembers(),
                new ViewPredicates.P23_UniqueIds(),
                new ViewPredicates.P24_OneExclusion());
    }
}
