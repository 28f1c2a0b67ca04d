package org.flushspread.examples.redis;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.flushspread.flush.Consistency;
import org.flushspread.flush.ReplicaException;
import org.flushspread.flush.ReplicatedStateMachine;
import org.flushspread.flush.Session;
import org.flushspread.flush.UncertainException;
import org.flushspread.flush.replica.Failure;
import org.flushspread.flush.replica.Role;
import org.jspecify.annotations.Nullable;

/**
 * The member of the group that all connections of this process use: brings batches into the log, and finds keys to read. Used by the thread of
 * the connections, and answers there; nothing waits.
 *
 * <p>Batches go through one session. So one that was on its way when the group parted is sent again, and takes effect once. What is refused
 * for the moment, because the group has just changed, is tried again as long as the patience lasts.
 */
@SuppressWarnings("FutureReturnValueIgnored") // who is to know has a callback
final class Member {
    private static final long PAUSE_MILLIS = 20;
    /** Longer than members take to agree that one of them is silent. */
    private static final Duration OUTCOME = Duration.ofSeconds(15);

    private final ReplicatedStateMachine<RedisStore, Batch, List<byte[]>> replica;
    private final EventLoop loop;
    private final Consistency reads;
    private final Duration patience;
    private final String name;
    private Session<Batch, List<byte[]>> session;
    private CompletableFuture<Long> begun;
    private @Nullable CompletableFuture<Keyspace> nextRead;

    Member(
            ReplicatedStateMachine<RedisStore, Batch, List<byte[]>> replica,
            EventLoop loop,
            Consistency reads,
            Duration patience) {
        this.replica = replica;
        this.loop = loop;
        this.reads = reads;
        this.patience = patience;
        this.name = "redis at " + replica.status().self().text();
        this.session = replica.session(name);
        this.begun = session.last();
    }

    Role role() {
        return replica.role();
    }

    /** Takes effect at all members in one place. Fails with what {@link #isUnknown} and {@link #explanation} understand. */
    CompletableFuture<List<byte[]>> write(Batch batch) {
        CompletableFuture<List<byte[]>> end = new CompletableFuture<>();
        attempt(() -> submit(batch), end, System.nanoTime() + patience.toNanos());
        return end.orTimeout(OUTCOME.toMillis(), TimeUnit.MILLISECONDS);
    }

    private CompletableFuture<List<byte[]>> submit(Batch batch) {
        if (!begun.isDone() || role() != Role.PRIMARY) {
            // The session would send it as soon as it can, and perhaps long after somebody waits for it.
            return CompletableFuture.failedFuture(new ReplicaException(Failure.NOT_PRIMARY, "not yet"));
        }
        Session<Batch, List<byte[]>> used = session;
        return used.submit(batch)
                .whenCompleteAsync(
                        (replies, error) -> {
                            if (reason(error) == Failure.SESSION_OVER && session.equals(used)) {
                                session = replica.session(name);
                                begun = session.last();
                            }
                        },
                        loop);
    }

    /** Keys that are as new as reads must be. All who ask in one pass of the loop share one read. */
    CompletableFuture<Keyspace> read() {
        CompletableFuture<Keyspace> shared = nextRead;
        if (shared != null) {
            return shared;
        }
        CompletableFuture<Keyspace> end = new CompletableFuture<>();
        nextRead = end;
        loop.execute(() -> {
            nextRead = null;
            attempt(() -> replica.read(reads, RedisStore::keyspace), end, System.nanoTime() + patience.toNanos());
            end.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
        });
        return end;
    }

    private <T> void attempt(Supplier<CompletableFuture<T>> what, CompletableFuture<T> end, long deadline) {
        what.get()
                .whenCompleteAsync(
                        (result, error) -> {
                            Failure reason = reason(error);
                            boolean mayPass = reason == Failure.NOT_PRIMARY
                                    || reason == Failure.QUEUE_FULL
                                    || reason == Failure.SESSION_OVER;
                            if (error == null) {
                                end.complete(result);
                            } else if (mayPass && !end.isDone() && System.nanoTime() < deadline) {
                                loop.schedule(() -> attempt(what, end, deadline), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                            } else {
                                end.completeExceptionally(error);
                            }
                        },
                        loop);
    }

    private static @Nullable Failure reason(@Nullable Throwable error) {
        return cause(error) instanceof ReplicaException refused ? refused.reason() : null;
    }

    private static @Nullable Throwable cause(@Nullable Throwable error) {
        return error instanceof CompletionException ? error.getCause() : error;
    }

    /** True if it may have taken effect, or may do so yet. */
    static boolean isUnknown(Throwable error) {
        return cause(error) instanceof UncertainException || cause(error) instanceof TimeoutException;
    }

    /** What a client is told of something that has not happened, in words that clients of Redis know as what may pass. */
    String explanation(Throwable error) {
        Failure reason = reason(error);
        if (reason == Failure.QUEUE_FULL || reason == Failure.SESSION_OVER) {
            return "TRYAGAIN this member has too much to do; nothing was done";
        } else if (reason == null && !isUnknown(error) || reason == Failure.TOO_LARGE) {
            return "ERR " + cause(error);
        }
        return "CLUSTERDOWN this member is not in the primary component (" + role() + "); nothing was done";
    }
}
