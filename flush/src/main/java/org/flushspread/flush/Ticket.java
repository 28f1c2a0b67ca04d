package org.flushspread.flush;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One command or ordered read of this member, from its submission to its end. Its outcome is set by the internal thread. */
final class Ticket<S> {
    final long number;
    /** In pieces. */
    final byte[][] message;

    final @Nullable Function<? super S, ?> reader;
    final CompletableFuture<@Nullable Object> future = new CompletableFuture<>();
    final long submitted = System.nanoTime();
    /** True while it holds one of the places for outstanding commands. */
    final AtomicBoolean holdsPlace;
    /** True once the replica has it: from then on only the replica knows that it takes no effect. */
    volatile boolean handedOver;

    @Nullable
    Object result;

    @Nullable
    Throwable failure;

    Ticket(long number, byte[][] message, @Nullable Function<? super S, ?> reader, boolean holdsPlace) {
        this.number = number;
        this.message = message;
        this.reader = reader;
        this.holdsPlace = new AtomicBoolean(holdsPlace);
    }
}
