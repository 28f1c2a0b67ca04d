package org.flushspread.flush.check;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flushspread.flush.check.History.Delivery;
import org.flushspread.flush.check.History.Sent;
import org.flushspread.flush.check.History.Stay;
import org.flushspread.wire.ServiceType;

/** The promises about which messages are delivered where, and in which order to one receiver. */
final class MessagePredicates {
    private static final int ILLEGAL_STATE = -27;
    private static final int AT_LEAST_FIFO =
            ServiceType.FIFO_MESS | ServiceType.CAUSAL_MESS | ServiceType.AGREED_MESS | ServiceType.SAFE_MESS;
    private static final int AT_LEAST_CAUSAL = AT_LEAST_FIFO & ~ServiceType.FIFO_MESS;

    private MessagePredicates() {}

    private static String key(TraceEvent event) {
        return event.process() + " " + event.group();
    }

    /**
     * A message is delivered in the view it was sent in. Not held by UNRELIABLE and RELIABLE messages at a process that is leaving or about to
     * learn that it is excluded: others may be steady in the next view, where nothing is wrapped, before that reaches it.
     */
    static final class P6a_SendingViewDelivery extends Predicate {
        private final Set<String> leaving = new HashSet<>();
        /** Known to be wrong only when the receiver is not excluded in that view after all. */
        private final Map<Stay, String> inDoubt = new HashMap<>();

        @Override
        protected void atEnd(History history) {
            inDoubt.forEach((stay, what) -> {
                if (!stay.excluded && !history.hasEnded(stay.process)) {
                    violated(what);
                }
            });
        }

        @Override
        protected void on(TraceEvent event, History history) {
            if (event instanceof TraceEvent.Leaves) {
                leaving.add(key(event));
            } else if (event instanceof TraceEvent.SelfLeave) {
                leaving.remove(key(event));
            } else if (event instanceof TraceEvent.Delivers delivery
                    && ((delivery.service() & AT_LEAST_FIFO) != 0 || !leaving.contains(key(event)))) {
                Sent sent = history.sent(delivery.id());
                Stay there = history.current(delivery.process(), delivery.group());
                if (sent != null
                        && (sent.stay() == null
                                || there == null
                                || !sent.stay().view.id().equals(there.view.id()))) {
                    String what =
                            delivery + " in " + (there == null ? null : there.view.id()) + ", sent by " + sent.call();
                    if ((delivery.service() & AT_LEAST_FIFO) != 0 || there == null) {
                        violated(what);
                    } else {
                        inDoubt.putIfAbsent(there, what);
                    }
                }
            }
        }
    }

    /** After the flush and before the next view nothing can be sent. */
    static final class P6b_NoSendWhenFlushed extends Predicate {
        private final Set<String> flushed = new HashSet<>();
        private final Set<String> leaving = new HashSet<>();

        @Override
        protected void on(TraceEvent event, History history) {
            if (event instanceof TraceEvent.Flushes) {
                flushed.add(key(event));
            } else if (event instanceof TraceEvent.Leaves || event instanceof TraceEvent.Excluded) {
                leaving.add(key(event));
            } else if (event instanceof TraceEvent.Installs || event instanceof TraceEvent.SelfLeave) {
                flushed.remove(key(event));
                if (event instanceof TraceEvent.SelfLeave) {
                    leaving.remove(key(event));
                }
            } else if (event instanceof TraceEvent.Sends send
                    && flushed.contains(key(event))
                    && !leaving.contains(key(event))
                    && send.code() != ILLEGAL_STATE) {
                violated(send.toString());
            }
        }
    }

    /** Senders are in the view of the receiver, and so are all receivers of a subgroup message. */
    static final class P7_ClosedGroup extends Predicate {
        @Override
        protected void on(TraceEvent event, History history) {
            if (event instanceof TraceEvent.Delivers delivery) {
                Stay there = history.current(delivery.process(), delivery.group());
                List<String> receivers = delivery.receivers();
                if (there == null
                        || !there.view.members().contains(delivery.sender())
                        || (receivers != null && !there.view.members().containsAll(receivers))) {
                    violated(delivery + " in " + (there == null ? null : there.view));
                }
            }
        }
    }

    /** Who goes together from one view to the next has delivered the same messages. */
    static final class P9_VirtualSynchrony extends Predicate {
        @Override
        protected void atEnd(History history) {
            for (List<Stay> together : history.sharedViews()) {
                for (Stay p : together) {
                    for (Stay q : together) {
                        if (p != q
                                && p.next != null
                                && q.next != null
                                && p.next.view.id().equals(q.next.view.id())
                                && p.next.view.transitional().contains(q.process)) {
                            compare(p, q, p.next.view.transitional(), history);
                        }
                    }
                }
            }
        }

        private void compare(Stay p, Stay q, List<String> along, History history) {
            for (Delivery delivery : p.deliveries) {
                Sent sent = history.sent(delivery.id());
                if (sent == null
                        || sent.service() == ServiceType.UNRELIABLE_MESS
                        || (sent.service() == ServiceType.RELIABLE_MESS
                                && !along.contains(sent.call().process()))) {
                    continue;
                }
                if (sent.isFor(q.process) && !q.delivered(delivery.id())) {
                    violated(sent.call() + " delivered at " + p.process + " but not at " + q.process + " in "
                            + p.view.id() + " before " + along);
                }
            }
        }
    }

