package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.flushspread.flush.store.Fsync;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What makes no sense is refused where it is said, with a sentence that says how to mend it. */
class ReplicaOptionsTest {
    @SuppressWarnings("NullAway") // that is what is tried
    static Stream<UnaryOperator<ReplicaOptions>> withNull() {
        return Stream.of(
                options -> options.primary(null),
                options -> options.store((Path) null),
                options -> options.store((org.flushspread.flush.store.Store) null),
                options -> options.store(Path.of("x"), null),
                options -> options.store(Path.of("x"), Fsync.ALWAYS, null),
                options -> options.name(null),
                options -> options.service(null),
                options -> options.maxOutstanding(1, null),
                options -> options.closeTimeout(null),
                options -> options.skipping((String) null),
                options -> options.suspectAfter(null),
                options -> options.connection(null),
                options -> options.onReport(null));
    }

    @ParameterizedTest
    @MethodSource("withNull")
    void nullIsRefusedWithASentence(UnaryOperator<ReplicaOptions> given) {
        assertThatThrownBy(() -> given.apply(ReplicaOptions.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("null")
                .hasMessageContaining(": ");
    }
}
