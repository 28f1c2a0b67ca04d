package org.flushspread.flush.linearizability;

/**
 * Something that was asked for and perhaps answered.
 *
 * @param begun when it was asked for
 * @param ended when it was answered; {@link #NEVER} if it may take effect at any time behind {@code begun}, or never
 * @param input what was asked for
 * @param output the answer; says nothing where there was none
 */
public record Operation<I, O>(long begun, long ended, I input, O output) {
    /** Without an end. */
    public static final long NEVER = Long.MAX_VALUE;
}
