package org.flushspread.kernel.membership;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.Form1;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.Representative;
import org.flushspread.wire.RingInfo;
import org.jspecify.annotations.Nullable;

/**
 * Daemons that speak from an address that is not theirs and with which no ring comes about (membership-protocol 6.7): somebody started them
 * under the name of another host. They are left out for a while, so that the others go on without them. Who answers at home is no such.
 */
final class Impostors {
    /** One failure may have any cause. */
    private static final int PATIENCE = 2;
    /** A question, or its answer, may be lost. */
    private static final int QUESTIONS = 2;
    /** However short the timers are, a machine may be too busy to answer for as long. */
    private static final long SILENCE = Duration.ofSeconds(1).toNanos();
    /** The most lookup times that one is left out for. */
    private static final int LONGEST = 8;

    /** What is known of a daemon that was heard from an address that is not its own. */
    private static final class Suspect {
        /** Where it was heard last. */
        @Nullable
        IpAddress source;
        /** Since the last failure or ring, and not while it is left out. */
        boolean heard;
        /** Heard from its own address too, since then. */
        boolean heardAtHome;
        /** A token found it while it was heard from here: that is how it is reached. */
        @Nullable
        IpAddress answeredFrom;

        /** Heard from its own address: whoever answers there may be another one. */
        boolean everAtHome;
        /** Until then it is known that a daemon of this name answers at home. */
        long answersUntil;

        boolean answers;
        /** It is asked, if it has not answered, no sooner than then. */
        long askAt;
        /** A copy of an answer may still come long after it. */
        boolean asked;
        /** Questions since its last answer, and when the first of them was put. */
        int unanswered;

        long askedSince;
        /** Questions that it may still answer: a slow one answers those of before, too. */
        int questions;

        int failures;
        int periods;
        long outUntil;
        /** If it does nothing wrong until then, its failures are forgotten. */
        long forgottenAt;
    }

    private final Context context;
    private final Publisher publisher;
    private final long lookup;
    private final long interval;
    private final TreeMap<Integer, Suspect> suspects = new TreeMap<>();
    private long watchedUntil;
    private boolean watching;
    /** Somebody was left out since the last {@link #takeTurn}. */
    private boolean turn;

    /** @param interval between questions to one daemon */
    Impostors(Context context, Publisher publisher, Duration lookup, Duration interval) {
        this.context = context;
        this.publisher = publisher;
        this.lookup = lookup.toNanos();
        this.interval = interval.toNanos();
    }

    /** Notes where an ALIVE, JOIN or REFER came from; true if its sender is left out and this was not its own address. */
    boolean hears(Daemon from, @Nullable IpAddress source) {
        if (source == null) {
            return false;
        }
        Suspect suspect = suspects.get(from.id());
        if (from.hasAddress(source)) {
            if (suspect != null) {
                suspect.heardAtHome = true;
                suspect.everAtHome = true;
            }
            return false;
        }
        if (suspect == null) {
            suspect = new Suspect();
            suspects.put(from.id(), suspect);
        }
        suspect.source = source;
        watching = true;
        watchedUntil = context.nanos() + lookup;
        // What fails while it is left out fails without it, or because it is: that tells nothing about it (rule 9).
        boolean out = isOut(suspect);
        suspect.heard |= !out;
        if (suspect.failures > 0 && !suspect.everAtHome && !answers(suspect)) {
            ask(from, suspect);
        }
        return out;
    }

    /** A token may miss it for any reason; but if a daemon of its name is where tokens go, it is that one (rule 8). */
    private void ask(Daemon suspected, Suspect suspect) {
        long now = context.nanos();
        if (suspect.unanswered == 0 || now - suspect.askAt >= 0) {
            if (suspect.unanswered == 0) {
                suspect.askedSince = now;
            }
            suspect.asked = true;
            suspect.unanswered++;
            suspect.questions++;
            suspect.askAt = now + interval;
            publisher.ask(suspected);
        }
    }

    /** A daemon of this id answered a question; false if nobody asked it. The network can double an answer, whose second copy says nothing. */
    boolean answered(int id) {
        Suspect suspect = suspects.get(id);
        if (suspect == null || !suspect.asked) {
            return false;
        }
        if (suspect.questions == 0) {
            return true;
        }
        suspect.questions--;
        suspect.unanswered = 0;
        suspect.answers = true;
        suspect.answersUntil = context.nanos() + lookup;
        if (!suspect.everAtHome) {
            suspect.failures = 0;
            suspect.periods = 0;
        }
        return true;
    }

    /** It had time enough to answer. Who is heard from home is not asked. */
    private static boolean isSilent(Suspect suspect, long now) {
        return suspect.everAtHome || (suspect.unanswered >= QUESTIONS && now - suspect.askedSince >= SILENCE);
    }

    /** Who is heard from home too may be two. */
    private boolean answers(Suspect suspect) {
        suspect.answers &= context.nanos() - suspect.answersUntil < 0;
        return suspect.answers && !suspect.everAtHome;
    }

    /** True if this is not the address of a daemon that is left out where it is not at home, and heard at home. */
    boolean isOfAnother(Daemon from, @Nullable IpAddress source) {
        Suspect suspect = suspects.get(from.id());
        return suspect != null && source != null && !from.hasAddress(source) && isOut(suspect) && suspect.heardAtHome;
    }

