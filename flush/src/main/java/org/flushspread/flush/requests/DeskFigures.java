package org.flushspread.flush.requests;

import java.util.Map;

/**
 * What the desk of a member has done since it started (replica-protocol R30 to R35).
 *
 * @param clients clients that have requests with the member now
 * @param pending these requests
 * @param pendingBytes bytes of these
 * @param requests requests that the member was given
 * @param requestBytes bytes of these
 * @param answers answers that were sent, refusals among them; answers to WHO are not counted
 * @param answerBytes bytes of the messages to clients
 * @param refused how often each was the reason to refuse or drop something, or to do less for it
 */
public record DeskFigures(
        int clients,
        int pending,
        long pendingBytes,
        long requests,
        long requestBytes,
        long answers,
        long answerBytes,
        Map<DeskReason, Long> refused) {
    public DeskFigures {
        refused = Map.copyOf(refused);
    }
}
