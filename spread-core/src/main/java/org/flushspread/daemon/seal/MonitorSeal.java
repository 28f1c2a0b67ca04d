package org.flushspread.daemon.seal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a monitor of a sealed ring asks with and understands (security 2.6): a seal for its questions, and one for the answers, so that one
 * thread may ask while another one listens.
 */
public final class MonitorSeal {
    private final Seal questions;
    private final Seal answers;
    private final ByteBuf plain = Unpooled.buffer(Seal.LARGEST, Seal.LARGEST).writerIndex(Seal.LARGEST);

    public MonitorSeal(SealKeys keys) {
        questions = made(keys);
        answers = made(keys);
    }

    private static Seal made(SealKeys keys) {
        return Seal.ofMonitor(
                keys, Algorithm.ofThisMachine(), new SecureRandom().nextLong(), System::currentTimeMillis);
    }

    /** A question in an envelope of its own: daemons take none twice. */
    public ByteBuf seal(Channel channel, ByteBuf question) {
        ByteBuf sealed = Unpooled.buffer(question.readableBytes() + Envelope.OVERHEAD);
        return sealed.writerIndex(
                questions.seal(channel, question, question.readerIndex(), question.readableBytes(), sealed, 0));
    }

    /** What is in the envelope of an answer, until the next call; null if it is none of this ring. */
    public @Nullable ByteBuf open(ByteBuf answer) {
        int opened = answers.open(Channel.DATA, answer, answer.readerIndex(), answer.readableBytes(), plain);
        return opened < 0 ? null : plain.slice(0, opened);
    }

    /** Other keys, from now on; not while another thread uses this. */
    public void keys(SealKeys now) {
        questions.keys(now);
        answers.keys(now);
    }
}