    /** True for a lookup time after somebody was heard from where he is not. */
    boolean isWatching() {
        return watching && context.nanos() - watchedUntil < 0;
    }

    /** I heard others and no ring came about, or a packet of a member broke mine. */
    void failed() {
        for (var each : suspects.entrySet()) {
            Suspect suspect = each.getValue();
            if (suspect.heard && !Objects.equals(suspect.source, suspect.answeredFrom) && !answers(suspect)) {
                failed(each.getKey(), suspect);
            }
            suspect.heard = false;
            suspect.heardAtHome = false;
        }
    }

    private void failed(int id, Suspect suspect) {
        long now = context.nanos();
        if (suspect.failures > 0 && now - suspect.forgottenAt > 0) {
            suspect.failures = 0;
            suspect.periods = 0;
        }
        suspect.forgottenAt = now + lookup;
        if (suspect.failures + 1 < PATIENCE || !isSilent(suspect, now)) {
            suspect.failures = Math.max(suspect.failures, 1);
            return;
        }
        suspect.failures = PATIENCE;
        turn = true;
        suspect.periods = Math.min(LONGEST, Math.max(1, 2 * suspect.periods));
        // Half a time more, so that the lookup in it finds the others without it.
        suspect.outUntil = now + suspect.periods * lookup + lookup / 2;
        suspect.forgottenAt = suspect.outUntil + lookup;
        Daemon daemon = context.configuration().byId(id);
        context.refuse(
                Reason.IMPOSTOR,
                daemon + " is heard from " + suspect.source
                        + ", which is not its address, and no ring comes about with it: it is left out for "
                        + Duration.ofNanos(suspect.outUntil - now).toSeconds() + " s. Was -n "
                        + (daemon == null ? "" : daemon.name()) + " given on another host?");
    }

    /** A ring of these came about. */
    void installed(List<Integer> members) {
        members.forEach(this::found);
        for (Suspect each : suspects.values()) {
            each.heard = false;
            each.heardAtHome = false;
        }
    }

    /** A token found this daemon. */
    private void found(int id) {
        Suspect suspect = suspects.get(id);
        if (suspect != null && suspect.heard && !suspect.heardAtHome) {
            suspect.answeredFrom = suspect.source;
            suspect.failures = 0;
            suspect.periods = 0;
        }
    }

    boolean isLeftOut(int id) {
        Suspect suspect = suspects.get(id);
        return suspect != null && isOut(suspect) && !suspect.heardAtHome;
    }

    private boolean isOut(Suspect suspect) {
        return suspect.failures >= PATIENCE
                && !Objects.equals(suspect.source, suspect.answeredFrom)
                && context.nanos() - suspect.outUntil < 0;
    }

    boolean isAnyLeftOutOf(int segment) {
        for (int id : suspects.keySet()) {
            Daemon daemon = context.configuration().byId(id);
            if (daemon != null && daemon.segment() == segment && isLeftOut(id)) {
                return true;
            }
        }
        return false;
    }

    /** True once for each time that somebody is left out. */
    boolean takeTurn() {
        boolean mine = turn;
        turn = false;
        return mine;
    }

    /**
     * A FORM1 without those who are left out: no token finds them, but others may be on it who do not know. Null if there is nobody else
     * to go on with, or if they brought what others need to recover.
     *
     * @param withRing true if I have a ring to lose
     */
    @Nullable
    Form1 without(Form1 form, boolean withRing) {
        List<Integer> visited = form.visited();
        for (int i = 1; i < visited.size(); i++) {
            found(visited.get(i));
        }
        List<Representative> done = form.reps().subList(0, form.repIndex());
        List<Representative> toCome =
                form.reps().subList(form.repIndex(), form.reps().size());
        if (visited.stream().noneMatch(this::isLeftOut)
                && form.pending().stream().noneMatch(this::isLeftOut)
                && toCome.stream().noneMatch(each -> isLeftOut(each.procId()))) {
            return form;
        }
        List<Integer> stay = others(visited);
        List<Integer> pending = others(form.pending());
        List<Representative> reps = new ArrayList<>(done);
        toCome.stream().filter(each -> !isLeftOut(each.procId())).forEach(reps::add);
        boolean alone = stay.isEmpty() && pending.size() + reps.size() - done.size() <= 1;
        List<RingInfo> rings = stay.size() == visited.size() ? form.rings() : ringsOf(stay, form.rings());
        if (alone || rings == null || (withRing && stay.isEmpty())) {
            return null;
        }
        return new Form1(form.transmitter(), form.id(), form.fence(), stay, pending, reps, form.repIndex(), rings);
    }

    private List<Integer> others(List<Integer> ids) {
        return ids.stream().filter(each -> !isLeftOut(each)).toList();
    }

    /** Null if somebody who does not stay told what he holds of a ring that he shares with others. */
    private static @Nullable List<RingInfo> ringsOf(List<Integer> stay, List<RingInfo> rings) {
        List<RingInfo> theirs = new ArrayList<>();
        for (RingInfo each : rings) {
            if (stay.containsAll(each.trans())) {
                theirs.add(each);
            } else if (each.trans().stream().anyMatch(stay::contains)) {
                return null;
            }
        }
        return theirs;
    }
}
