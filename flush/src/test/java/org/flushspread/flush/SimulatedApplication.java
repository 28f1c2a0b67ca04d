package org.flushspread.flush;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.flushspread.flush.replica.Charter;
import org.jspecify.annotations.Nullable;

/** The state machine of a simulated member as the internal thread of a real one uses it, with sessions, timers and the head of its state. */
public final class SimulatedApplication<S extends StateMachine<C, R>, C, R> {
    private final ReplicaApplication<S, C, R> application;

    /**
     * What an entry gave to its submitter.
     *
     * @param failure null if it gave a result
     */
    public record Outcome(@Nullable Object result, @Nullable Throwable failure) {}

    public SimulatedApplication(S machine, Codec<C> codec) {
        application = new ReplicaApplication<>(machine, codec);
    }

    /** Applies an entry of the log; an Error of the state machine goes up. */
    public Outcome apply(long index, long fingerprint, ByteBuffer entry) {
        Ticket<S> ticket = new Ticket<>(index, Request.command(), false);
        application.apply(ticket, index, fingerprint, entry);
        return new Outcome(ticket.result, ticket.failure);
    }

    public byte[] save() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        application.saveTo(bytes);
        return bytes.toByteArray();
    }

    /** Takes over a saved state, in place of what is there. */
    public void load(byte[] state) throws IOException {
        application.read(new ByteArrayInputStream(state));
    }

    /** True if the state machine hands its state out without copying it. */
    public boolean isFreezable() {
        return application.isFreezable();
    }

    public Snapshotter.Frozen freeze() {
        return application.freeze();
    }

    /** What a frozen state writes. */
    public static byte[] write(Snapshotter.Frozen frozen) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        frozen.write(out);
        out.flush();
        return bytes.toByteArray();
    }

    public boolean keepsAnswers() {
        return application.keepsAnswers();
    }

    /** What was applied is to be looked at. */
    public S machine() {
        application.endBatch();
        return application.machine();
    }

    public long time() {
        return application.agreed().time();
    }

    public long nextTimer() {
        return application.agreed().nextTimer();
    }

    public Charter charter() {
        return application.agreed().charter();
    }
}
