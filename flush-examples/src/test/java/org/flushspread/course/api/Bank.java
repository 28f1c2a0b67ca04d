package org.flushspread.course.api;

import org.flushspread.flush.Codec;
import org.flushspread.flush.StateMachine;

/**
 * Exercise 1: a replicated bank. Commands are words: {@code REQUEST deposit ACCOUNT AMOUNT}, {@code REQUEST transfer FROM TO AMOUNT},
 * {@code REQUEST balance ACCOUNT}. The answer is the balance of the account, or of FROM, behind the command; a transfer of more than there is
 * changes nothing, and its answer is {@code refused}. An account that was never used has 0.
 *
 * <p>REQUEST is the user's number for it. A user who has got no answer sends the same command again, with the same number: then it has no effect
 * and gets the answer that it got the first time.
 */
public interface Bank extends StateMachine<String, String> {
    @Override
    default Codec<String> answers() {
        return Codec.strings();
    }
}
