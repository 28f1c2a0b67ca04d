package org.flushspread.kernel.ring;

import java.lang.reflect.Field;
import java.util.List;

/** Sets the numbers of a ring that has come to rest as if it had gone on for hours or days. */
public final class Numbers {
    private Numbers() {}

    /** As if {@code sequence} packets had been sent, all of which are stable. */
    public static void startAt(Ring ring, int sequence) {
        Object table = get(ring, "table");
        for (String each : List.of("highest", "myAru", "aru", "lastDiscarded", "lastDelivered")) {
            set(table, each, sequence);
        }
        Object last = get(ring, "last");
        set(last, "sequence", sequence);
        set(last, "aru", sequence);
    }

    /** As if the token had come so often. */
    static void roundsStartAt(Ring ring, int rounds) {
        set(ring, "tokenRounds", rounds);
        set(ring, "receivedTokenRounds", rounds);
    }

    static Object get(Object of, String name) {
        try {
            return field(of, name).get(of);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static void set(Object of, String name, int value) {
        try {
            field(of, name).setInt(of, value);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static Field field(Object of, String name) {
        try {
            Field field = of.getClass().getDeclaredField(name);
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException e) {
            throw new AssertionError(e);
        }
    }
}
