package org.flushspread.kernel.base;

import org.flushspread.wire.ScramMessage;
import org.jspecify.annotations.Nullable;

/**
 * What the world answers to a client's message of the method SCRAM (client-protocol 2.6).
 *
 * @param message what the client is told
 * @param isLast nothing more is wanted from the client
 * @param user who it has proved to be; null while, or if, it has not
 */
public record ScramAnswer(
        ScramMessage message, boolean isLast, @Nullable String user) {
    /** The client has to answer this. */
    public static ScramAnswer challenge(String text) {
        return new ScramAnswer(new ScramMessage(text), false, null);
    }

    public static ScramAnswer accepted(String text, String user) {
        return new ScramAnswer(new ScramMessage(text), true, user);
    }

    public static ScramAnswer refused(String text) {
        return new ScramAnswer(new ScramMessage(text), true, null);
    }
}
