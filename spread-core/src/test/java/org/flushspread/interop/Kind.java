package org.flushspread.interop;

import java.util.List;
import org.flushspread.config.RingVersion;

/** Whose daemon it is, and in what ring. */
enum Kind {
    /** Ours, a process of its own, in a ring of Spread 4. */
    JAVA('J', RingVersion.SPREAD4, true),
    /** C Spread 4.4 from SPREAD_C_HOME. */
    C('C', RingVersion.SPREAD4, false),
    /** Ours in a ring of Spread 5. */
    JAVA5('j', RingVersion.SPREAD5, true),
    /** C Spread 5.0.1 from SPREAD5_C_HOME. */
    C5('5', RingVersion.SPREAD5, false);

    final RingVersion ring;
    final boolean ours;
    private final char letter;

    Kind(char letter, RingVersion ring, boolean ours) {
        this.letter = letter;
        this.ring = ring;
        this.ours = ours;
    }

    static Kind of(char letter) {
        for (Kind each : values()) {
            if (each.letter == letter) {
                return each;
            }
        }
        throw new IllegalArgumentException("no kind " + letter);
    }

    char letter() {
        return letter;
    }

    /** The C Spread of such rings. */
    CSpread installed() {
        return ring == RingVersion.SPREAD4 ? CSpread.V4 : CSpread.V5;
    }

    /** The kinds of a ring: all of one ring version. Skips the test if one of them is not installed. */
    static List<Kind> ofRing(String letters) {
        List<Kind> kinds = letters.chars().mapToObj(each -> of((char) each)).toList();
        if (kinds.stream().map(each -> each.ring).distinct().count() > 1) {
            throw new IllegalArgumentException(letters + " are of different rings");
        }
        kinds.stream()
                .filter(each -> !each.ours)
                .forEach(each -> each.installed().home());
        return kinds;
    }
}
