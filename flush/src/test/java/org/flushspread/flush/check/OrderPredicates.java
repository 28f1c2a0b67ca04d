package org.flushspread.flush.check;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.flush.check.History.Delivery;
import org.flushspread.flush.check.History.Sent;
import org.flushspread.flush.check.History.Stay;
import org.flushspread.wire.ServiceType;

/** The promises that compare what several processes delivered in one view. */
final class OrderPredicates {
    private OrderPredicates() {}

    private static boolean is(Sent sent, int services) {
        return (sent.service() & services) != 0;
    }

    /** Causal, agreed and safe messages come in one order. */
    static final class P14_AgreedOrder extends Predicate {
        private static final int ORDERED = ServiceType.CAUSAL_MESS | ServiceType.AGREED_MESS | ServiceType.SAFE_MESS;

        @Override
        protected void atEnd(History history) {
            for (List<Stay> together : history.sharedViews()) {
                for (int i = 0; i < together.size(); i++) {
                    for (int j = i + 1; j < together.size(); j++) {
                        Stay p = together.get(i);
                        Stay q = together.get(j);
                        List<Integer> atP = common(p, q, history);
                        List<Integer> atQ = common(q, p, history);
                        if (!atP.equals(atQ)) {
                            violated(p.process + " " + atP + ", " + q.process + " " + atQ + " in " + p.view.id());
                        }
                    }
                }
            }
        }

        private static List<Integer> common(Stay one, Stay other, History history) {
            List<Integer> ids = new ArrayList<>();
            for (Delivery each : one.deliveries) {
                Sent sent = history.sent(each.id());
                if (sent != null && is(sent, ORDERED) && other.delivered(each.id())) {
                    ids.add(each.id());
                }
            }
            return ids;
        }
    }

    /** An agreed message does not come without what others delivered before it. */
    static final class P15_NoHoles extends Predicate {
        @Override
        protected void atEnd(History history) {
            for (List<Stay> together : history.sharedViews()) {
                for (Stay p : together) {
                    for (Stay q : together) {
                        if (p != q) {
                            compare(p, q, history);
                        }
                    }
                }
            }
        }

        private void compare(Stay p, Stay q, History history) {
            List<Sent> before = new ArrayList<>();
            for (Delivery each : p.deliveries) {
                Sent second = history.sent(each.id());
                if (second == null) {
                    continue;
                }
                Integer at = q.positions.get(each.id());
                if (at != null && is(second, ServiceType.AGREED_MESS | ServiceType.SAFE_MESS)) {
                    boolean after = q.deliveries.get(at).afterTransition();
                    for (Sent first : before) {
                        Integer firstAt = q.positions.get(first.call().id());
                        boolean owed = first.isFor(q.process)
                                && (!after
                                        || (q.next != null
                                                && q.next.view
                                                        .transitional()
                                                        .contains(first.call().process())));
                        if (owed && (firstAt == null || firstAt > at)) {
                            violated(q.process + " got " + second.call() + " without " + first.call() + ", unlike "
                                    + p.process);
                        }
                    }
                }
                if (is(
                        second,
                        ServiceType.FIFO_MESS
                                | ServiceType.CAUSAL_MESS
                                | ServiceType.AGREED_MESS
                                | ServiceType.SAFE_MESS)) {
                    before.add(second);
                }
            }
        }
    }

    /** A safe message that came before the signal comes to everybody who does not fail; after it, to those who come along. */
    static final class P16_Safe extends Predicate {
        private boolean quiet;

        @Override
        protected void on(TraceEvent event, History history) {
            quiet |= event instanceof TraceEvent.Quiet;
        }

        @Override
        protected void atEnd(History history) {
            for (Stay p : history.stays()) {
                for (Delivery each : p.deliveries) {
                    Sent sent = history.sent(each.id());
                    if (sent != null && is(sent, ServiceType.SAFE_MESS)) {
                        for (String member : p.view.members()) {
                            if (sent.isFor(member)) {
                                check(p, each, member, sent, history);
                            }
                        }
                    }
                }
            }
        }

        private void check(Stay p, Delivery delivery, String member, Sent sent, History history) {
            List<Stay> stays = history.stays(p.group, p.view.id()).getOrDefault(member, List.of());
            Stay next = p.next;
            for (Stay q : stays) {
                boolean owed;
                if (!delivery.afterTransition()) {
                    // Without a further view it left or ended, or the trace stopped: only quiet is proof.
                    // Who is excluded has read all before it learned that (exclusion R1).
                    owed = q.next != null || q.excluded || (quiet && !q.over);
                } else {
                    owed = next != null
                            && next.view.transitional().contains(member)
                            && q.next != null
                            && q.next.view.id().equals(next.view.id());
                }
                if (owed && !q.delivered(delivery.id())) {
                    violated(sent.call() + " delivered " + (delivery.afterTransition() ? "after" : "before")
                            + " the signal at " + p.process + ", never at " + member + " in " + p.view.id());
                }
            }
        }
    }
}
