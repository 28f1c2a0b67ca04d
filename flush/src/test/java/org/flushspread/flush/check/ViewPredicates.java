package org.flushspread.flush.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flushspread.flush.check.History.Stay;

/** The promises about views, requests and signals. */
@SuppressWarnings("checkstyle:TypeName")
final class ViewPredicates {
    private ViewPredicates() {}

    private static String key(TraceEvent event) {
        return event.process() + " " + event.group();
    }

    /** A process is in each of its views, at the index it is told. */
    static final class P1_SelfInclusion extends Predicate {
        @Override
        protected void on(TraceEvent event, History history) {
            if (event instanceof TraceEvent.Installs view
                    && (view.index() < 0
                            || view.index() >= view.members().size()
                            || !view.members().get(view.index()).equals(view.process()))) {
                violated(view.toString());
            }
        }
    }

    /** The same id means the same members in the same order, and the same cause. */
    static final class P2_ViewAgreement extends Predicate {
        private final Map<String, TraceEvent.Installs> first = new HashMap<>();

        @Override
        protected void on(TraceEvent event, History history) {
            if (event instanceof TraceEvent.Installs view) {
                TraceEvent.Installs other = first.putIfAbsent(view.group() + view.id(), view);
                if (other != null && (!other.members().equals(view.members()) || other.cause() != view.cause())) {
                    violated(other + " but " + view);
                }
            }
        }
    }

    /** Views that two processes both install come in the same order. */
    static final class P3_LocalMonotonicity extends Predicate {
        @Override
        protected void atEnd(History history) {
            Map<String, List<ViewId>> lives = new HashMap<>();
            Map<Stay, String> lifeOf = new HashMap<>();
            for (Stay stay : history.stays()) {
                String life =
                        stay.previous == null ? stay.process + stay.group + lives.size() : lifeOf.get(stay.previous);
                lifeOf.put(stay, String.valueOf(life));
                lives.computeIfAbsent(stay.group + " " + life, each -> new ArrayList<>())
                        .add(stay.view.id());
            }
            Set<String> before = new HashSet<>();
            lives.forEach((life, ids) -> {
                String group = life.substring(0, life.indexOf(' '));
                for (int i = 0; i < ids.size(); i++) {
                    for (int j = i + 1; j < ids.size(); j++) {
                        before.add(group + ids.get(i) + ids.get(j));
                        if (before.contains(group + ids.get(j) + ids.get(i))) {
                            violated(life + ": " + ids.get(i) + " and " + ids.get(j) + " in the other order elsewhere");
                        }
                    }
                }
            });
        }
    }

    /** Between two views exactly one request and then one flush; before the first view none. */
    static final class P4_Consent extends Predicate {
        private final Map<String, String> seen = new HashMap<>();

        @Override
        protected void on(TraceEvent event, History history) {
            if (event instanceof TraceEvent.FlushRequest) {
                seen.merge(key(event), "r", String::concat);
            } else if (event instanceof TraceEvent.Flushes) {
                seen.merge(key(event), "f", String::concat);
            } else if (event instanceof TraceEvent.SelfLeave) {
                seen.remove(key(event));
            } else if (event instanceof TraceEvent.Installs) {
                String calls = seen.remove(key(event));
                String expected = history.current(event.process(), event.group()) == null ? null : "rf";
                if (!java.util.Objects.equals(calls, expected)) {
                    violated(event + " after '" + calls + "'");
                }
            }
        }
    }

    /** Never two requests without a view in between. */
    static final class P5_OneRequest extends Predicate {
        private final Set<String> asked = new HashSet<>();

        @Override
        protected void on(TraceEvent event, History history) {
            if (event instanceof TraceEvent.FlushRequest && !asked.add(key(event))) {
                violated(event.toString());
            } else if (event instanceof TraceEvent.Installs || event instanceof TraceEvent.SelfLeave) {
                asked.remove(key(event));
            }
        }
    }

    /** Who is in a view has consented to it. */
    static final class P8_FlushAgreement extends Predicate {
        private final Set<String> consents = new HashSet<>();

        @Override
        protected void on(TraceEvent event, History history) {
            if (event instanceof TraceEvent.Consents consent) {
                consents.add(consent.process() + consent.group() + consent.id().change());
            } else if (event instanceof TraceEvent.Installs view) {
                for (String member : view.members()) {
                    if (!consents.contains(member + view.group() + view.id().change())) {
                        violated(member + " never consented to " + view);
                    }
                }
            }
        }
    }

    /** The transitional set contains oneself, lies in both views, is ordered, and is the same at all of its members. */
    static final class P10_TransitionalSet extends Predicate {
        private final Map<String, TraceEvent.Installs> installed = new HashMap<>();

        @Override
        protected void on(TraceEvent event, History history) {
            if (!(event instanceof TraceEvent.Installs view)) {
                return;
            }
            List<String> along = view.transitional();
            Stay previous = history.current(view.process(), view.group());
            List<String> before = previous == null ? List.of(view.process()) : previous.view.members();
            List<String> ordered = new ArrayList<>(before);
            ordered.retainAll(along);
            if (!along.contains(view.process()) || !view.members().containsAll(along) || !ordered.equals(along)) {
                violated(view + " after " + before);
            }
            installed.put(view.process() + view.group() + view.id(), view);
            for (String other : along) {
                TraceEvent.Installs theirs = installed.get(other + view.group() + view.id());
                if (theirs != null && !theirs.transitional().equals(along)) {
                    violated(view + " but " + theirs);
                }
            }
        }
    }

