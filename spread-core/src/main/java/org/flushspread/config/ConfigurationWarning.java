package org.flushspread.config;

/**
 * Something in a configuration file that is accepted but probably not meant, or that a C daemon would refuse.
 *
 * @param position where
 * @param text what, and how to mend it
 */
public record ConfigurationWarning(Position position, String text) {
    @Override
    public String toString() {
        return position + ": warning: " + text;
    }
}
