package org.flushspread.kernel.session;

import com.google.common.collect.ImmutableList;
import io.netty.buffer.ByteBuf;
import org.flushspread.wire.ConnectRequest;
import org.jspecify.annotations.Nullable;

/** How far one client has come in its handshake; a member of the list that {@link Handshakes} keeps in order of arrival. */
final class Handshake {
    /** What has to come next (client-protocol 2.4). */
    enum Step {
        REQUEST,
        CHOICE,
        PASSWORD,
        /** A message of the method SCRAM. */
        SCRAM,
        /** The shell's word on a method. */
        VERDICT
    }

    final ClientSession session;
    /** Monotonic nanoseconds, as is the deadline. */
    final long begun;

    final long deadline;

    @Nullable
    Handshake before;

    @Nullable
    Handshake after;

    Step step = Step.REQUEST;
    /** What has arrived and was not understood yet. */
    final ByteBuf input;

    @Nullable
    ConnectRequest request;
    /** The methods that run, those chosen and then those required. */
    ImmutableList<String> methods = ImmutableList.of();

    int nextMethod;
    /** The user whose password is being checked. */
    String user = "";
    /** A method said no; the client hears of it after the last one ran (client-protocol 2.6). */
    boolean failed;

    Handshake(ClientSession session, long begun, long deadline, ByteBuf input) {
        this.session = session;
        this.begun = begun;
        this.deadline = deadline;
        this.input = input;
    }
}
