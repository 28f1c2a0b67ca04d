package org.flushspread.flush.simulation;

/**
 * One story.
 *
 * @param percent of it in which things go wrong, before all is healed
 */
record Replay(long seed, int percent) {
    static final int WHOLE = 100;

    static Replay parse(String text) {
        String[] parts = text.strip().split("/", 2);
        try {
            int percent = parts.length == 1 ? WHOLE : Integer.parseInt(parts[1]);
            if (percent >= 1 && percent <= WHOLE) {
                return new Replay(Long.parseLong(parts[0]), percent);
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(
                "'" + text + "' is no seed: a number is, or a number, / and percent of its story");
    }

    @Override
    public String toString() {
        return percent == WHOLE ? Long.toString(seed) : seed + "/" + percent;
    }
}
