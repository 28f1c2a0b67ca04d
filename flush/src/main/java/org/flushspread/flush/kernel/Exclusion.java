package org.flushspread.flush.kernel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one connection knows about the silence of the members of one group: who was heard when in the order, who is held for excluded, and
 * when to say again that it waits (exclusion E2, E3, E8). Decides nothing that the others must decide alike, but {@link #isSilentSince}.
 */
final class Exclusion {
    /** Who comes back and is excluded again gets so many times the patience at the most. */
    private static final int MOST_PATIENCE = 16;

    private static final int HALVES_KEPT = 2 * MOST_PATIENCE + 1;
    private static final long COMES_BACK_WITHIN = 60_000_000_000L;
    private static final int OFFENCES = 1000;

    private record Offence(int times, long atNanos) {}

    private final long half;
    private final boolean on;
    private final Map<String, Long> heard = new HashMap<>();
    private final Set<String> held = new LinkedHashSet<>();
    private final Map<String, Offence> offences = new LinkedHashMap<>();
    /** Consents delivered so far, to whatever change: the place in the order. */
    private long place;

    private long now;

    // Of the change that is worked on: own consents.
    private int sent;
    private int returned;
    private int noticed;
    private long noticedAt;
    private final long[] places = new long[HALVES_KEPT];

    Exclusion(GroupRules rules) {
        this.on = rules.excludes();
        this.half = Math.max(1, rules.patienceNanos() / 2);
    }

    boolean isOn() {
        return on;
    }

    long now() {
        return now;
    }

    void at(long nowNanos) {
        now = nowNanos;
    }

    // ---- the order

    /** A consent of {@code who} is delivered; answers its place in the order, from 1. */
    long heard(String who) {
        place++;
        if (on) {
            heard.put(who, place);
        }
        return place;
    }

    /** True if no consent of {@code who} was delivered behind this place (exclusion E4). */
    boolean isSilentSince(String who, long since) {
        return heard.getOrDefault(who, 0L) <= since;
    }

    // ---- who is out

    void hold(String who) {
        if (held.add(who)) {
            Offence before = offences.remove(who);
            offences.put(who, new Offence(before == null ? 1 : before.times() + 1, now));
            if (offences.size() > OFFENCES) {
                Iterator<String> oldest = offences.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
        }
    }

    boolean holds(String who) {
        return held.contains(who);
    }

    /** Those of a change who are held for excluded; its first consent names them (exclusion E8). */
    List<String> heldOf(Change change) {
        List<String> names = new ArrayList<>();
        for (String who : held) {
            if (change.isLive(who)) {
                names.add(who);
            }
        }
        return names;
    }

    /** A membership came: who left it is held no longer, and who came back late is forgiven (exclusion E3, E8). */
    void membership(List<String> leavers, List<String> before, Change change) {
        if (!on) {
            return;
        }
        leavers.forEach(held::remove);
        held.removeIf(who -> !change.isMember(who));
        heard.keySet().removeIf(who -> !change.isMember(who));
        if (offences.isEmpty()) {
            return;
        }
        Set<String> old = new HashSet<>(before);
        leavers.forEach(old::remove);
        for (String who : change.members()) {
            Offence offence = old.contains(who) ? null : offences.get(who);
            if (offence != null && now - offence.atNanos() > COMES_BACK_WITHIN) {
                offences.remove(who);
            }
        }
    }

    // ---- waiting

    /** Another change is worked on. */
    void begin() {
        sent = 0;
        returned = 0;
        noticed = 0;
    }

    void sent() {
        sent++;
    }

    /** An own consent to the change that is worked on has come back. */
    void returned(long at) {
        returned++;
        places[returned % HALVES_KEPT] = at;
    }

    /** Nanoseconds until the consent is to be repeated; 0 for now, {@link Long#MAX_VALUE} for not before something comes in. */
    long untilRepeat() {
        if (returned == 0 || sent > returned) {
            return Long.MAX_VALUE;
        }
        if (noticed < returned) {
            noticed = returned;
            noticedAt = now;
        }
        return Math.max(0, half - (now - noticedAt));
    }

    /** Who is named when the consent is repeated now (exclusion E3). */
    List<String> silent(Change change, boolean joining) {
        List<String> silent = new ArrayList<>();
        for (String who : change.missing()) {
            if (change.isLive(who) && isSilentFor(patience(who, joining), who)) {
                silent.add(who);
            }
        }
        return silent;
    }

    private boolean isSilentFor(int times, String who) {
        int since = returned + 1 - 2 * times;
        return since >= 1 && isSilentSince(who, places[since % HALVES_KEPT]);
    }

    private int patience(String who, boolean joining) {
        Offence offence = offences.get(who);
        int times = (offence == null ? 1 : 1 << Math.min(offence.times(), 4)) * (joining ? 2 : 1);
        return Math.min(times, MOST_PATIENCE);
    }
}