    /** At most one signal in a view, and one if somebody of it does not come along. */
    static final class P17_TransitionSignal extends Predicate {
        @Override
        protected void on(TraceEvent event, History history) {
            Stay stay = history.current(event.process(), event.group());
            if (event instanceof TraceEvent.Transition && (stay == null || stay.transitions > 0)) {
                violated(event + (stay == null ? " before the first view" : " again in " + stay.view.id()));
            } else if (event instanceof TraceEvent.Installs view
                    && stay != null
                    && stay.transitions == 0
                    && !view.transitional().containsAll(stay.view.members())) {
                violated("no signal between " + stay.view + " and " + view);
            }
        }
    }

    /** A leave gives one self-leave, and then nothing until the next life. */
    static final class P20_CleanLeave extends Predicate {
        private final Set<String> leaving = new HashSet<>();
        private final Set<String> left = new HashSet<>();
        private final Set<String> out = new HashSet<>();

        @Override
        protected void on(TraceEvent event, History history) {
            if (event instanceof TraceEvent.Leaves) {
                leaving.add(key(event));
            } else if (event instanceof TraceEvent.Joins) {
                left.remove(key(event));
            } else if (event instanceof TraceEvent.Excluded) {
                leaving.add(key(event));
                if (!out.add(key(event))) {
                    violated(event + " again");
                }
            } else if (event instanceof TraceEvent.SelfLeave) {
                out.remove(key(event));
                if (!leaving.remove(key(event)) || !left.add(key(event))) {
                    violated(event + " was not asked for");
                }
            } else if (event instanceof TraceEvent.Installs) {
                left.remove(key(event));
                if (out.contains(key(event))) {
                    violated(event + " though it is excluded");
                }
            } else if (event instanceof TraceEvent.Delivers
                    || event instanceof TraceEvent.FlushRequest
                    || event instanceof TraceEvent.Transition) {
                if (left.contains(key(event)) || out.contains(key(event))) {
                    violated(event + " after the self-leave");
                }
            } else if (event instanceof TraceEvent.Quiet) {
                for (String each : leaving) {
                    if (!history.hasEnded(each.substring(0, each.indexOf(' ')))) {
                        violated("no self-leave: " + each);
                    }
                }
            }
        }
    }

    /** When all is quiet the last view is the Spread membership, without those who do not answer. */
    static final class P21_Progress extends Predicate {
        @Override
        protected void on(TraceEvent event, History history) {
            if (event instanceof TraceEvent.Quiet quiet) {
                check(quiet.memberships(), quiet.strangers(), history);
            } else if (event instanceof TraceEvent.Rest rest) {
                check(rest.memberships(), rest.absent(), history);
            }
        }

        private void check(Map<String, TraceEvent.SpreadMembership> memberships, Set<String> absent, History history) {
            memberships.forEach((key, spread) -> {
                Stay stay = history.current(spread.process(), spread.group());
                List<String> answering = new ArrayList<>(spread.members());
                answering.removeAll(absent);
                if (stay == null
                        || !stay.view.id().membership().equals(spread.id())
                        || !stay.view.members().containsAll(answering)) {
                    violated(key + " is in " + (stay == null ? "no view" : stay.view) + ", Spread says " + spread
                            + ", absent are " + absent);
                }
            });
        }
    }

    /**
     * The members of a view are those of the Spread membership with its id, as this process was told. Parts of a broken ring may count on
     * from the same id with different joiners, so the memberships of others prove nothing.
     */
    static final class P22_NoInventedMembers extends Predicate {
        private final Map<String, List<String>> memberships = new HashMap<>();

        @Override
        protected void on(TraceEvent event, History history) {
            if (event instanceof TraceEvent.SpreadMembership spread) {
                memberships.put(key(spread) + spread.id(), spread.members());
            } else if (event instanceof TraceEvent.Installs view) {
                List<String> told = memberships.get(key(view) + view.id().membership());
                List<String> rest = new ArrayList<>(told == null ? List.of() : told);
                if (view.id().isOfRollCall()) {
                    rest.retainAll(view.members());
                } else {
                    rest.removeAll(view.excluded());
                }
                if (!view.members().equals(rest)) {
                    violated(view + " but Spread said " + told);
                }
            }
        }
    }

    /** Those who go together into views of one change exclude the same members. */
    static final class P24_OneExclusion extends Predicate {
        @Override
        protected void atEnd(History history) {
            for (List<Stay> together : history.sharedViews()) {
                for (Stay p : together) {
                    for (Stay q : together) {
                        Stay there = q.next;
                        if (p.next != null
                                && there != null
                                && p.next.view.transitional().contains(q.process)
                                && p.next.view
                                        .id()
                                        .change()
                                        .equals(there.view.id().change())
                                && !p.next.view.id().equals(there.view.id())) {
                            violated(p.next.view + " but " + there.view);
                        }
                    }
                }
            }
        }
    }

    /** In one life no view comes twice. */
    static final class P23_UniqueIds extends Predicate {
        @Override
        protected void on(TraceEvent event, History history) {
            if (event instanceof TraceEvent.Installs view) {
                for (Stay stay = history.current(view.process(), view.group()); stay != null; stay = stay.previous) {
                    if (stay.view.id().id().equals(view.id().id())) {
                        violated(view + " again");
                    }
                }
            }
        }
    }
}
