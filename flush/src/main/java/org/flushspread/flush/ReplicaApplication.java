package org.flushspread.flush;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The state machine of a member, and the futures of its commands. Used by the internal thread. */
final class ReplicaApplication<S extends StateMachine<C, R>, C, R> {
    /** A command is preceded by one byte that tells it from a read that goes through the order. */
    static final byte COMMAND = 0;

    static final byte READ = 1;

    /** One command of this member. */
    static final class Pending<S> {
        final byte[] message;
        final @Nullable Function<? super S, ?> reader;
        final CompletableFuture<@Nullable Object> future = new CompletableFuture<>();
        /** What it took to be admitted; given back at its end. */
        @Nullable
        Semaphore permits;

        private @Nullable Object result;
        private @Nullable Throwable failure;

        Pending(byte[] message, @Nullable Function<? super S, ?> reader) {
            this.message = message;
            this.reader = reader;
        }

        void complete() {
            release();
            future.complete(result);
        }

        void fail(Throwable why) {
            release();
            future.completeExceptionally(why);
        }

        private void release() {
            Semaphore taken = permits;
            if (taken != null) {
                taken.release();
            }
        }
    }

    private final S machine;
    private final Codec<C> codec;
    private final Map<Long, Pending<S>> pending = new HashMap<>();
    private long tickets;

    ReplicaApplication(S machine, Codec<C> codec) {
        this.machine = machine;
        this.codec = codec;
    }

    S machine() {
        return machine;
    }

    /** Keeps a command until its end is known. */
    long register(Pending<S> command) {
        pending.put(++tickets, command);
        return tickets;
    }

    void apply(long ticket, ByteBuffer command) {
        Pending<S> mine = ticket == 0 ? null : pending.get(ticket);
        try {
            if (command.get() == READ) {
                if (mine != null && mine.reader != null) {
                    mine.result = mine.reader.apply(machine);
                }
                return;
            }
            R result = machine.apply(codec.decode(command.slice()));
            if (mine != null) {
                mine.result = result;
            }
        } catch (RuntimeException e) {
            if (mine != null) {
                mine.failure = e;
            }
        }
    }

    void completed(long ticket) {
        Pending<S> done = pending.remove(ticket);
        if (done == null) {
            return;
        }
        Throwable failure = done.failure;
        if (failure == null) {
            done.complete();
        } else {
            done.fail(failure);
        }
    }

    void failed(long ticket, Throwable why) {
        Pending<S> done = pending.remove(ticket);
        if (done != null) {
            done.fail(why);
        }
    }

    byte[] save() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            machine.save(out);
        } catch (IOException e) {
            throw new IllegalStateException(machine.getClass().getName() + " cannot save its state", e);
        }
        return bytes.toByteArray();
    }

    /** Null, or why these bytes are not a state; the old one is back then. */
    @Nullable
    Throwable load(byte[] state) {
        byte[] before = save();
        try {
            read(state);
            return null;
        } catch (IOException | RuntimeException e) {
            try {
                read(before);
            } catch (IOException again) {
                throw new IllegalStateException(machine.getClass().getName() + " cannot load what it saved", again);
            }
            return e;
        }
    }

    private void read(byte[] state) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(state));
        machine.load(in);
        if (in.available() > 0) {
            throw new IOException(in.available() + " bytes of the state were not read");
        }
    }
}
