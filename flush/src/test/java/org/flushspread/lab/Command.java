package org.flushspread.lab;

import java.util.List;

/**
 * A line of a scenario.
 *
 * @param time virtual nanoseconds since the beginning
 * @param line its number in the file; 0 if a person gave it
 * @param words at least one
 */
record Command(long time, int line, List<String> words) {
    static Command of(long time, int line, String text) {
        return new Command(time, line, List.of(text.strip().split("\\s+")));
    }

    String name() {
        return words.get(0);
    }

    int arguments() {
        return words.size() - 1;
    }

    String argument(int number) {
        return words.get(number);
    }

    /** The arguments from one on, as they were written but for double spaces. */
    String rest(int from) {
        return String.join(" ", words.subList(from, words.size()));
    }

    Command at(long other) {
        return new Command(other, line, words);
    }

    @Override
    public String toString() {
        return String.join(" ", words);
    }
}
