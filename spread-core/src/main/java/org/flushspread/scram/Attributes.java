package org.flushspread.scram;

import org.jspecify.annotations.Nullable;

/** The attributes of a message of RFC 5802, 7: letters with values, commas between them. */
final class Attributes {
    private final String[] parts;

    private Attributes(String[] parts) {
        this.parts = parts;
    }

    static Attributes of(String message) {
        return new Attributes(message.split(",", -1));
    }

    /** The value of the attribute with this letter at this place; null if another one stands there. */
    @Nullable
    String at(int place, char letter) {
        boolean there = place < parts.length
                && parts[place].length() >= 2
                && parts[place].charAt(0) == letter
                && parts[place].charAt(1) == '=';
        return there ? parts[place].substring(2) : null;
    }

    int size() {
        return parts.length;
    }
}