    /** One's own messages come back before the next view. */
    static final class P11_SelfDelivery extends Predicate {
        private final Map<Stay, Set<Integer>> owed = new HashMap<>();

        @Override
        protected void on(TraceEvent event, History history) {
            Stay stay = history.current(event.process(), event.group());
            if (event instanceof TraceEvent.Sends send && send.code() == 0 && stay != null) {
                List<String> receivers = send.receivers();
                boolean mine = (send.service() & ServiceType.SELF_DISCARD) == 0
                        && (receivers == null || receivers.contains(send.process()))
                        && (send.service() & ServiceType.UNRELIABLE_MESS) == 0;
                if (mine) {
                    owed.computeIfAbsent(stay, each -> new HashSet<>()).add(send.id());
                }
            } else if (event instanceof TraceEvent.Delivers delivery && stay != null && owed.containsKey(stay)) {
                owed.getOrDefault(stay, Set.of()).remove(delivery.id());
            } else if (event instanceof TraceEvent.Installs && stay != null) {
                check(stay);
            } else if (event instanceof TraceEvent.Quiet) {
                for (Stay each : history.stays()) {
                    if (!each.over) {
                        check(each);
                    }
                }
            }
        }

        private void check(Stay stay) {
            if (!owed.getOrDefault(stay, Set.of()).isEmpty()) {
                violated(stay.process + " never got its own " + owed.get(stay) + " of " + stay.view.id());
            }
        }
    }

    /** What one process sent comes in the order it was sent. */
    static final class P12_Fifo extends Predicate {
        private final Map<String, Integer> last = new HashMap<>();

        @Override
        protected void on(TraceEvent event, History history) {
            if (event instanceof TraceEvent.Delivers delivery && (delivery.service() & AT_LEAST_FIFO) != 0) {
                Integer before = last.put(key(event) + " " + delivery.sender(), delivery.id());
                if (before != null && before > delivery.id()) {
                    violated(delivery + " after " + before);
                }
            }
        }
    }

    /** Nothing comes before what caused it. */
    static final class P13_Causal extends Predicate {
        private final Map<String, BitSet> past = new HashMap<>();
        private final Map<Integer, BitSet> causes = new HashMap<>();
        private final Map<String, BitSet> missed = new HashMap<>();
        private final Map<String, BitSet> delivered = new HashMap<>();

        private static BitSet of(Map<String, BitSet> map, String key) {
            return map.computeIfAbsent(key, each -> new BitSet());
        }

        @Override
        protected void on(TraceEvent event, History history) {
            if (event instanceof TraceEvent.Sends send && send.code() == 0 && (send.service() & AT_LEAST_CAUSAL) != 0) {
                BitSet known = of(past, key(event));
                causes.put(send.id(), (BitSet) known.clone());
                known.set(send.id());
            } else if (event instanceof TraceEvent.Delivers delivery && (delivery.service() & AT_LEAST_CAUSAL) != 0) {
                BitSet seen = of(delivered, key(event));
                if (of(missed, key(event)).get(delivery.id())) {
                    violated(delivery + " after one of its effects");
                }
                seen.set(delivery.id());
                BitSet before = causes.get(delivery.id());
                if (before != null) {
                    of(past, key(event)).or(before);
                    BitSet absent = (BitSet) before.clone();
                    absent.andNot(seen);
                    of(missed, key(event)).or(absent);
                }
                of(past, key(event)).set(delivery.id());
            }
        }
    }

    /** What is delivered was sent, once, as it is. */
    static final class P18_Integrity extends Predicate {
        private final Set<String> seen = new HashSet<>();

        @Override
        protected void on(TraceEvent event, History history) {
            if (event instanceof TraceEvent.Delivers delivery) {
                Sent sent = history.sent(delivery.id());
                if (sent == null) {
                    violated(delivery + " was never sent");
                } else if (!sent.call().process().equals(delivery.sender())
                        || !sent.call().group().equals(delivery.group())
                        || sent.call().service() != (delivery.service() & ~0x40000000)
                        || sent.call().type() != delivery.type()) {
                    violated(delivery + " was sent as " + sent.call());
                }
                if (!seen.add(delivery.process() + " " + delivery.id())) {
                    violated(delivery + " came twice");
                }
            }
        }
    }

    /** A subgroup message comes to its receivers alone and shows them as sent. */
    static final class P19_SubgroupAddressing extends Predicate {
        @Override
        protected void on(TraceEvent event, History history) {
            if (event instanceof TraceEvent.Delivers delivery) {
                Sent sent = history.sent(delivery.id());
                List<String> asked = sent == null ? null : sent.call().receivers();
                List<String> shown = delivery.receivers();
                boolean listed = shown == null || shown.contains(delivery.process());
                if (sent != null && (!java.util.Objects.equals(asked, shown) || !listed)) {
                    violated(delivery + " was sent to " + asked);
                }
            }
        }
    }
}
