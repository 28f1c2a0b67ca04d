package org.flushspread.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever a program's code throws is told to the uncaught exception handler and goes no further. */
class UserCodeTest {
    private final List<Throwable> told = new CopyOnWriteArrayList<>();
    private Thread.UncaughtExceptionHandler before;

    @BeforeEach
    void listen() {
        before = Thread.currentThread().getUncaughtExceptionHandler();
        Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> told.add(e));
    }

    @AfterEach
    void restore() {
        Thread.currentThread().setUncaughtExceptionHandler(before);
    }

    @Test
    void exceptionsAndErrorsAreTold() {
        RuntimeException exception = new IllegalStateException("a fault of the program");
        Error error = new StackOverflowError("another one");
        assertThat(UserCode.run(() -> {
                    throw exception;
                }))
                .isFalse();
        assertThat(UserCode.accept(
                        value -> {
                            throw error;
                        },
                        1))
                .isFalse();
        assertThat(UserCode.run(() -> {})).isTrue();
        assertThat(told).containsExactly(exception, error);
    }

    @Test
    void aHandlerThatThrowsInItsTurnIsTheEndOfIt() {
        Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> {
            throw new AssertionError("worse");
        });
        assertThat(UserCode.run(() -> {
                    throw new IllegalStateException("a fault of the program");
                }))
                .isFalse();
    }

    @Test
    void whatDependsOnAFutureMayThrow() {
        CompletableFuture<String> future = new CompletableFuture<>();
        CompletableFuture<Void> depending = future.thenAccept(value -> {
            throw new AssertionError(value);
        });
        UserCode.complete(future, "done");
        assertThat(future).isCompletedWithValue("done");
        assertThat(depending).isCompletedExceptionally();
    }

    @Test
    void anExecutorThatThrowsIsNoExecutor() {
        Error error = new OutOfMemoryError("no thread");
        assertThat(UserCode.execute(
                        task -> {
                            throw error;
                        },
                        () -> {}))
                .isSameAs(error);
        assertThat(UserCode.execute(Runnable::run, () -> {})).isNull();
    }
}
