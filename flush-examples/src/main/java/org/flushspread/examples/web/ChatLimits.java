package org.flushspread.examples.web;

import java.time.Duration;

/**
 * What browsers may use.
 *
 * @param sessions browser sessions at one time
 * @param rooms rooms of one session
 * @param events events kept for a page that comes back
 * @param textBytes length of a message as UTF-8; longer ones of other programs are shown cut
 * @param held messages of one room that wait for a view
 * @param burst messages at once
 * @param perSecond messages a second in the long run
 * @param unwatched a session without a page answers flush requests at once after this time: others would wait for it
 * @param idle a session without a page ends after this time
 */
public record ChatLimits(
        int sessions,
        int rooms,
        int events,
        int textBytes,
        int held,
        int burst,
        int perSecond,
        Duration unwatched,
        Duration idle) {
    public static final ChatLimits DEFAULTS =
            new ChatLimits(32, 8, 1_000, 4_000, 50, 10, 5, Duration.ofSeconds(5), Duration.ofSeconds(60));

    ChatLimits withSessions(int value) {
        return new ChatLimits(value, rooms, events, textBytes, held, burst, perSecond, unwatched, idle);
    }

    ChatLimits withEvents(int value) {
        return new ChatLimits(sessions, rooms, value, textBytes, held, burst, perSecond, unwatched, idle);
    }

    ChatLimits withIdle(Duration value) {
        return new ChatLimits(sessions, rooms, events, textBytes, held, burst, perSecond, unwatched, value);
    }

    ChatLimits withUnwatched(Duration value) {
        return new ChatLimits(sessions, rooms, events, textBytes, held, burst, perSecond, value, idle);
    }
}
